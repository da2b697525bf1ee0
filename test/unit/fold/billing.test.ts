import { describe, expect, it } from 'vitest';
import {
  billChat,
  billingIncrementAt,
  billingIncrementSteps,
  wholeMinor,
} from '../../../shared/fold/billing.ts';
import { UnsafeIntegerError } from '../../../shared/fold/safe-integer.ts';

const time = (paidMs: number) => ({ freeMs: 1, paidMs, costUnits: paidMs * 2, lastPaidRate: 3 });

describe('wholeMinor', () => {
  it.each([
    [0, 0],
    [59_999, 0],
    [60_000, 1],
    [-1, -1],
    [-60_000, -1],
    [-60_001, -2],
    [Number.MAX_SAFE_INTEGER, 150_119_987_579],
  ])('%i units are %i whole minor credits', (units, minor) => expect(wholeMinor(units)).toBe(minor));
});

describe('billChat', () => {
  it('rounds up to the increment at the rate of the last paid ms', () =>
    expect(billChat('c', time(11), 10)).toEqual({
      chatId: 'c',
      trackedMs: 12,
      freeMs: 1,
      paidMs: 11,
      billedMs: 20,
      costUnits: 22 + 27,
      chargeMinor: 0,
    }));
  it('adds nothing to a full increment or to no paid time', () => {
    expect(billChat('c', time(20), 10).billedMs).toBe(20);
    expect(billChat('c', time(0), 10)).toMatchObject({ billedMs: 0, costUnits: 0 });
  });
  it('refuses a cost beyond 2^53', () =>
    expect(() =>
      billChat('c', { freeMs: 0, paidMs: 1, costUnits: Number.MAX_SAFE_INTEGER, lastPaidRate: 1 }, 2),
    ).toThrow(UnsafeIntegerError));
});

describe('the billing increment', () => {
  const policy = (atMs: number, value: unknown, order: number, key = 'billingIncrementMs') => ({
    id: `${order}`,
    key,
    value,
    atMs,
    order,
  });

  it('is 1 before any change', () => expect(billingIncrementAt([], 5)).toBe(1));
  it('is the one in force when the chat opened, of one instant the later in server order', () => {
    const steps = billingIncrementSteps([policy(9, 3, 3), policy(5, 60, 2), policy(5, 10, 1)]);
    expect([4, 5, 8, 9].map((openedAtMs) => billingIncrementAt(steps, openedAtMs))).toEqual([1, 60, 60, 3]);
  });
  it('ignores other policies and values that are no increment', () =>
    expect(
      billingIncrementSteps([
        policy(0, 5, 1, 'other'),
        policy(0, '5', 2),
        policy(0, 0, 3),
        policy(0, 1.5, 4),
      ]),
    ).toEqual([]));
});
