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

/** An interval of the chat at a position. */
interface Run extends Interval {
  chat: number;
}

/** The breakpoints of a pair by kind, each list in time order. */
interface Breakpoints {
  grants: readonly { atMs: number; ms: number }[];
  rates: { atMs: number; chat: number; rate: number }[];
  ends: Run[];
  starts: Run[];
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
  const passUntil = (atMs: number): void => {
    if (atMs <= nowMs) return;
    leftMs = passTime(atMs - nowMs, leftMs, running.size, clocks, runningById);
    nowMs = atMs;
  };
  meetBreakpoints(breakpointsOf(chats, grants), {
    grant({ atMs, ms }) {
      passUntil(atMs);
      leftMs = assertSafe(leftMs + ms, 'free time left');
    },
    rate({ atMs, chat, rate }) {
      passUntil(atMs);
      const total = totals[chat] as RunningTotal;
      if (running.has(chat)) bringUpToDate(total, clocks);
      total.rate = rate;
    },
    end({ endMs, chat }) {
      passUntil(endMs);
      bringUpToDate(totals[chat] as RunningTotal, clocks);
      running.delete(chat);
    },
    start({ startMs, chat }) {
      passUntil(startMs);
      running.add(chat);
      seeClocks(totals[chat] as RunningTotal, clocks);
    },
  });
  return totals.map(({ freeMs, paidMs, costUnits, lastPaidRate }) => ({
    freeMs,
    paidMs,
    costUnits,
    lastPaidRate,
  }));
}

function breakpointsOf(
  chats: readonly PairChat[],
  grants: readonly { atMs: number; ms: number }[],
): Breakpoints {
  const rates: Breakpoints['rates'] = [];
  const runs: Run[] = [];
  chats.forEach((one, chat) => {
    for (const { atMs, ratePerMinuteMinor } of one.rates)
      rates.push({ atMs, chat, rate: ratePerMinuteMinor });
    for (const { startMs, endMs } of one.intervals) runs.push({ startMs, endMs, chat });
  });
  return {
    grants: [...grants].sort((a, b) => a.atMs - b.atMs),
    rates: rates.sort((a, b) => a.atMs - b.atMs),
    starts: runs.slice().sort((a, b) => a.startMs - b.startMs),
    ends: runs.sort((a, b) => a.endMs - b.endMs),
  };
}

/**
 * Meets the breakpoints in time order, at one instant in the order of the kinds. Which chat comes first at one instant
 * makes no difference: no time passes between them.
 */
function meetBreakpoints(
  { grants, rates, ends, starts }: Breakpoints,
  meet: {
    grant(grant: { atMs: number; ms: number }): void;
    rate(change: Breakpoints['rates'][number]): void;
    end(run: Run): void;
    start(run: Run): void;
  },
): void {
  let grant = 0;
  let rate = 0;
  let end = 0;
  let start = 0;
  for (;;) {
    const grantMs = grants[grant]?.atMs ?? Infinity;
    const rateMs = rates[rate]?.atMs ?? Infinity;
    const endMs = ends[end]?.endMs ?? Infinity;
    const startMs = starts[start]?.startMs ?? Infinity;
    const firstMs = Math.min(grantMs, rateMs, endMs, startMs);
    if (firstMs === Infinity) return;
    if (grantMs === firstMs) meet.grant(grants[grant++] as { atMs: number; ms: number });
    else if (rateMs === firstMs) meet.rate(rates[rate++] as Breakpoints['rates'][number]);
    else if (endMs === firstMs) meet.end(ends[end++] as Run);
    else meet.start(starts[start++] as Run);
  }
}
