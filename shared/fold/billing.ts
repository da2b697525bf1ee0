import type { FoldPolicyChange } from './fold-input.ts';
import type { SharedTime } from './pool.ts';
import { compareInForce } from './rates.ts';
import { assertSafe } from './safe-integer.ts';
import type { ChatSettlement } from './settlement.ts';

/** 1 minor credit, in units. Source: DOMAIN.md "Units". */
export const UNITS_PER_MINOR = 60_000;

/** Whole minor credits in `units`, rounded down, also below zero. Exact for every safe integer. */
export function wholeMinor(units: number): number {
  const remainder = units % UNITS_PER_MINOR;
  return (units - remainder) / UNITS_PER_MINOR - (remainder < 0 ? 1 : 0);
}

/** The changes of `billingIncrementMs`, sorted as they come into force; values that are no integer >= 1 are ignored. */
export function billingIncrementSteps(
  changes: readonly FoldPolicyChange[],
): { atMs: number; incrementMs: number }[] {
  return changes
    .filter(
      ({ key, value }) =>
        key === 'billingIncrementMs' && Number.isSafeInteger(value) && (value as number) >= 1,
    )
    .sort(compareInForce)
    .map(({ atMs, value }) => ({ atMs, incrementMs: value as number }));
}

/** The increment in force at `openedAtMs`: 1 ms before any change. Source: DOMAIN.md "Units". */
export function billingIncrementAt(
  steps: readonly { atMs: number; incrementMs: number }[],
  openedAtMs: number,
): number {
  let incrementMs = 1;
  for (const step of steps) {
    if (step.atMs > openedAtMs) break;
    incrementMs = step.incrementMs;
  }
  return incrementMs;
}

/**
 * The figures of one chat: its cumulative paid ms rounded up to the increment once, the extra at the rate of the last
 * paid ms. Throws UnsafeIntegerError beyond 2^53 units. Source: DOMAIN.md "Units".
 */
export function billChat(chatId: string, time: SharedTime, incrementMs: number): ChatSettlement {
  const { freeMs, paidMs, lastPaidRate } = time;
  const started = paidMs % incrementMs;
  const extraMs = started === 0 ? 0 : incrementMs - started;
  const extraUnits = assertSafe(extraMs * lastPaidRate, `rounding of chat ${chatId}`);
  const costUnits = assertSafe(time.costUnits + extraUnits, `cost of chat ${chatId}`);
  return {
    chatId,
    trackedMs: assertSafe(freeMs + paidMs, `time of chat ${chatId}`),
    freeMs,
    paidMs,
    billedMs: assertSafe(paidMs + extraMs, `billed time of chat ${chatId}`),
    costUnits,
    chargeMinor: wholeMinor(costUnits),
  };
}
