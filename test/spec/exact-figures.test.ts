import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { foldFacts, foldUser } from '../../shared/fold/fold.ts';
import type { FoldInput, FoldSegment } from '../../shared/fold/fold-input.ts';
import { UnsafeIntegerError } from '../../shared/fold/safe-integer.ts';
import type { Settlement } from '../../shared/fold/settlement.ts';
import { createUserFold } from '../../shared/fold/user-fold.ts';
import { expectSame } from './expect-same.ts';
import { createChoices } from './oracle/random-facts.ts';
import { pairInput, shuffleInput } from './pair-input.ts';
import { PROPERTY_TIMEOUT_MS, runs } from './property-runs.ts';

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS });
const RUNS = runs();
const seeds = fc.nat({ max: 1_000_000 });

/** Takes the hostile segment out again. */
const VOID_X = { id: 'v', targetId: 'x', action: 'void', claimedElapsedMs: 0, order: 99 } as const;

function attemptOf(fold: () => unknown): unknown {
  try {
    return fold();
  } catch (error) {
    if (!(error instanceof UnsafeIntegerError)) throw error;
    return 'refused';
  }
}

describe('the fold', () => {
  it('I16: a figure is a safe integer or the fold refuses, never something in between', () => {
    const big = fc.oneof(
      fc.maxSafeNat(),
      fc.integer({ min: Number.MAX_SAFE_INTEGER - 9, max: Number.MAX_SAFE_INTEGER }),
      fc.nat({ max: 90 }),
    );
    let refused = 0;
    let settled = 0;
    let healedCases = 0;
    fc.assert(
      fc.property(
        pairInput,
        fc.array(big, { minLength: 8, maxLength: 8 }),
        seeds,
        (
          input,
          [start = 0, elapsed = 0, rate = 0, ms = 0, topUp = 0, debit = 0, units = 0, inc = 1],
          seed,
        ) => {
          const hostile: FoldInput = {
            ...input,
            segments: [
              ...input.segments,
              { ...(input.segments[0] as FoldSegment), id: 'x', startedAtMs: start, elapsedMs: elapsed },
            ],
            rateChanges: [
              ...input.rateChanges,
              { id: 'y', advisorId: 'a', ratePerMinuteMinor: rate, atMs: 20, order: 9 },
            ],
            freeTimeGrants: [
              ...input.freeTimeGrants,
              { id: 'z', userId: 'u', advisorId: 'a', ms, atMs: 9, order: 9 },
            ],
            creditFacts: [
              { id: 't', type: 'topUp', userId: 'u', amountMinor: topUp, order: 1 },
              { id: 'd', type: 'debit', userId: 'u', amountMinor: debit, order: 2 },
              { id: 'e', type: 'refund', userId: 'u', amountMinor: 5, order: 3 },
            ],
            goodwills: [{ id: 'w', userId: 'u', units, order: 4 }],
            policyChanges: [{ id: 'p', key: 'billingIncrementMs', value: inc, atMs: 0, order: 5 }],
          };
          const attempt = (facts: FoldInput): unknown => attemptOf(() => foldFacts(facts));
          // The fold that goes on refuses the same facts, and settles again once it may.
          const attemptInSteps = (facts: FoldInput, from: number): unknown => {
            const fold = createUserFold('u', 2);
            const choices = createChoices(from);
            const entries = Object.entries(facts).flatMap(([list, all]) =>
              (all as object[]).map((fact) => [list, fact] as const),
            );
            for (const [list, fact] of choices.shuffle(entries)) {
              fold.enter({ [list]: [fact] });
              if (choices.chance(40)) attemptOf(() => fold.settle());
            }
            const settledSoFar = attemptOf(() => fold.settle().settled);
            fold.enter({ rulings: [VOID_X] });
            return [settledSoFar, attemptOf(() => fold.settle().settled)];
          };
          const result = attempt(hostile);
          expectSame(attempt(shuffleInput(hostile, seed)), result);
          const voided = { ...hostile, rulings: [VOID_X] };
          const healed = attemptOf(() => foldUser('u', voided));
          if (result === 'refused' && healed !== 'refused') healedCases += 1;
          expectSame(attemptInSteps(hostile, seed), [attemptOf(() => foldUser('u', hostile)), healed]);
          if (result === 'refused') refused += 1;
          else {
            settled += 1;
            for (const list of Object.values(result as Settlement)) {
              for (const row of list as object[])
                for (const value of Object.values(row))
                  if (typeof value === 'number' && !Number.isSafeInteger(value))
                    expect.fail(`${value} is not exact`);
            }
          }
        },
      ),
      RUNS,
    );
    expect(Math.min(refused, settled, healedCases)).toBeGreaterThan(0);
  });
});
