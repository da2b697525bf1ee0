/**
 * Walks a client's funds forward by the fold's rules, in whole milliseconds (DOMAIN.md, "The fold", "Live"): the same code on
 * the server and on every device, so that T* is the same instant everywhere. Between two instants at which something
 * changes, cost only grows: the last affordable millisecond is found by halving, never by stepping. Pure.
 */
import { assertSafe } from '../fold/safe-integer.ts';
import type { Interval } from '../fold/union.ts';
import { costOfPaid, type PaidRun } from './paid-cost.ts';
import type { Funds, FundsChat, FundsPair, OthersStep, Zero } from './funds.ts';

/** The funds at `untilMs`, whether there is enough or not: time that ran is paid for. Throws UnsafeIntegerError. */
export function passTime(funds: Funds, untilMs: number): Funds {
  return walk(funds, untilMs, false).funds;
}

/** Every stretch of paid time ahead, `ms` Infinity for the last of a chat that runs on; nothing stops for want of credits. */
export function eachPaidStretch(
  funds: Funds,
  seen: (chatId: string, run: PaidRun, atMs: number, ms: number) => void,
): void {
  walk(funds, Infinity, false, seen);
}

/** T*: the first instant from which on the paid chats cannot run another ms; undefined = never. Throws UnsafeIntegerError. */
export function firstZero(funds: Funds): { zero: Zero; funds: Funds } | undefined {
  const { funds: after, zero } = walk(funds, Infinity, true);
  return zero === undefined ? undefined : { zero, funds: after };
}

/**
 * Every zero ahead, in time order: at each the chats that would be paid stop for good, those on free time or without a
 * price go on to one of their own. Throws UnsafeIntegerError.
 */
export function zerosAhead(funds: Funds): Zero[] {
  const zeros: Zero[] = [];
  for (let next = firstZero(funds); next !== undefined; next = firstZero(next.funds)) zeros.push(next.zero);
  return zeros;
}

interface MovingChat extends FundsChat {
  paidMs: number;
  lastPaidRate: number;
}
interface MovingPair extends FundsPair {
  freeLeftMs: number;
  chats: MovingChat[];
}
/** Who pays in a stretch in which nothing changes. */
interface Payer {
  run: PaidRun;
  /** Absent for a lane of others, whose figures follow from the step itself. */
  chat?: MovingChat;
}

function walk(
  funds: Funds,
  untilMs: number,
  isStopping: boolean,
  seen?: (chatId: string, run: PaidRun, atMs: number, ms: number) => void,
): { funds: Funds; zero: Zero | undefined } {
  const pairs: MovingPair[] = funds.pairs.map((pair) => ({
    ...pair,
    chats: pair.chats.map((chat) => ({ ...chat })),
  }));
  let { units } = funds;
  let t = funds.atMs;
  while (t < untilMs) {
    for (const pair of pairs) takeGrants(pair, t);
    const payers: Payer[] = othersPaying(funds.others, t);
    let nextMs = Math.min(untilMs, nextChange(pairs, funds.others, t));
    for (const pair of pairs) nextMs = Math.min(nextMs, freeTimeEnds(pair, t));
    for (const pair of pairs) addPayers(pair, t, payers);
    const dtMs = nextMs - t;
    const isPaying = payers.some(({ run }) => run.rate > 0);
    const passMs = isStopping && isPaying ? affordableMs(payers, units, dtMs) : dtMs;
    for (const { run, chat } of payers) if (chat !== undefined) seen?.(chat.chatId, run, t, passMs);
    if (passMs === Infinity) break; // Nothing ever changes again, and nothing is too dear.
    units = assertSafe(units - costOf(payers, passMs), 'balance ahead');
    for (const pair of pairs) useTime(pair, t, passMs);
    t += passMs;
    if (passMs < dtMs) return stopAt(t, units, pairs, funds.others, payers);
  }
  return { funds: { atMs: t, units, pairs, others: funds.others }, zero: undefined };
}

function takeGrants(pair: MovingPair, t: number): void {
  if (!pair.grants.some((grant) => grant.atMs <= t)) return;
  for (const grant of pair.grants)
    if (grant.atMs <= t) pair.freeLeftMs = assertSafe(pair.freeLeftMs + grant.ms, 'free time ahead');
  pair.grants = pair.grants.filter((grant) => grant.atMs > t);
}

/** The next instant after `t` at which somebody starts or ends, a rate changes or free time is granted. */
function nextChange(pairs: readonly MovingPair[], others: readonly OthersStep[], t: number): number {
  let nextMs = Infinity;
  const consider = (atMs: number | undefined): void => {
    if (atMs !== undefined && atMs > t && atMs < nextMs) nextMs = atMs;
  };
  for (const { grants, chats } of pairs) {
    for (const grant of grants) consider(grant.atMs);
    for (const chat of chats) {
      for (const { startMs, endMs } of chat.intervals) {
        consider(startMs);
        consider(endMs);
      }
      if (lastEnd(chat.intervals) > t) for (const step of chat.rates) consider(step.atMs);
    }
  }
  for (const step of others) {
    consider(step.atMs);
    consider(step.untilMs);
  }
  return nextMs;
}

