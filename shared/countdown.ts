/**
 * What a device shows between two states of the server: the projection plus what runs since (DOMAIN.md, "Live").
 * Pure; instants are ms on the server's clock. The fold is the truth; shared/live walks its rules forward from its result.
 */
import { FOLD_VERSION } from './fold/settlement.ts';
import type { FundsKind } from './live.ts';
import type { Funds, FundsChat, FundsPair, Zero } from './live/funds.ts';
import { passTime, zerosAhead } from './live/funds-walk.ts';
import { fundsChat, fundsOf, type Stretch } from './live/known-funds.ts';
import { simpleFunds, simpleTotalLeft } from './live/simple-funds.ts';
import type { UserProjection } from './rows.ts';

export { stretchesOf, type OwnStretch, type Stretch } from './live/known-funds.ts';

/** A chat starts, and goes on by itself, with at least this much left, ms: less is what a stop to the ms leaves over. */
export const WORTH_STARTING_MS = 1_000;

/** Under this much left the client is low. */
export const LOW_MS = 5 * 60_000;

/** What a client's chats live on at one instant. */
export interface Standing {
  kind: FundsKind;
  /** Until free time ends (free), until credits end (paid, low), else 0; ms. */
  countdownMs: number;
  /** Until T* of what runs, free time included (of one chat when none runs); null = never. */
  totalLeftMs: number | null;
  freeLeftMs: number;
  /** Less than one ms of burn below zero is zero. */
  balanceUnits: number;
  runningChats: number;
  /** Units per ms that the running chats of this pair burn once they are paid. */
  burnUnitsPerMs: number;
}

export interface Countdown extends Standing {
  /** The instants at which running chats of the pair stop, and which; in time order. */
  zeros: Zero[];
}

/** The same figures as `countDown` without the zeros: for what is shown each second of every client. Throws UnsafeIntegerError. */
export function standingOf(
  projection: UserProjection,
  stretches: readonly Stretch[],
  nowMs: number,
): Standing {
  const simple =
    projection.foldVersion === FOLD_VERSION ? simpleFunds(projection, stretches, nowMs) : undefined;
  if (simple === undefined) return countDown(projection, stretches, nowMs);
  const { freeLeftMs, units, rate, runningChats } = simple;
  const totalLeftMs = worthLeft(simpleTotalLeft(simple, Math.max(1, runningChats)), runningChats);
  const { kind, countdownMs } = kindOf(freeLeftMs, Math.max(1, runningChats), rate, totalLeftMs);
  return {
    kind,
    countdownMs,
    totalLeftMs,
    freeLeftMs: freeLeftMs + Math.min(projection.freeLeftMs, projection.reservedFreeMs ?? 0),
    balanceUnits: shownUnits(units + projection.reservedUnits, rate),
    runningChats,
    burnUnitsPerMs: rate * runningChats,
  };
}

/** The state of the client's funds at `nowMs`, and how long they last from there. Throws UnsafeIntegerError. */
export function countDown(
  projection: UserProjection,
  stretches: readonly Stretch[],
  nowMs: number,
): Countdown {
  // Nothing starts later: what the server settled up to "later" runs, and this clock is some ms behind.
  const running = stretches.filter((one) => one.endMs > nowMs);
  if (projection.foldVersion !== FOLD_VERSION) return asServerSays(projection, running.length, nowMs);
  const funds = passTime(fundsOf(projection, stretches), nowMs);
  const pair = funds.pairs[0] as FundsPair;
  const burn = pair.chats
    .filter((chat) => running.some((one) => one.chatId === chat.chatId))
    .reduce((sum, chat) => sum + rateAt(chat, nowMs), 0);
  const zeros = zerosAhead(running.length > 0 ? funds : withChats(projection, funds, nowMs, 1)).filter(
    (zero) => zero.chatIds.length > 0,
  );
  const zeroAtMs = zeros[0]?.atMs;
  const leftMs = zeroAtMs === undefined ? null : Math.max(0, zeroAtMs - nowMs);
  const totalLeftMs = worthLeft(leftMs, running.length);
  const burnShown = running.length > 0 ? burn : projection.ratePerMinuteMinor;
  return {
    ...kindOf(pair.freeLeftMs, Math.max(1, running.length), burnShown, totalLeftMs),
    totalLeftMs,
    freeLeftMs: pair.freeLeftMs + Math.min(projection.freeLeftMs, projection.reservedFreeMs ?? 0),
    balanceUnits: shownUnits(
      funds.units + projection.reservedUnits,
      Math.max(projection.ratePerMinuteMinor, ...projection.chats.map((chat) => chat.ratePerMinuteMinor)),
    ),
    runningChats: running.length,
    burnUnitsPerMs: burn,
    zeros: running.length > 0 ? zeros : [],
  };
}

