import { bringUpToDate, newTotal, passTime, seeClocks, type RunningTotal, type SharedTime } from './pool.ts';
import type { RateStep } from './rates.ts';
import { assertSafe } from './safe-integer.ts';
import type { Interval } from './union.ts';

/** One chat of a pair: the union of its counted segments, and its rates. */
export interface PairChat {
  intervals: readonly Interval[];
  rates: readonly RateStep[];
}

// At one instant grants come before rate changes, ends and starts (DOMAIN.md "The fold" 3).
export const GRANT = 0;
export const RATE = 1;
export const END = 2;
export const START = 3;

interface Breakpoint {
  atMs: number;
  kind: number;
  /** Position in `chats`; of no meaning for a grant. */
  chat: number;
  /** Granted ms or new rate. */
  amount: number;
}

/**
 * Shares the free time of one pair among its chats and prices the rest: walks the breakpoints in time order and gives,
 * between two of them, free time to all running chats while it lasts, the last of it evenly, the remainder by position.
 * `chats` must be sorted by id; the result has the same positions. All ms; 1 ms at rate r costs r units.
 * O(n log n) in the breakpoints: two clocks run on for all chats together, and a chat is brought up to date only where
 * something of its own changes. Source: DOMAIN.md "The fold" 3-5.
 */
export function shareFreeTime(
  chats: readonly PairChat[],
  grants: readonly { atMs: number; ms: number }[],
): SharedTime[] {
  const totals = chats.map(newTotal);
  const running = new Set<number>();
  const clocks = { freeClockMs: 0, paidClockMs: 0 };
  const runningById = (): RunningTotal[] =>
    [...running].sort((a, b) => a - b).map((chat) => totals[chat] as RunningTotal);
  let nowMs = 0;
  let leftMs = 0;
  for (const point of breakpoints(chats, grants)) {
    if (point.atMs > nowMs) {
      leftMs = passTime(point.atMs - nowMs, leftMs, running.size, clocks, runningById);
      nowMs = point.atMs;
    }
    if (point.kind === GRANT) {
      leftMs = assertSafe(leftMs + point.amount, 'free time left');
      continue;
    }
    const total = totals[point.chat] as RunningTotal;
    if (running.has(point.chat)) bringUpToDate(total, clocks);
    if (point.kind === RATE) total.rate = point.amount;
    else if (point.kind === END) running.delete(point.chat);
    else {
      running.add(point.chat);
      seeClocks(total, clocks);
    }
  }
  return totals.map(({ freeMs, paidMs, costUnits, lastPaidRate }) => ({
    freeMs,
    paidMs,
    costUnits,
    lastPaidRate,
  }));
}

function breakpoints(
  chats: readonly PairChat[],
  grants: readonly { atMs: number; ms: number }[],
): Breakpoint[] {
  const points: Breakpoint[] = [];
  for (const grant of grants) points.push({ atMs: grant.atMs, kind: GRANT, chat: 0, amount: grant.ms });
  chats.forEach(({ intervals, rates }, chat) => {
    for (const step of rates)
      points.push({ atMs: step.atMs, kind: RATE, chat, amount: step.ratePerMinuteMinor });
    for (const { startMs, endMs } of intervals) {
      points.push(
        { atMs: startMs, kind: START, chat, amount: 0 },
        { atMs: endMs, kind: END, chat, amount: 0 },
      );
    }
  });
  return points.sort((a, b) => a.atMs - b.atMs || a.kind - b.kind || a.chat - b.chat);
}