/** Until when the pair's free time lasts for all its running chats alike; the ms that it does not cover whole stands alone. */
function freeTimeEnds(pair: MovingPair, t: number): number {
  const count = pair.chats.filter((chat) => isRunning(chat, t)).length;
  if (count === 0 || pair.freeLeftMs === 0) return Infinity;
  return t + Math.max(1, (pair.freeLeftMs - (pair.freeLeftMs % count)) / count);
}

/** In the ms that free time does not cover whole, the first chats by id have it and the rest pays. */
function addPayers(pair: MovingPair, t: number, payers: Payer[]): void {
  const running = pair.chats.filter((chat) => isRunning(chat, t));
  if (pair.freeLeftMs >= running.length) return;
  for (const chat of running.slice(pair.freeLeftMs)) {
    const { paidMs, incrementMs, lastPaidRate } = chat;
    payers.push({ run: { paidMs, incrementMs, lastPaidRate, rate: rateAt(chat, t) }, chat });
  }
}

function useTime(pair: MovingPair, t: number, ms: number): void {
  if (ms === 0) return;
  const running = pair.chats.filter((chat) => isRunning(chat, t));
  const isFree = pair.freeLeftMs >= running.length;
  const paying = isFree ? [] : running.slice(pair.freeLeftMs);
  for (const chat of paying) {
    chat.paidMs = assertSafe(chat.paidMs + ms, 'paid time ahead');
    chat.lastPaidRate = rateAt(chat, t);
  }
  pair.freeLeftMs = isFree ? pair.freeLeftMs - running.length * ms : 0;
}

function stopAt(
  atMs: number,
  units: number,
  pairs: readonly MovingPair[],
  others: readonly OthersStep[],
  payers: readonly Payer[],
): { funds: Funds; zero: Zero } {
  const stopped = new Set<FundsChat>();
  for (const { run, chat } of payers) if (chat !== undefined && run.rate > 0) stopped.add(chat);
  const lanes = new Set(
    others.filter((step) => isPaying(step, atMs) && step.unitsPerMs > 0).map((step) => step.lane),
  );
  const left = pairs.map((pair) => ({ ...pair, chats: pair.chats.filter((chat) => !stopped.has(chat)) }));
  return {
    zero: { atMs, chatIds: [...stopped].map((chat) => chat.chatId) },
    funds: { atMs, units, pairs: left, others: others.filter((step) => !lanes.has(step.lane)) },
  };
}

/** The most of `dtMs` that the units pay for, ms. From the first ms on cost never falls, so halving finds it. */
function affordableMs(payers: readonly Payer[], units: number, dtMs: number): number {
  if (costOf(payers, 1) > units) return 0;
  let can = 1;
  let cannot = 2;
  while (cannot < dtMs && costOf(payers, cannot) <= units) {
    can = cannot;
    cannot *= 2;
  }
  if (cannot >= dtMs) {
    if (costOf(payers, dtMs) <= units) return dtMs;
    cannot = dtMs;
  }
  while (cannot - can > 1) {
    const middle = can + Math.floor((cannot - can) / 2);
    if (costOf(payers, middle) <= units) can = middle;
    else cannot = middle;
  }
  return can;
}

function costOf(payers: readonly Payer[], ms: number): number {
  let units = 0;
  for (const { run } of payers) units += costOfPaid(run, ms);
  return units;
}

function othersPaying(others: readonly OthersStep[], t: number): Payer[] {
  return others.filter((step) => isPaying(step, t)).map((step) => ({ run: runOf(step, t) }));
}

/** A step seen from `t` on: only its first ms re-prices what was begun before it. */
function runOf({ atMs, unitsPerMs, incrementMs, begunMs, lastUnitsPerMs }: OthersStep, t: number): PaidRun {
  const lastPaidRate = t > atMs ? unitsPerMs : lastUnitsPerMs;
  return { paidMs: begunMs + (t - atMs), incrementMs, rate: unitsPerMs, lastPaidRate };
}

function isPaying({ atMs, untilMs }: OthersStep, t: number): boolean {
  return atMs <= t && t < (untilMs ?? Infinity);
}

function isRunning(chat: FundsChat, t: number): boolean {
  return chat.intervals.some(({ startMs, endMs }) => startMs <= t && t < endMs);
}

function lastEnd(intervals: readonly Interval[]): number {
  return intervals.at(-1)?.endMs ?? -Infinity;
}

function rateAt(chat: FundsChat, t: number): number {
  let rate = 0;
  for (const step of chat.rates) {
    if (step.atMs > t) break;
    rate = step.ratePerMinuteMinor;
  }
  return rate;
}
