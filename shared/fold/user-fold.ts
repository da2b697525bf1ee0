/**
 * One user's fold that goes on: facts are entered as they come, and settling costs work in proportion to what they
 * touch. The same figures as `foldUser` over all facts entered so far, in whatever order they came.
 */
import { compareCodeUnits } from '../code-unit-order.ts';
import { accountOf, addChat, addCredit, emptyAccount } from './balance.ts';
import { billingIncrementAt, billingIncrementSteps } from './billing.ts';
import {
  newChatLine,
  newSegmentRecord,
  placeMark,
  recount,
  reclaim,
  takeConcerned,
  type ChatLine,
  type MarkRecord,
  type SegmentRecord,
} from './chat-line.ts';
import type { CountedSegment } from './counted-segments.ts';
import type {
  FoldChat,
  FoldInput,
  FoldMark,
  FoldMarkAdmission,
  FoldPolicyChange,
  FoldRateChange,
} from './fold-input.ts';
import type { SettlementOfUser } from './fold.ts';
import { createPairFold, type PairFold, type PairFoldChat } from './pair-fold.ts';
import { insertRate } from './rates.ts';
import { withChanged } from './settled-chats.ts';
import type { ChatSettlement, PairSettlement } from './settlement.ts';

interface UserChat {
  line: ChatLine;
  rates: FoldRateChange[];
  /** Undefined until the chat itself was entered, and for ever of a chat of another user. */
  fact: FoldChat | undefined;
  inPair: PairFoldChat | undefined;
}

interface UserPair {
  fold: PairFold;
  settled: PairSettlement;
}

export interface UserFoldStep {
  settled: SettlementOfUser;
  /** Chats whose figures differ from the last successful settling, in no order. */
  changedChats: ChatSettlement[];
}

export type UserFold = ReturnType<typeof createUserFold>;

