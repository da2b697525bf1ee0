/**
 * Two truths side by side: the **sum** of chat time, which clients pay, and the wall-clock **union**, in which at least
 * one chat ran, which is what somebody worked. Pure.
 */
import type { Span } from './calendar.ts';

/** A stretch of one chat that is all free or all paid, ms since the epoch. */
export interface ReportStretch {
  chatId: string;
  userId: string;
  advisorId: string;
  startMs: number;
  endMs: number;
  kind: 'free' | 'paid';
  /** Of paid time, units a ms; 0 of free time. */
  unitsPerMs: number;
}

export interface WorkedTime {
  /** Sum over all chats: free + paid. */
  trackedMs: number;
  freeMs: number;
  paidMs: number;
  /** Cost of the paid ms, without rounding to a billing increment. */
  paidUnits: number;
  /** Wall-clock time in which at least one of the chats ran. */
  unionMs: number;
  /** Most chats at one instant. Their average over the union is `trackedMs / unionMs`. */
  peakChats: number;
  chats: number;
}

/** Cuts stretches to a span; those outside go. */
export function cutTo<S extends { startMs: number; endMs: number }>(
  stretches: readonly S[],
  { fromMs, untilMs }: Span,
): S[] {
  const cut: S[] = [];
  for (const one of stretches) {
    if (one.startMs >= untilMs || one.endMs <= fromMs) continue;
    const isInside = one.startMs >= fromMs && one.endMs <= untilMs;
    cut.push(
      isInside
        ? one
        : { ...one, startMs: Math.max(one.startMs, fromMs), endMs: Math.min(one.endMs, untilMs) },
    );
  }
  return cut;
}

/**
 * What some stretches amount to, whoever they belong to: given one advisor's, their union is that advisor's worked time.
 * Stretches of one chat must not overlap. O(n log n).
 */
export function workedTime(stretches: readonly ReportStretch[]): WorkedTime {
  let freeMs = 0;
  let paidMs = 0;
  let paidUnits = 0;
  const chats = new Set<string>();
  for (const { chatId, kind, startMs, endMs, unitsPerMs } of stretches) {
    chats.add(chatId);
    if (kind === 'free') freeMs += endMs - startMs;
    else {
      paidMs += endMs - startMs;
      paidUnits += (endMs - startMs) * unitsPerMs;
    }
  }
  const { unionMs, peakChats } = concurrency(stretches);
  return { trackedMs: freeMs + paidMs, freeMs, paidMs, paidUnits, unionMs, peakChats, chats: chats.size };
}

/** How long at least one ran, and how many ran at most. One that ends where the next starts does not run beside it. */
function concurrency(stretches: readonly { startMs: number; endMs: number }[]): {
  unionMs: number;
  peakChats: number;
} {
  const starts = Float64Array.from(stretches, (one) => one.startMs).sort();
  const ends = Float64Array.from(stretches, (one) => one.endMs).sort();
  let unionMs = 0;
  let peakChats = 0;
  let running = 0;
  let sinceMs = 0;
  let end = 0;
  for (const startMs of starts) {
    while ((ends[end] as number) <= startMs) {
      running -= 1;
      if (running === 0) unionMs += (ends[end] as number) - sinceMs;
      end += 1;
    }
    if (running === 0) sinceMs = startMs;
    running += 1;
    peakChats = Math.max(peakChats, running);
  }
  if (running > 0) unionMs += (ends[ends.length - 1] as number) - sinceMs;
  return { unionMs, peakChats };
}
