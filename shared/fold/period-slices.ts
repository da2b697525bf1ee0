/**
 * How a fold divides at the bounds of periods. A bound is a breakpoint that changes nothing (DOMAIN.md, "The fold" 3), so
 * what a period holds is what the fold gives up to its end less what it gives up to its start: slices always sum to
 * the whole, rounding to the increment included, and only time before a bound can change what lies before it. Pure.
 */
import { countSegments, foldUser } from './fold.ts';
import type { FoldInput } from './fold-input.ts';
import type { ChatSettlement } from './settlement.ts';

/** What one chat has in some stretch of time. `billedMs >= paidMs`; of a difference any figure may be negative. */
export interface PeriodAmounts {
  trackedMs: number;
  freeMs: number;
  paidMs: number;
  billedMs: number;
  costUnits: number;
}

/** By chat id; a chat that is missing has nothing. */
export type AmountsByChat = ReadonlyMap<string, PeriodAmounts>;

/** What counts of one segment, ms since the epoch; empty when nothing does. */
export interface CountedTime {
  segmentId: string;
  chatId: string;
  startMs: number;
  endMs: number;
}

export const NO_AMOUNTS: PeriodAmounts = { trackedMs: 0, freeMs: 0, paidMs: 0, billedMs: 0, costUnits: 0 };

export function amountsOf(settled: Omit<ChatSettlement, 'chatId' | 'chargeMinor'>): PeriodAmounts {
  const { trackedMs, freeMs, paidMs, billedMs, costUnits } = settled;
  return { trackedMs, freeMs, paidMs, billedMs, costUnits };
}

export function amountsByChat(chats: readonly ChatSettlement[]): Map<string, PeriodAmounts> {
  return new Map(chats.map((chat) => [chat.chatId, amountsOf(chat)]));
}

/** What counts of every segment of the input. Throws UnsafeIntegerError. */
export function countedTimes(input: FoldInput): CountedTime[] {
  return [...countSegments(input)].flatMap(([chatId, counted]) =>
    counted.map(({ segmentId, startMs, endMs }) => ({ segmentId, chatId, startMs, endMs })),
  );
}

/**
 * What the fold gives one user's chats when time ends at `untilMs`: the counted time before it, cut there. `counted` is
 * what counts of the input's segments, or a part of it. Throws UnsafeIntegerError.
 */
export function amountsUntil(
  userId: string,
  input: FoldInput,
  counted: readonly CountedTime[],
  untilMs: number,
): Map<string, PeriodAmounts> {
  const segments = counted
    .filter(({ startMs, endMs }) => startMs < untilMs && endMs > startMs)
    .map(({ segmentId, chatId, startMs, endMs }, order) => ({
      ...{ id: segmentId, chatId, startedAtMs: startMs, elapsedMs: Math.min(endMs, untilMs) - startMs },
      ...({ source: 'timer', funding: 'funded', order } as const),
    }));
  const { chats } = foldUser(userId, {
    ...input,
    segments,
    ...{ segmentAdmissions: [], trimMarks: [], rulings: [] },
    ...{ stopMarks: [], chatEnds: [], markAdmissions: [], creditFacts: [], goodwills: [] },
  });
  return new Map([...amountsByChat(chats)].filter(([, amounts]) => !isNothing(amounts)));
}

export function plus(a: PeriodAmounts, b: PeriodAmounts): PeriodAmounts {
  return {
    trackedMs: a.trackedMs + b.trackedMs,
    freeMs: a.freeMs + b.freeMs,
    paidMs: a.paidMs + b.paidMs,
    billedMs: a.billedMs + b.billedMs,
    costUnits: a.costUnits + b.costUnits,
  };
}

export function minus(a: PeriodAmounts, b: PeriodAmounts): PeriodAmounts {
  return {
    trackedMs: a.trackedMs - b.trackedMs,
    freeMs: a.freeMs - b.freeMs,
    paidMs: a.paidMs - b.paidMs,
    billedMs: a.billedMs - b.billedMs,
    costUnits: a.costUnits - b.costUnits,
  };
}

export function isNothing({ trackedMs, freeMs, paidMs, billedMs, costUnits }: PeriodAmounts): boolean {
  return trackedMs === 0 && freeMs === 0 && paidMs === 0 && billedMs === 0 && costUnits === 0;
}

/** `after - before` of every chat that has anything in one of them. */
export function sliceBetween(before: AmountsByChat, after: AmountsByChat): Map<string, PeriodAmounts> {
  const slice = new Map<string, PeriodAmounts>();
  for (const chatId of new Set([...before.keys(), ...after.keys()])) {
    const amounts = minus(after.get(chatId) ?? NO_AMOUNTS, before.get(chatId) ?? NO_AMOUNTS);
    if (!isNothing(amounts)) slice.set(chatId, amounts);
  }
  return slice;
}
