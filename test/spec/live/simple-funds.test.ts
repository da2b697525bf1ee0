/** The short cut for the usual case says what the walk says. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countDown, standingOf, totalLeftWith, type Stretch } from '../../../shared/countdown.ts';
import { FOLD_VERSION } from '../../../shared/fold/settlement.ts';
import { simpleFunds } from '../../../shared/live/simple-funds.ts';
import type { UserProjection } from '../../../shared/rows.ts';
import { casesOf, runs } from '../property-runs.ts';

const NOW = 10_000;

/** Small figures, so that free time and credits end within a few ms of `NOW`; closed and running stretches of 1–4 chats. */
const arbitrary = fc.record({
  rate: fc.integer({ min: 0, max: 7 }),
  balanceUnits: fc.integer({ min: -60, max: 400 }),
  reservedUnits: fc.integer({ min: 0, max: 30 }),
  freeLeftMs: fc.integer({ min: 0, max: 60 }),
  reservedFreeMs: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
  chats: fc.array(
    fc.record({
      closed: fc.option(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 20 })), {
        nil: undefined,
      }),
      runsSinceMs: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
      isProjected: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  asked: fc.integer({ min: 1, max: 5 }),
});
type Case = typeof arbitrary extends fc.Arbitrary<infer T> ? T : never;

function build(given: Case): { projection: UserProjection; stretches: Stretch[] } {
  const { rate, balanceUnits, reservedUnits, freeLeftMs, reservedFreeMs } = given;
  const stretches: Stretch[] = [];
  given.chats.forEach(({ closed, runsSinceMs }, n) => {
    if (closed !== undefined) {
      const startMs = NOW - 60 + closed[0];
      stretches.push({ chatId: `c${n}`, startMs, endMs: startMs + closed[1] });
    }
    if (runsSinceMs !== undefined)
      stretches.push({ chatId: `c${n}`, startMs: NOW - runsSinceMs, endMs: Infinity });
  });
  const projection: UserProjection = {
    type: 'userProjection',
    id: 'lea:mara',
    userId: 'mara',
    advisorId: 'lea',
    stateSeq: 1,
    asOfMs: NOW - 60,
    balanceUnits,
    reservedUnits,
    creditedMinor: 0,
    othersBurnUnitsPerMs: 0,
    freeGrantedMs: freeLeftMs,
    freeLeftMs,
    ...(reservedFreeMs !== undefined && { reservedFreeMs }),
    ratePerMinuteMinor: rate,
    chats: given.chats.flatMap(({ isProjected }, n) =>
      isProjected ? [{ chatId: `c${n}`, trackedMs: 0, freeMs: 0, paidMs: 0, ratePerMinuteMinor: rate }] : [],
    ),
    foldVersion: FOLD_VERSION,
  };
  return { projection, stretches };
}

test('the short cut stands where the walk stands, and lasts as long with any number of chats', () => {
  let seen = 0;
  fc.assert(
    fc.property(arbitrary, (given) => {
      const { projection, stretches } = build(given);
      expect(simpleFunds(projection, stretches, NOW)).toBeDefined();
      const { zeros: _zeros, ...walked } = countDown(projection, stretches, NOW);
      expect(standingOf(projection, stretches, NOW)).toEqual(walked);
      // A grant that never comes makes the walk do it.
      const far = { ...projection, grants: [{ atMs: Number.MAX_SAFE_INTEGER, ms: 1 }] };
      expect(simpleFunds(far, stretches, NOW)).toBeUndefined();
      expect(totalLeftWith(projection, stretches, NOW, given.asked)).toBe(
        totalLeftWith(far, stretches, NOW, given.asked),
      );
      if (walked.totalLeftMs !== null && walked.totalLeftMs > 0) seen += 1;
    }),
    runs(10_000),
  );
  expect(seen).toBeGreaterThan(casesOf(1_000));
});

test('two prices, a rounding step, a price or a grant ahead, or others who burn need the walk', () => {
  const { projection } = build({
    rate: 2,
    balanceUnits: 100,
    reservedUnits: 0,
    freeLeftMs: 0,
    reservedFreeMs: undefined,
    chats: [{ closed: undefined, runsSinceMs: 1, isProjected: true }],
    asked: 1,
  });
  const [chat] = projection.chats;
  const others: Partial<UserProjection>[] = [
    { ratePerMinuteMinor: 3 },
    { billingIncrementMs: 60_000 },
    { chats: [{ ...chat!, billingIncrementMs: 60_000 }] },
    {
      rates: [
        { atMs: 0, ratePerMinuteMinor: 2 },
        { atMs: NOW + 5, ratePerMinuteMinor: 4 },
      ],
    },
    { grants: [{ atMs: NOW + 5, ms: 10 }] },
    { othersBurnUnitsPerMs: 1 },
  ];
  expect(simpleFunds(projection, [], NOW)).toBeDefined();
  for (const other of others) expect(simpleFunds({ ...projection, ...other }, [], NOW)).toBeUndefined();
});
