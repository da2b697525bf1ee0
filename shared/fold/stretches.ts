/**
 * Which milliseconds of each chat of a pair were free and which were paid, in time order: the fold's rule 4 told step by
 * step, for `explain` and for reports. Pure; the fold itself only keeps the sums, and a property compares both.
 */
import type { RateStep } from './rates.ts';
import type { Interval } from './union.ts';

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

/** A chat in the middle of the walk. */
interface Walked {
  stretches: Stretch[];
  rate: number;
}

/** What happens at an instant; at one instant in any order, because no time passes between. */
interface Breakpoint {
  atMs: number;
  /** Position of the chat; -1 for a grant. */
  chat: number;
  kind: 'grant' | 'rate' | 'end' | 'start';
  /** Granted ms, or the new rate. */
  value: number;
}

/**
 * The stretches of every chat, by chat id; neighbours of one kind, rate and number of chats are one. `chats` must be
 * sorted by id. Between two breakpoints the free time that is left is taken first, the remainder by id.
 * O(n log n) in the breakpoints and in what it returns. Source: DOMAIN.md "The fold" 3-5.
 */
export function stretchesOf(
  chats: readonly StretchChat[],
  grants: readonly { atMs: number; ms: number }[],
): Map<string, Stretch[]> {
  const walked = chats.map((): Walked => ({ stretches: [], rate: 0 }));
  const running = new Set<number>();
  let leftMs = 0;
  let nowMs = 0;
  for (const { atMs, chat, kind, value } of breakpointsOf(chats, grants)) {
    if (atMs > nowMs) leftMs = passTime([...running], walked, { startMs: nowMs, endMs: atMs }, leftMs);
    nowMs = atMs;
    if (kind === 'grant') leftMs += value;
    else if (kind === 'rate') (walked[chat] as Walked).rate = value;
    else if (kind === 'end') running.delete(chat);
    else running.add(chat);
  }
  return new Map(chats.map(({ chatId }, position) => [chatId, (walked[position] as Walked).stretches]));
}

/** A chat that ends and starts at one instant runs on: ends come before starts. */
function breakpointsOf(
  chats: readonly StretchChat[],
  grants: readonly { atMs: number; ms: number }[],
): Breakpoint[] {
  const points: Breakpoint[] = grants.map(({ atMs, ms }) => ({ atMs, chat: -1, kind: 'grant', value: ms }));
  chats.forEach(({ intervals, rates }, chat) => {
    for (const { atMs, ratePerMinuteMinor } of rates)
      points.push({ atMs, chat, kind: 'rate', value: ratePerMinuteMinor });
    for (const { startMs, endMs } of intervals) {
      if (endMs <= startMs) continue;
      points.push({ atMs: startMs, chat, kind: 'start', value: 0 });
      points.push({ atMs: endMs, chat, kind: 'end', value: 0 });
    }
  });
  const rank = { grant: 0, rate: 1, end: 2, start: 3 };
  return points.sort((a, b) => a.atMs - b.atMs || rank[a.kind] - rank[b.kind]);
}

/** Returns the free time that is left, ms. */
function passTime(
  running: readonly number[],
  walked: readonly Walked[],
  { startMs, endMs }: Interval,
  leftMs: number,
): number {
  const chatsRunning = running.length;
  if (chatsRunning === 0) return leftMs;
  const dtMs = endMs - startMs;
  const isAllFree = leftMs >= chatsRunning * dtMs;
  const evenMs = Math.floor(leftMs / chatsRunning);
  const byId = isAllFree ? running : [...running].sort((a, b) => a - b);
  byId.forEach((chat, position) => {
    const { stretches, rate } = walked[chat] as Walked;
    const freeMs = isAllFree ? dtMs : evenMs + (position < leftMs % chatsRunning ? 1 : 0);
    const paidFromMs = startMs + freeMs;
    add(stretches, { kind: 'free', startMs, endMs: paidFromMs, ratePerMinuteMinor: 0, chatsRunning });
    add(stretches, { kind: 'paid', startMs: paidFromMs, endMs, ratePerMinuteMinor: rate, chatsRunning });
  });
  return isAllFree ? leftMs - chatsRunning * dtMs : 0;
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