/** Starts without facts. Instants and durations in ms; for `snapshotDistance` see createPairFold. */
export function createUserFold(userId: string, snapshotDistance?: number) {
  const chats = new Map<string, UserChat>();
  const pairs = new Map<string, UserPair>();
  const advisorRates = new Map<string, FoldRateChange[]>();
  const segments = new Map<string, SegmentRecord>();
  const marks = new Map<string, MarkRecord>();
  const markAdmissions = new Map<string, FoldMarkAdmission>();
  const policies = new Map<string, FoldPolicyChange>();
  let increments: ReturnType<typeof billingIncrementSteps> = [];
  /** Facts that count once, whatever comes later under their id. */
  const entered = new Set<string>();
  const sums = emptyAccount();
  const unsafe = new Set<SegmentRecord>();
  const unsettledPairs = new Set<UserPair>();
  const changedChats = new Map<string, ChatSettlement>();
  let settledChats: ChatSettlement[] = [];

  const isNew = (list: keyof FoldInput, id: string): boolean => {
    const key = `${list} ${id}`;
    return !entered.has(key) && entered.add(key) !== undefined;
  };

  function chatOf(chatId: string): UserChat {
    let chat = chats.get(chatId);
    if (chat === undefined)
      chats.set(chatId, (chat = { line: newChatLine(), rates: [], fact: undefined, inPair: undefined }));
    return chat;
  }

  function pairOf(advisorId: string): UserPair {
    let pair = pairs.get(advisorId);
    if (pair === undefined) {
      const settled = { userId, advisorId, grantedMs: 0, usedMs: 0, leftMs: 0 };
      const rates = ratesOf(advisorId);
      pair = { fold: createPairFold(rates, snapshotDistance), settled };
      for (const { atMs } of rates) pair.fold.rateChanged(atMs);
      pairs.set(advisorId, pair);
      unsettledPairs.add(pair);
    }
    return pair;
  }

  function ratesOf(advisorId: string): FoldRateChange[] {
    let rates = advisorRates.get(advisorId);
    if (rates === undefined) advisorRates.set(advisorId, (rates = []));
    return rates;
  }

  function segmentOf(segmentId: string): SegmentRecord {
    let record = segments.get(segmentId);
    if (record === undefined) segments.set(segmentId, (record = newSegmentRecord()));
    return record;
  }

  function enterChat(fact: FoldChat): void {
    if (fact.userId !== userId) return;
    const chat = chatOf(fact.id);
    if (chat.fact !== undefined) return;
    chat.fact = fact;
    const pair = pairOf(fact.advisorId);
    chat.inPair = pair.fold.addChat(fact.id, chat.rates, billingIncrementAt(increments, fact.openedAtMs));
    unsettledPairs.add(pair);
    for (const { atMs } of chat.rates) pair.fold.rateChanged(atMs, chat.inPair);
    for (const record of chat.line.byReach) countInPair(chat, record);
  }

  function enterRate(change: FoldRateChange): void {
    if (!isNew('rateChanges', change.id)) return;
    if (change.chatId !== undefined) {
      const chat = chatOf(change.chatId);
      insertRate(chat.rates, change);
      if (chat.fact === undefined || chat.inPair === undefined) return;
      const pair = pairOf(chat.fact.advisorId);
      pair.fold.rateChanged(change.atMs, chat.inPair);
      unsettledPairs.add(pair);
    } else {
      const advisorId = change.advisorId as string;
      insertRate(ratesOf(advisorId), change);
      const pair = pairs.get(advisorId);
      if (pair === undefined) return;
      pair.fold.rateChanged(change.atMs);
      unsettledPairs.add(pair);
    }
  }

  function enterPolicies(changes: readonly FoldPolicyChange[]): void {
    for (const change of changes) policies.set(change.id, change);
    if (changes.length === 0) return;
    increments = billingIncrementSteps([...policies.values()]);
    for (const { fact, inPair } of chats.values()) {
      if (fact === undefined || inPair === undefined) continue;
      const pair = pairOf(fact.advisorId);
      pair.fold.setIncrement(inPair, billingIncrementAt(increments, fact.openedAtMs));
      unsettledPairs.add(pair);
    }
  }

  function enterMark(mark: FoldMark, isEnd: boolean, concerned: Set<UserChat>): void {
    if (marks.has(mark.id)) return;
    const record: MarkRecord = { mark, isEnd, placedMs: undefined };
    marks.set(mark.id, record);
    placeOne(record, concerned);
  }

  function placeOne(record: MarkRecord, concerned: Set<UserChat>): void {
    const chat = chatOf(record.mark.chatId);
    placeMark(chat.line, record, markAdmissions.get(record.mark.id));
    concerned.add(chat);
  }

  /** Of several the lowest order stands. */
  function enterMarkAdmission(admission: FoldMarkAdmission, concerned: Set<UserChat>): void {
    const standing = markAdmissions.get(admission.markId);
    if (standing !== undefined && standing.id !== admission.id && standing.order < admission.order) return;
    markAdmissions.set(admission.markId, admission);
    const record = marks.get(admission.markId);
    if (record !== undefined) placeOne(record, concerned);
  }

  function countInPair(chat: UserChat, record: SegmentRecord): void {
    if (chat.fact === undefined || chat.inPair === undefined) return;
    const pair = pairOf(chat.fact.advisorId);
    const interval = record.counted ?? { startMs: 0, endMs: 0 };
    const before = record.stretch;
    record.stretch = pair.fold.count(chat.inPair, before, interval);
    if (record.stretch !== before) unsettledPairs.add(pair);
  }

  function recountOne(record: SegmentRecord): void {
    const chat = chatOf((record.segment as { chatId: string }).chatId);
    if (recount(chat.line, record)) unsafe.delete(record);
    else unsafe.add(record);
    countInPair(chat, record);
  }

  return {
    userId,

    /**
     * Enters facts. A segment, an admission, a trim or a ruling with an id that was entered before takes the place of
     * the earlier one (copies are joined before); of other facts the first stands.
     */
    enter(facts: Partial<FoldInput>): void {
      enterPolicies(facts.policyChanges ?? []);
      for (const change of facts.rateChanges ?? []) enterRate(change);
      for (const grant of facts.freeTimeGrants ?? []) {
        if (grant.userId !== userId || !isNew('freeTimeGrants', grant.id)) continue;
        const pair = pairOf(grant.advisorId);
        pair.fold.grant(grant.atMs, grant.ms);
        unsettledPairs.add(pair);
      }
      for (const fact of facts.creditFacts ?? [])
        if (fact.userId === userId && isNew('creditFacts', fact.id)) addCredit(sums, fact);
      for (const fact of facts.goodwills ?? [])
        if (fact.userId === userId && isNew('goodwills', fact.id)) sums.goodwillUnits += BigInt(fact.units);
      for (const chat of facts.chats ?? []) enterChat(chat);

      const touched = new Set<SegmentRecord>();
      const touch = (segmentId: string): SegmentRecord => {
        const record = segmentOf(segmentId);
        touched.add(record);
        return record;
      };
      for (const segment of facts.segments ?? []) touch(segment.id).segment = segment;
      for (const one of facts.segmentAdmissions ?? []) replaceById(touch(one.segmentId).admissions, one);
      for (const one of facts.trimMarks ?? []) replaceById(touch(one.segmentId).trims, one);
      for (const one of facts.rulings ?? []) replaceById(touch(one.targetId).rulings, one);
      const concerned = new Set<UserChat>();
      for (const mark of facts.stopMarks ?? []) enterMark(mark, false, concerned);
      for (const mark of facts.chatEnds ?? []) enterMark(mark, true, concerned);
      for (const one of facts.markAdmissions ?? []) enterMarkAdmission(one, concerned);

      const counted = [...touched].filter((record) => record.segment !== undefined);
      for (const record of counted)
        reclaim(chatOf((record.segment as { chatId: string }).chatId).line, record);
      const all = new Set(counted);
      for (const { line } of concerned) for (const record of takeConcerned(line)) all.add(record);
      for (const record of all) recountOne(record);
    },

    /** Throws UnsafeIntegerError as the fold of everything does; what was entered stays and may be corrected. */
    settle(): UserFoldStep {
      for (const { unsafe: cause } of unsafe) throw cause as Error;
      for (const pair of unsettledPairs) {
        const { grantedMs, leftMs, changed } = pair.fold.settle();
        for (const { before, after } of changed) {
          addChat(sums, after, before);
          changedChats.set(after.chatId, after);
        }
        pair.settled = { ...pair.settled, grantedMs, usedMs: grantedMs - leftMs, leftMs };
        unsettledPairs.delete(pair);
      }
      const user = accountOf(userId, sums);
      settledChats = withChanged(settledChats, changedChats);
      const step = {
        settled: { user, pairs: sortedPairs(pairs.values()), chats: settledChats },
        changedChats: [...changedChats.values()],
      };
      changedChats.clear();
      return step;
    },

    /** What counts of a segment as far as it was entered; undefined before, and while it cannot be counted exactly. */
    counted: (segmentId: string): CountedSegment | undefined => segments.get(segmentId)?.counted,

    /** The rate of the last paid ms of a chat, units per ms; 0 without paid time. As of the last settling. */
    lastPaidRate: (chatId: string): number => chats.get(chatId)?.inPair?.lastPaidRate ?? 0,

    /** The pair's grants after `fromMs`, with what was left just before each, ms. As of the last settling. */
    grantsAfter: (advisorId: string, fromMs: number) => pairs.get(advisorId)?.fold.grantsAfter(fromMs) ?? [],

    /** A chat's figures at the last successful settling of its pair. */
    chat: (chatId: string): ChatSettlement | undefined => chats.get(chatId)?.inPair?.settled,
  };
}

function replaceById<T extends { id: string }>(facts: T[], fact: T): void {
  const position = facts.findIndex((one) => one.id === fact.id);
  if (position < 0) facts.push(fact);
  else facts[position] = fact;
}

function sortedPairs(pairs: Iterable<UserPair>): PairSettlement[] {
  return [...pairs].map((pair) => pair.settled).sort((a, b) => compareCodeUnits(a.advisorId, b.advisorId));
}
