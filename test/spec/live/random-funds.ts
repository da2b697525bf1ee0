/** Small random funds: every rule of the walk meets every other within a hundred milliseconds. */
import fc from 'fast-check';
import type { Funds, FundsChat, FundsPair, OthersStep } from '../../../shared/live/funds.ts';

export const HORIZON_MS = 120;
const instant = fc.nat({ max: 60 });
const rate = fc.constantFrom(0, 1, 2, 3, 7);
const increment = fc.constantFrom(1, 1, 1, 2, 5, 12);

const rates = fc
  .array(fc.record({ atMs: fc.constantFrom(0, 0, 10, 25, 40), ratePerMinuteMinor: rate }), {
    minLength: 1,
    maxLength: 3,
  })
  .map((steps) =>
    [...new Map(steps.map((step) => [step.atMs, step])).values()].sort((a, b) => a.atMs - b.atMs),
  );

const intervals = fc.oneof(
  fc.constant([{ startMs: 0, endMs: Infinity }]),
  instant.map((startMs) => [{ startMs, endMs: Infinity }]),
  fc
    .tuple(instant, fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }))
    .map(([startMs, runMs, pauseMs]) => [
      { startMs, endMs: startMs + runMs },
      { startMs: startMs + runMs + pauseMs, endMs: Infinity },
    ]),
  fc
    .tuple(instant, fc.integer({ min: 1, max: 30 }))
    .map(([startMs, ms]) => [{ startMs, endMs: startMs + ms }]),
);

const chat = fc.record({
  intervals,
  rates,
  paidMs: fc.nat({ max: 20 }),
  incrementMs: increment,
  lastPaidRate: rate,
});

const pair = fc.record({
  freeLeftMs: fc.constantFrom(0, 0, 1, 2, 5, 11, 30),
  grants: fc
    .array(fc.record({ atMs: fc.integer({ min: 1, max: 60 }), ms: fc.integer({ min: 1, max: 15 }) }), {
      maxLength: 2,
    })
    .map((grants) => grants.sort((a, b) => a.atMs - b.atMs)),
  chats: fc.array(chat, { minLength: 1, maxLength: 3 }),
});

const othersStep = fc
  .record({
    atMs: instant,
    forMs: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
    unitsPerMs: rate,
    incrementMs: increment,
    begun: fc.nat({ max: 20 }),
    lastUnitsPerMs: rate,
  })
  .map(({ forMs, begun, ...step }): Omit<OthersStep, 'lane'> => ({
    ...step,
    begunMs: begun % step.incrementMs,
    ...(forMs !== undefined && { untilMs: step.atMs + forMs }),
  }));

export const randomFunds: fc.Arbitrary<Funds> = fc
  .record({
    units: fc.integer({ min: -5, max: 300 }),
    pairs: fc.array(pair, { minLength: 1, maxLength: 3 }),
    others: fc.array(othersStep, { maxLength: 2 }),
  })
  .map(({ units, pairs, others }) => ({
    atMs: 0,
    units,
    pairs: pairs.map((one, p): FundsPair => ({
      ...one,
      chats: one.chats.map((each, c): FundsChat => ({ ...each, chatId: `p${p}c${c}` })),
    })),
    others: others.map((step, lane) => ({ ...step, lane })),
  }));