/** How long the funds last when `chats` chats of the pair run from now on, ms; null = never. Throws UnsafeIntegerError. */
export function totalLeftWith(
  projection: UserProjection,
  stretches: readonly Stretch[],
  nowMs: number,
  chats: number,
): number | null {
  const simple = simpleFunds(projection, stretches, nowMs);
  if (simple !== undefined) return simpleTotalLeft(simple, chats);
  const funds = passTime(fundsOf(projection, stretches), nowMs);
  const zero = zerosAhead(withChats(projection, funds, nowMs, chats)).find((one) => one.chatIds.length > 0);
  return zero === undefined ? null : Math.max(0, zero.atMs - nowMs);
}

/** How much of a chat's shown time lies beyond what is settled, ms at `nowMs`. */
export function unsettledMs(stretches: readonly Stretch[], chatId: string, nowMs: number): number {
  let sum = 0;
  for (const one of stretches) {
    if (one.chatId === chatId) sum += Math.max(0, Math.min(one.endMs, nowMs) - one.startMs);
  }
  return sum;
}

function worthLeft(leftMs: number | null, runningChats: number): number | null {
  return runningChats === 0 && leftMs !== null && leftMs < WORTH_STARTING_MS ? 0 : leftMs;
}

function kindOf(
  freeLeftMs: number,
  chats: number,
  burn: number,
  totalLeftMs: number | null,
): { kind: FundsKind; countdownMs: number } {
  const isLow = totalLeftMs !== null && totalLeftMs < LOW_MS;
  if (freeLeftMs > 0 && totalLeftMs !== 0) {
    return isLow
      ? { kind: 'low', countdownMs: totalLeftMs }
      : { kind: 'free', countdownMs: Math.floor(freeLeftMs / chats) };
  }
  if (burn === 0 || totalLeftMs === null) return { kind: 'unpriced', countdownMs: 0 };
  if (totalLeftMs === 0) return { kind: 'exhausted', countdownMs: 0 };
  return { kind: isLow ? 'low' : 'paid', countdownMs: totalLeftMs };
}

/** Another version of the fold may count otherwise: the server's own figures stand, and T* is the instant it named. */
function asServerSays(projection: UserProjection, runningChats: number, nowMs: number): Countdown {
  const { zeroAtMs, freeLeftMs, balanceUnits, ratePerMinuteMinor: rate } = projection;
  const totalLeftMs = zeroAtMs === undefined ? null : Math.max(0, zeroAtMs - nowMs);
  const chatIds = projection.chats.filter((chat) => chat.ratePerMinuteMinor > 0).map((chat) => chat.chatId);
  return {
    ...kindOf(freeLeftMs, Math.max(1, runningChats), rate, totalLeftMs),
    totalLeftMs,
    freeLeftMs,
    balanceUnits: shownUnits(balanceUnits, rate),
    runningChats,
    burnUnitsPerMs: rate * runningChats,
    zeros: zeroAtMs === undefined ? [] : [{ atMs: zeroAtMs, chatIds }],
  };
}

/** The funds with `count` chats of the pair running from now on: those that run first, then new ones. */
function withChats(projection: UserProjection, funds: Funds, nowMs: number, count: number): Funds {
  const forGood = [{ startMs: nowMs, endMs: Infinity }];
  const pair = funds.pairs[0] as FundsPair;
  const running = pair.chats.filter((chat) => (chat.intervals.at(-1)?.endMs ?? 0) > nowMs).slice(0, count);
  const added = Array.from({ length: count - running.length }, (_, index) =>
    // Later than every id there is, so that the free milliseconds left over go to the chats that run.
    fundsChat(projection, `\uffff${index}`, undefined, forGood),
  );
  return { ...funds, pairs: [{ ...pair, chats: [...running, ...added] }] };
}

function shownUnits(units: number, burnOfOneMs: number): number {
  return units < 0 && units > -burnOfOneMs ? 0 : units;
}

function rateAt(chat: FundsChat, nowMs: number): number {
  return chat.rates.reduce((rate, step) => (step.atMs <= nowMs ? step.ratePerMinuteMinor : rate), 0);
}
