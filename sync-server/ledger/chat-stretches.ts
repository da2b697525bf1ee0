/**
 * Which milliseconds of a chat were free and which were paid, in time order: the fold's rule 4 told step by step for
 * people. Pure; the fold itself only keeps the sums, and `explain` compares both.
 */
import type { RateStep } from '../../shared/fold/rates.ts';
import type { Interval } from '../../shared/fold/union.ts';

/** One chat of the pair: the union of its counted segments and its rates, both in time order. */
export interface StretchChat {
  chatId: string;
  intervals: readonly Interval[];
  rates: readonly RateStep[];
}

export interface Stretch extends Interval {
  kind: 'free' | 'paid';
  /** Of paid time, minor credits a minute; 0 of free time. */
  ratePerMinuteMinor: number;
  /** How many chats of the pair ran at that time, this one included. */
  chatsRunning: number;
}

/**
 * The stretches of `chatId`; neighbours of one kind, rate and number of chats are one. `chats` must be sorted by id.
 * Between two breakpoints the free time that is left is taken first. Work: breakpoints × chats of the pair.
 */
export function stretchesOf(
  chatId: string,
  chats: readonly StretchChat[],
  grants: readonly { atMs: number; ms: number }[],
): Stretch[] {
  const instants = new Set(grants.map((grant) => grant.atMs));
  for (const { intervals, rates } of chats) {
    for (const { startMs, endMs } of intervals) instants.add(startMs).add(endMs);
    for (const { atMs } of rates) instants.add(atMs);
  }
  const sorted = [...instants].sort((a, b) => a - b);
  const stretches: Stretch[] = [];
  let leftMs = 0;
  sorted.forEach((fromMs, position) => {
    for (const grant of grants) if (grant.atMs === fromMs) leftMs += grant.ms;
    const toMs = sorted[position + 1];
    const running = toMs === undefined ? [] : chats.filter((chat) => runsAt(chat, fromMs));
    if (toMs === undefined || running.length === 0) return;
    const dtMs = toMs - fromMs;
    const chatsRunning = running.length;
    const isAllFree = leftMs >= chatsRunning * dtMs;
    const evenMs = Math.floor(leftMs / chatsRunning);
    running.forEach((chat, rank) => {
      if (chat.chatId !== chatId) return;
      const freeMs = isAllFree ? dtMs : evenMs + (rank < leftMs % chatsRunning ? 1 : 0);
      const ratePerMinuteMinor = rateAt(chat, fromMs);
      add(stretches, {
        kind: 'free',
        startMs: fromMs,
        endMs: fromMs + freeMs,
        ratePerMinuteMinor: 0,
        chatsRunning,
      });
      add(stretches, {
        kind: 'paid',
        startMs: fromMs + freeMs,
        endMs: toMs,
        ratePerMinuteMinor,
        chatsRunning,
      });
    });
    leftMs = isAllFree ? leftMs - chatsRunning * dtMs : 0;
  });
  return stretches;
}

function runsAt({ intervals }: StretchChat, atMs: number): boolean {
  return intervals.some(({ startMs, endMs }) => startMs <= atMs && atMs < endMs);
}

function rateAt({ rates }: StretchChat, atMs: number): number {
  let rate = 0;
  for (const step of rates) if (step.atMs <= atMs) rate = step.ratePerMinuteMinor;
  return rate;
}

function add(stretches: Stretch[], next: Stretch): void {
  if (next.startMs === next.endMs) return;
  const last = stretches.at(-1);
  const goesOn =
    last?.endMs === next.startMs &&
    last.kind === next.kind &&
    last.ratePerMinuteMinor === next.ratePerMinuteMinor &&
    last.chatsRunning === next.chatsRunning;
  if (goesOn) last.endMs = next.endMs;
  else stretches.push(next);
}
