import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { parseFacts } from '../../shared/facts/parse-facts.ts';
import { foldUser } from '../../shared/fold/fold.ts';
import { emptyFoldInput, type FoldInput, type FoldSegment } from '../../shared/fold/fold-input.ts';
import {
  amountsByChat,
  amountsUntil,
  countedTimes,
  isNothing,
  NO_AMOUNTS,
  plus,
  sliceBetween,
  type AmountsByChat,
  type PeriodAmounts,
} from '../../shared/fold/period-slices.ts';
import { UnsafeIntegerError } from '../../shared/fold/safe-integer.ts';
import { createChoices, randomFactsFile } from './oracle/random-facts.ts';
import { casesOf, PROPERTY_TIMEOUT_MS, runs } from './property-runs.ts';

/** DOMAIN.md "The fold" 3: a period bound is a breakpoint, and changes nothing. */
vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS });

/** The slices between the bounds, the last one up to the end of time. */
function slicesOf(userId: string, input: FoldInput, boundsMs: readonly number[]): AmountsByChat[] {
  const counted = countedTimes(input);
  const ends = [...boundsMs]
    .sort((a, b) => a - b)
    .map((endMs) => amountsUntil(userId, input, counted, endMs));
  const all = amountsByChat(foldUser(userId, input).chats);
  return [...ends, all].map((end, n) => sliceBetween(ends[n - 1] ?? new Map(), end));
}

function sumOf(slices: readonly AmountsByChat[]): Map<string, PeriodAmounts> {
  const sums = new Map<string, PeriodAmounts>();
  for (const slice of slices)
    for (const [chatId, amounts] of slice) sums.set(chatId, plus(sums.get(chatId) ?? NO_AMOUNTS, amounts));
  return new Map([...sums].filter(([, amounts]) => !isNothing(amounts)));
}

const sorted = (amounts: AmountsByChat) => [...amounts].sort(([a], [b]) => (a < b ? -1 : 1));

describe('slices of a fold at period bounds', () => {
  it('sum to the fold of everything, whatever the bounds, for random facts', () => {
    let withTime = 0;
    fc.assert(
      fc.property(
        fc.nat({ max: 1_000_000 }),
        fc.array(fc.nat({ max: 1_000 }), { maxLength: 5 }),
        (seed, bounds) => {
          const { facts } = parseFacts(randomFactsFile(seed));
          for (const { id } of facts.users) {
            const input = { ...facts, chats: facts.chats.filter((chat) => chat.userId === id) };
            let whole;
            try {
              whole = amountsByChat(foldUser(id, input).chats);
            } catch (cause) {
              // A figure beyond 2^53 settles nothing.
              if (cause instanceof UnsafeIntegerError) return;
              throw cause;
            }
            const expected = sorted(new Map([...whole].filter(([, amounts]) => !isNothing(amounts))));
            withTime += expected.length;
            expect(sorted(sumOf(slicesOf(id, input, bounds)))).toEqual(expected);
          }
        },
      ),
      runs(2_000),
    );
    expect(withTime).toBeGreaterThan(casesOf(1_000));
  });

  it('give every millisecond to the period it lies in, free or paid as a clock that counts one by one says', () => {
    fc.assert(
      fc.property(pairInput, fc.array(fc.nat({ max: 70 }), { maxLength: 4 }), (input, given) => {
        const bounds = [...given].sort((a, b) => a - b);
        const slices = slicesOf('u', input, bounds);
        slices.forEach((slice, n) => {
          const expected = stepThrough(input, bounds[n - 1] ?? 0, bounds[n] ?? 200);
          for (const chatId of ['c0', 'c1', 'c2', 'c3'])
            expect(slice.get(chatId) ?? NO_AMOUNTS, `${chatId} in slice ${n}`).toMatchObject(
              expected.get(chatId) ?? { freeMs: 0, paidMs: 0, costUnits: 0 },
            );
        });
      }),
      runs(),
    );
  });

  it('before a bound change only with time, grants or prices before it', () => {
    fc.assert(
      fc.property(pairInput, fc.nat({ max: 60 }), fc.nat({ max: 100_000 }), (input, boundMs, seed) => {
        const before = amountsUntil('u', input, countedTimes(input), boundMs);
        const choices = createChoices(seed);
        const later: FoldInput = {
          ...input,
          segments: [
            ...input.segments,
            segment('late', choices.upTo(3), boundMs + choices.upTo(20), choices.upTo(30), 99),
          ],
          freeTimeGrants: [
            ...input.freeTimeGrants,
            { id: 'late', userId: 'u', advisorId: 'a', ms: 50, atMs: boundMs, order: 99 },
          ],
        };
        expect(sorted(amountsUntil('u', later, countedTimes(later), boundMs))).toEqual(sorted(before));
      }),
      runs(),
    );
  });

  it('round to the increment once: what a period has rounded up, the next one has already paid', () => {
    const input: FoldInput = {
      ...emptyFoldInput(),
      chats: [{ id: 'c0', userId: 'u', advisorId: 'a', openedAtMs: 0, order: 0 }],
      segments: [segment('s', 0, 0, 90_000, 1)],
      rateChanges: [{ id: 'r', advisorId: 'a', ratePerMinuteMinor: 2, atMs: 0, order: 0 }],
      policyChanges: [{ id: 'p', key: 'billingIncrementMs', value: 60_000, atMs: 0, order: 0 }],
    };
    const [first, second] = slicesOf('u', input, [30_000]);
    expect(first?.get('c0')).toMatchObject({ paidMs: 30_000, billedMs: 60_000, costUnits: 120_000 });
    expect(second?.get('c0')).toMatchObject({ paidMs: 60_000, billedMs: 60_000, costUnits: 120_000 });
  });
});

