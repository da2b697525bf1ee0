import type { RateStep } from './rates.ts';
import { assertSafe } from './safe-integer.ts';
import type { Interval } from './union.ts';

/** One chat of a pair: the union of its counted segments, and its rates. */
export interface PairChat {
  intervals: readonly Interval[];
  rates: readonly RateStep[];
}

/** What one chat took of the free time and what it has to pay. `lastPaidRate` is the rate of its last paid ms. */
export interface SharedTime {
  freeMs: number;
  paidMs: number;
  costUnits: number;
  lastPaidRate: number;
}

// At one instant grants come before rate changes, ends and starts (DOMAIN.md "The fold" 3).
const GRANT = 0;
const RATE = 1;
const END = 2;
const START = 3;

interface Breakpoint {
  atMs: number;
  kind: number;
  /** Position in `chats`; of no meaning for a grant. */
  chat: number;
  /** Granted ms or new rate. */
  amount: number;
}

interface RunningTotal extends SharedTime {
  rate: number;
  freeClockSeenMs: number;
  paidClockSeenMs: number;
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
  const clocks = { freeMs: 0, paidMs: 0 };
  let nowMs = 0;
  let leftMs = 0;
  for (const point of breakpoints(chats, grants)) {
    if (point.atMs > nowMs) {
      leftMs = passTime(point.atMs - nowMs, leftMs, running, totals, clocks);
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
      total.freeClockSeenMs = clocks.freeMs;
      total.paidClockSeenMs = clocks.paidMs;
    }
  }
  return totals.map(({ freeMs, paidMs, costUnits, lastPaidRate }) => ({
    freeMs,
    paidMs,
    costUnits,
    lastPaidRate,
  }));
}

/** Lets `dtMs` pass without a breakpoint inside; returns the free time left. */
function passTime(
  dtMs: number,
  leftMs: number,
  running: ReadonlySet<number>,
  totals: readonly RunningTotal[],
  clocks: { freeMs: number; paidMs: number },
): number {
  const count = running.size;
  if (count === 0) return leftMs;
  if (leftMs === 0) {
    clocks.paidMs += dtMs;
    return 0;
  }
  // count * dtMs may pass 2^53, but then it is above any leftMs, rounded or not.
  if (leftMs >= count * dtMs) {
    clocks.freeMs += dtMs;
    return leftMs - count * dtMs;
  }
  const remainder = leftMs % count;
  const evenShareMs = (leftMs - remainder) / count;
  [...running]
    .sort((a, b) => a - b)
    .forEach((chat, rank) => {
      const shareMs = evenShareMs + (rank < remainder ? 1 : 0);
      const total = totals[chat] as RunningTotal;
      total.freeMs += shareMs;
      pay(total, dtMs - shareMs);
    });
  return 0;
}

function bringUpToDate(total: RunningTotal, clocks: { freeMs: number; paidMs: number }): void {
  total.freeMs += clocks.freeMs - total.freeClockSeenMs;
  pay(total, clocks.paidMs - total.paidClockSeenMs);
  total.freeClockSeenMs = clocks.freeMs;
  total.paidClockSeenMs = clocks.paidMs;
}

function pay(total: RunningTotal, ms: number): void {
  if (ms === 0) return;
  total.paidMs += ms;
  total.costUnits = assertSafe(total.costUnits + assertSafe(ms * total.rate, 'cost'), 'cost');
  total.lastPaidRate = total.rate;
}

function newTotal(): RunningTotal {
  return {
    freeMs: 0,
    paidMs: 0,
    costUnits: 0,
    lastPaidRate: 0,
    rate: 0,
    freeClockSeenMs: 0,
    paidClockSeenMs: 0,
  };
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
