/**
 * The usual case of a client's funds without a walk: one price, no grant or price ahead, no rounding, nobody else who
 * burns. Then only sums count, in whatever order time ran, and every second of every client costs next to nothing.
 * Equal to the walk of funds-walk.ts to the millisecond (test/spec/simple-funds.test.ts). Pure.
 */
import { assertSafe } from '../fold/safe-integer.ts';
import type { UserProjection } from '../rows.ts';
import type { Stretch } from './known-funds.ts';

export interface SimpleFunds {
  freeLeftMs: number;
  /** Without what is reserved for other devices. */
  units: number;
  /** Of every chat of the pair, minor credits a minute = units a ms. */
  rate: number;
  runningChats: number;
}

/** The funds at `nowMs`; undefined when only the walk can tell. No stretch may overlap another of its chat. */
export function simpleFunds(
  projection: UserProjection,
  stretches: readonly Stretch[],
  nowMs: number,
): SimpleFunds | undefined {
  const rate = priceOf(projection);
  if (rate === undefined) return undefined;
  let ranMs = 0;
  let runningChats = 0;
  for (const { startMs, endMs } of stretches) {
    if (startMs > nowMs) return undefined;
    ranMs += Math.min(endMs, nowMs) - startMs;
    if (endMs > nowMs) runningChats += 1;
  }
  const { freeLeftMs, reservedFreeMs = 0, balanceUnits, reservedUnits } = projection;
  const startFreeMs = Math.max(0, freeLeftMs - reservedFreeMs);
  const paidMs = Math.max(0, ranMs - startFreeMs);
  return {
    freeLeftMs: Math.max(0, startFreeMs - ranMs),
    units: assertSafe(balanceUnits - reservedUnits - rate * paidMs, 'balance ahead'),
    rate,
    runningChats,
  };
}

/** How long `chats` chats can run from here until the first of them must stop, ms; null = never. */
export function simpleTotalLeft({ freeLeftMs, units, rate }: SimpleFunds, chats: number): number | null {
  if (rate === 0) return null;
  return Math.floor((freeLeftMs + Math.max(0, Math.floor(units / rate))) / chats);
}

/** By projection, which never changes; null where there is no one price. */
const prices = new WeakMap<UserProjection, number | null>();

function priceOf(projection: UserProjection): number | undefined {
  let price = prices.get(projection);
  if (price === undefined) prices.set(projection, (price = onePrice(projection) ?? null));
  return price ?? undefined;
}

/** The price all chats of the pair have now and later; undefined where there are several, or anything else moves. */
function onePrice({
  rates,
  ratePerMinuteMinor: rate,
  billingIncrementMs = 1,
  grants = [],
  othersSteps,
  othersBurnUnitsPerMs,
  chats,
}: UserProjection): number | undefined {
  if (billingIncrementMs !== 1 || grants.length > 0 || !isOneStep(rates, rate)) return undefined;
  if (othersSteps === undefined ? othersBurnUnitsPerMs > 0 : othersSteps.length > 0) return undefined;
  for (const chat of chats) {
    if (
      (chat.billingIncrementMs ?? 1) !== 1 ||
      chat.ratePerMinuteMinor !== rate ||
      !isOneStep(chat.rates, rate)
    )
      return undefined;
  }
  return rate;
}

function isOneStep(steps: UserProjection['rates'], rate: number): boolean {
  if (steps === undefined || steps.length === 0) return true;
  return steps.length === 1 && steps[0]?.ratePerMinuteMinor === rate;
}