function segment(
  id: string,
  chat: number,
  startedAtMs: number,
  elapsedMs: number,
  order: number,
): FoldSegment {
  return { id, chatId: `c${chat}`, startedAtMs, elapsedMs, source: 'timer', funding: 'funded', order };
}

const small = fc.nat({ max: 40 });
const pairInput = fc
  .record({
    segments: fc.array(
      fc.record({ chat: fc.nat({ max: 3 }), startedAtMs: small, elapsedMs: fc.nat({ max: 25 }) }),
      { minLength: 1, maxLength: 8 },
    ),
    grants: fc.array(fc.record({ ms: fc.nat({ max: 30 }), atMs: fc.nat({ max: 50 }) }), { maxLength: 3 }),
    rates: fc.array(fc.record({ rate: fc.nat({ max: 9 }), atMs: small }), { maxLength: 3 }),
  })
  .map(({ segments, grants, rates }): FoldInput => ({
    ...emptyFoldInput(),
    chats: [0, 1, 2, 3].map((n) => ({ id: `c${n}`, userId: 'u', advisorId: 'a', openedAtMs: 0, order: n })),
    segments: segments.map(({ chat, startedAtMs, elapsedMs }, n) =>
      segment(`s${n}`, chat, startedAtMs, elapsedMs, n),
    ),
    freeTimeGrants: grants.map(({ ms, atMs }, n) => ({
      ...{ id: `g${n}`, userId: 'u', advisorId: 'a', ms, atMs, order: n },
    })),
    rateChanges: rates.map(({ rate, atMs }, n) => ({
      ...{ id: `r${n}`, advisorId: 'a', ratePerMinuteMinor: rate, atMs, order: n },
    })),
  }));

/** The test's own count, ms by ms: who runs shares what is free, the first chats by id get the last of it. */
function stepThrough(input: FoldInput, fromMs: number, untilMs: number) {
  const figures = new Map<string, { freeMs: number; paidMs: number; costUnits: number }>();
  let leftMs = 0;
  for (let t = 0; t < untilMs; t += 1) {
    leftMs += input.freeTimeGrants.reduce((sum, grant) => sum + (grant.atMs === t ? grant.ms : 0), 0);
    const running = ['c0', 'c1', 'c2', 'c3'].filter((chatId) =>
      input.segments.some(
        (one) => one.chatId === chatId && one.startedAtMs <= t && t < one.startedAtMs + one.elapsedMs,
      ),
    );
    const rate = [...input.rateChanges]
      .filter((change) => change.atMs <= t)
      .sort((a, b) => a.atMs - b.atMs || a.order - b.order)
      .at(-1);
    for (const chatId of running) {
      const isFree = leftMs > 0;
      if (isFree) leftMs -= 1;
      if (t < fromMs) continue;
      const one = figures.get(chatId) ?? { freeMs: 0, paidMs: 0, costUnits: 0 };
      figures.set(chatId, one);
      if (isFree) one.freeMs += 1;
      else {
        one.paidMs += 1;
        one.costUnits += rate?.ratePerMinuteMinor ?? 0;
      }
    }
  }
  return figures;
}
