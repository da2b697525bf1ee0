/** How a pair's free time is divided among its running chats: the one rule, for the fold of everything and for the fold that goes on. */
import { assertSafe } from './safe-integer.ts';

/** What one chat took of the free time and what it has to pay. `lastPaidRate` is the rate of its last paid ms. */
export interface SharedTime {
  freeMs: number;
  paidMs: number;
  costUnits: number;
  lastPaidRate: number;
}

/** Ms that passed free and paid for all running chats together; a chat is brought up to date when it changes. */
export interface PairClocks {
  freeClockMs: number;
  paidClockMs: number;
}

/** A chat in the middle of the walk: what it has so far, its rate in force, and the clocks up to which that holds. */
export interface RunningTotal extends SharedTime {
  rate: number;
  freeClockSeenMs: number;
  paidClockSeenMs: number;
}

export function newTotal(): RunningTotal {
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

/**
 * Lets `dtMs` pass for `count` running chats without a breakpoint inside; returns the free time left, all ms. When the
 * free time ends inside, `runningById` is asked for those chats, sorted by id: the first `left mod count` get one ms
 * more, and each pays the rest. Throws UnsafeIntegerError. Source: DOMAIN.md "The fold" 4.
 */
export function passTime(
  dtMs: number,
  leftMs: number,
  count: number,
  clocks: PairClocks,
  runningById: () => readonly RunningTotal[],
): number {
  if (count === 0) return leftMs;
  if (leftMs === 0) {
    clocks.paidClockMs += dtMs;
    return 0;
  }
  // count * dtMs may pass 2^53, but then it is above any leftMs, rounded or not.
  if (leftMs >= count * dtMs) {
    clocks.freeClockMs += dtMs;
    return leftMs - count * dtMs;
  }
  const remainder = leftMs % count;
  const evenShareMs = (leftMs - remainder) / count;
  runningById().forEach((total, rank) => {
    const shareMs = evenShareMs + (rank < remainder ? 1 : 0);
    total.freeMs += shareMs;
    pay(total, dtMs - shareMs);
  });
  return 0;
}

/** Adds what passed since the chat was last looked at. Throws UnsafeIntegerError. */
export function bringUpToDate(total: RunningTotal, clocks: PairClocks): void {
  total.freeMs += clocks.freeClockMs - total.freeClockSeenMs;
  pay(total, clocks.paidClockMs - total.paidClockSeenMs);
  seeClocks(total, clocks);
}

/** From here on the chat runs: what passed before is not its own. */
export function seeClocks(total: RunningTotal, clocks: PairClocks): void {
  total.freeClockSeenMs = clocks.freeClockMs;
  total.paidClockSeenMs = clocks.paidClockMs;
}

function pay(total: RunningTotal, ms: number): void {
  if (ms === 0) return;
  total.paidMs += ms;
  total.costUnits = assertSafe(total.costUnits + assertSafe(ms * total.rate, 'cost'), 'cost');
  total.lastPaidRate = total.rate;
}
