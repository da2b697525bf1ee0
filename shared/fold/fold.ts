import { compareCodeUnits } from '../code-unit-order.ts';
import { settleUser } from './balance.ts';
import { billChat, billingIncrementAt, billingIncrementSteps } from './billing.ts';
import { marksByChat, type ChatMarks } from './chat-marks.ts';
import { countSegment, type CountedSegment } from './counted-segments.ts';
import type { FoldChat, FoldInput, FoldRateChange } from './fold-input.ts';
import { shareFreeTime } from './free-time.ts';
import { groupBy } from './group-by.ts';
import { pairsOf, type Pair } from './pairs.ts';
import { compareInForce, rateSteps } from './rates.ts';
import { assertSafe } from './safe-integer.ts';
import { segmentVerdicts } from './segment-verdicts.ts';
import type { ChatSettlement, PairSettlement, Settlement, UserSettlement } from './settlement.ts';
import { unionIntervals } from './union.ts';

/**
 * Folds facts into free time, paid time, charges and balances: the same result for the same facts in any order.
 * Near linear (sorts and sweeps). Throws UnsafeIntegerError when a figure reaches 2^53.
 * Source: DOMAIN.md "The fold", "Units".
 */
export function foldFacts(input: FoldInput): Settlement {
  const counted = countSegments(input);
  const rates = ratesOf(input.rateChanges);
  const increments = billingIncrementSteps(input.policyChanges);
  const chats: ChatSettlement[] = [];
  const pairs: PairSettlement[] = [];
  const chatsByUser = new Map<string, ChatSettlement[]>();
  for (const pair of pairsOf(input.chats, input.freeTimeGrants)) {
    const settled = settlePair(pair, counted, rates, increments);
    pairs.push(settled.pair);
    const ofUser = chatsByUser.get(pair.userId) ?? [];
    chatsByUser.set(pair.userId, ofUser);
    for (const chat of settled.chats) {
      chats.push(chat);
      ofUser.push(chat);
    }
  }
  chats.sort((a, b) => compareCodeUnits(a.chatId, b.chatId));
  return { chats, pairs, users: settleUsers(input, chatsByUser) };
}

/** One user's settlement; see foldUser. */
export interface SettlementOfUser {
  user: UserSettlement;
  pairs: PairSettlement[];
  chats: ChatSettlement[];
}

/**
 * Folds one user's facts: all chats and grants of the user, what belongs to those chats, their credits, the rate changes
 * of those chats and of their advisors, and all changes of `billingIncrementMs`. `input.users` is not read. Facts of
 * other users may be in it and are ignored. Throws like foldFacts.
 */
export function foldUser(userId: string, input: FoldInput): SettlementOfUser {
  const { chats, pairs, users } = foldFacts({
    ...input,
    users: [{ id: userId, order: 0 }],
    chats: input.chats.filter((chat) => chat.userId === userId),
    freeTimeGrants: input.freeTimeGrants.filter((grant) => grant.userId === userId),
  });
  return { user: users[0] as UserSettlement, pairs, chats };
}

/** What counts of every segment, by chat id, with what a mark removed (`cutMs`); in the order of the input. */
export function countSegments(
  input: Pick<
    FoldInput,
    'segments' | 'segmentAdmissions' | 'trimMarks' | 'rulings' | 'stopMarks' | 'chatEnds' | 'markAdmissions'
  >,
): Map<string, CountedSegment[]> {
  const verdictAt = segmentVerdicts(input);
  const marks = marksByChat(input);
  const byChat = new Map<string, { marks: ChatMarks | undefined; counted: CountedSegment[] }>();
  input.segments.forEach((segment, position) => {
    let ofChat = byChat.get(segment.chatId);
    if (ofChat === undefined)
      byChat.set(segment.chatId, (ofChat = { marks: marks.get(segment.chatId), counted: [] }));
    ofChat.counted.push(countSegment(segment, verdictAt(position), ofChat.marks));
  });
  return new Map([...byChat].map(([chatId, { counted }]) => [chatId, counted]));
}

interface Rates {
  byChat: Map<string, FoldRateChange[]>;
  byAdvisor: Map<string, FoldRateChange[]>;
}

function ratesOf(changes: readonly FoldRateChange[]): Rates {
  const sorted = [...changes].sort(compareInForce);
  return {
    byChat: groupBy(
      sorted.filter((one) => one.chatId !== undefined),
      (one) => one.chatId as string,
    ),
    byAdvisor: groupBy(
      sorted.filter((one) => one.chatId === undefined),
      (one) => one.advisorId as string,
    ),
  };
}

function settlePair(
  pair: Pair,
  counted: ReturnType<typeof countSegments>,
  rates: Rates,
  increments: ReturnType<typeof billingIncrementSteps>,
): { pair: PairSettlement; chats: ChatSettlement[] } {
  const advisorRates = rates.byAdvisor.get(pair.advisorId) ?? [];
  const timeOf = (chat: FoldChat) => ({
    intervals: unionIntervals(counted.get(chat.id) ?? []),
    rates: rateSteps(rates.byChat.get(chat.id) ?? [], advisorRates),
  });
  const shared = shareFreeTime(pair.chats.map(timeOf), pair.grants);
  const grantedMs = pair.grants.reduce((sum, grant) => assertSafe(sum + grant.ms, 'granted free time'), 0);
  const usedMs = shared.reduce((sum, { freeMs }) => sum + freeMs, 0);
  return {
    pair: { userId: pair.userId, advisorId: pair.advisorId, grantedMs, usedMs, leftMs: grantedMs - usedMs },
    chats: pair.chats.map((chat, position) =>
      billChat(
        chat.id,
        shared[position] as (typeof shared)[number],
        billingIncrementAt(increments, chat.openedAtMs),
      ),
    ),
  };
}

function settleUsers(input: FoldInput, chatsByUser: ReadonlyMap<string, ChatSettlement[]>): UserSettlement[] {
  const creditFacts = groupBy(input.creditFacts, (fact) => fact.userId);
  const goodwills = groupBy(input.goodwills, (fact) => fact.userId);
  return input.users
    .map(({ id }) =>
      settleUser(id, {
        creditFacts: creditFacts.get(id) ?? [],
        goodwills: goodwills.get(id) ?? [],
        chats: chatsByUser.get(id) ?? [],
      }),
    )
    .sort((a, b) => compareCodeUnits(a.userId, b.userId));
}
