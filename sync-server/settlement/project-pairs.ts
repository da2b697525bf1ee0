/** What the advisors' devices are told of one user's free time and credits (DOMAIN.md, `userProjection`). */
import { countSegments, type SettlementOfUser } from '../../shared/fold/fold.ts';
import { compareInForce, rateSteps } from '../../shared/fold/rates.ts';
import { groupBy } from '../../shared/fold/group-by.ts';
import { FOLD_VERSION, type ChatSettlement } from '../../shared/fold/settlement.ts';
import { compareCodeUnits } from '../../shared/code-unit-order.ts';
import type { ProjectedChat, UserProjection } from '../../shared/rows.ts';
import { GRACE_MS } from '../../shared/wire.ts';
import {
  chatEndMs,
  factsOf,
  type ChatBook,
  type RowOf,
  type Sequenced,
  type UserBook,
} from '../core/user-book.ts';
import { admittedUntilMs, segmentInputOf, type FoldSources } from './fold-book.ts';

export const projectionId = (advisorId: string, userId: string): string => `${advisorId}:${userId}`;

/** One projection for every pair of the user that has a chat; `stateSeq` grows with every call's instant. */
export function projectPairs(
  book: UserBook,
  settled: SettlementOfUser,
  sources: FoldSources,
  nowMs: number,
): UserProjection[] {
  const settledChats = new Map(settled.chats.map((chat) => [chat.chatId, chat]));
  const rateOf = ratesInForce(book, sources, nowMs);
  const chatsByAdvisor = new Map<string, ProjectedChat[]>();
  for (const chat of book.chats.values()) {
    const projected = chatsByAdvisor.get(chat.row.advisorId) ?? [];
    chatsByAdvisor.set(chat.row.advisorId, projected);
    if (chatEndMs(chat) <= nowMs) continue;
    projected.push(projectChat(book, chat, settledChats.get(chat.row.id), sources, rateOf, nowMs));
  }
  const freeOf = freeTimeByAdvisor(book, settled, nowMs);
  const burnOf = (advisorId: string): number => {
    if ((freeOf.get(advisorId)?.leftMs ?? 0) > 0) return 0;
    const running = (chatsByAdvisor.get(advisorId) ?? []).filter(
      (chat) => chat.runningOnDeviceId !== undefined,
    );
    return running.reduce((sum, chat) => sum + chat.ratePerMinuteMinor, 0);
  };
  const burnOfAll = [...chatsByAdvisor.keys()].reduce((sum, advisorId) => sum + burnOf(advisorId), 0);
  const stateSeq = Math.max(nowMs, book.lastStateSeq + 1);
  book.lastStateSeq = stateSeq;
  return [...chatsByAdvisor].map(([advisorId, chats]): UserProjection => {
    const free = freeOf.get(advisorId) ?? { grantedMs: 0, leftMs: 0 };
    return {
      type: 'userProjection',
      id: projectionId(advisorId, book.userId),
      userId: book.userId,
      advisorId,
      stateSeq,
      asOfMs: nowMs,
      balanceUnits: settled.user.balanceUnits,
      reservedUnits: 0,
      creditedMinor: settled.user.creditedMinor,
      othersBurnUnitsPerMs: burnOfAll - burnOf(advisorId),
      freeGrantedMs: free.grantedMs,
      freeLeftMs: free.leftMs,
      ratePerMinuteMinor: rateOf(advisorId),
      chats: chats.sort((a, b) => compareCodeUnits(a.chatId, b.chatId)),
      foldVersion: FOLD_VERSION,
    };
  });
}

/** What is granted and left by now: grants of the future are known, but not there yet. */
function freeTimeByAdvisor(
  book: UserBook,
  settled: SettlementOfUser,
  nowMs: number,
): Map<string, { grantedMs: number; leftMs: number }> {
  const free = new Map(
    settled.pairs.map(({ advisorId, grantedMs, leftMs }) => [advisorId, { grantedMs, leftMs }]),
  );
  for (const { row } of factsOf(book, 'freeTimeGrant')) {
    const ofPair = free.get(row.advisorId);
    if (ofPair === undefined || row.atMs <= nowMs) continue;
    ofPair.grantedMs -= row.ms;
    ofPair.leftMs -= row.ms;
  }
  return free;
}

function projectChat(
  book: UserBook,
  chat: ChatBook,
  totals: ChatSettlement | undefined,
  sources: FoldSources,
  rateOf: ReturnType<typeof ratesInForce>,
  nowMs: number,
): ProjectedChat {
  const { id, advisorId } = chat.row;
  return {
    chatId: id,
    trackedMs: totals?.trackedMs ?? 0,
    freeMs: totals?.freeMs ?? 0,
    paidMs: totals?.paidMs ?? 0,
    ratePerMinuteMinor: rateOf(advisorId, id),
    settledUntilMs: admittedUntilMs(chat, sources.contacts),
    ...runningOf(book, chat, sources, nowMs),
  };
}

/** The open, uncut, admitted segment whose device spoke of it within the grace; of several the one that started first. */
function runningOf(
  book: UserBook,
  chat: ChatBook,
  { contacts }: FoldSources,
  nowMs: number,
): Partial<ProjectedChat> {
  let running: (Partial<ProjectedChat> & { runningSinceMs: number }) | undefined;
  for (const entry of chat.segments.values()) {
    if (entry.row.closed || entry.admission === undefined || entry.admission.row.code === 'quarantined')
      continue;
    const contact = contacts.proven(entry.row.id, entry.row.deviceId);
    if (contact === undefined || !contact.isRunning || nowMs - contact.atMs > GRACE_MS) continue;
    const counted = countSegments(segmentInputOf(book, chat, entry, contacts)).get(chat.row.id)?.[0];
    if (
      counted === undefined ||
      counted.cutMs > 0 ||
      (running !== undefined && running.runningSinceMs <= counted.startMs)
    )
      continue;
    running = {
      runningOnDeviceId: contact.deviceId,
      ...(contact.deviceName !== '' && { runningOnDeviceName: contact.deviceName }),
      runningSinceMs: counted.startMs,
      confirmedUntilMs: counted.endMs,
    };
  }
  return running ?? {};
}

/** The rates in force now: of a chat, or of an advisor for a new chat. Each advisor's are put in order once. */
function ratesInForce(book: UserBook, { directory }: FoldSources, nowMs: number) {
  const ofChats = groupBy(ordered(factsOf(book, 'rateChange')), (change) => change.chatId as string);
  const ofAdvisors = new Map<string, Ordered[]>();
  return (advisorId: string, chatId?: string): number => {
    let ofAdvisor = ofAdvisors.get(advisorId);
    if (ofAdvisor === undefined)
      ofAdvisors.set(advisorId, (ofAdvisor = ordered(directory.ratesOf(advisorId))));
    const ofChat = chatId === undefined ? [] : (ofChats.get(chatId) ?? []);
    let rate = 0;
    for (const step of rateSteps(ofChat, ofAdvisor)) if (step.atMs <= nowMs) rate = step.ratePerMinuteMinor;
    return rate;
  };
}

type Ordered = RowOf<'rateChange'> & { order: number };

function ordered(changes: readonly Sequenced<RowOf<'rateChange'>>[]): Ordered[] {
  return changes.map(({ seq, row }) => ({ ...row, order: seq })).sort(compareInForce);
}
