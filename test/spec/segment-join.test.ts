import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { joinSegments, type GrowingSegment } from '../../shared/segment-join.ts';
import { createChoices } from './oracle/random-facts.ts';
import { PROPERTY_TIMEOUT_MS, runs } from './property-runs.ts';

vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS });

const REASONS = ['idle', 'paused', 'Quit', undefined];
/** A copy as a device writes it: only a closed one gives a reason. */
const copy = fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 4 })).map(([elapsedMs, which]): GrowingSegment => {
  const closeReason = REASONS[which];
  if (which === 4) return { elapsedMs, closed: false };
  return closeReason === undefined ? { elapsedMs, closed: true } : { elapsedMs, closed: true, closeReason };
});

/** DOMAIN.md "Segments and marks on a device", over all copies at once instead of two at a time. */
function joinedAsDefined(copies: readonly GrowingSegment[]): GrowingSegment {
  const elapsedMs = Math.max(...copies.map((one) => one.elapsedMs));
  const closed = copies.filter((one) => one.closed);
  const longestMs = Math.max(...closed.map((one) => one.elapsedMs));
  const reasons = closed
    .filter((one) => one.elapsedMs === longestMs)
    .flatMap((one) => one.closeReason ?? [])
    .sort((a, b) => (a < b ? -1 : 1));
  return {
    ...{ elapsedMs, closed: closed.length > 0 },
    ...(reasons[0] !== undefined && { closeReason: reasons[0] }),
    ...(closed.length > 0 && longestMs < elapsedMs && { reasonElapsedMs: longestMs }),
  };
}

describe('copies of a segment', () => {
  it('join in any order, any grouping and any number of times to the longest, closed once closed', () => {
    fc.assert(
      fc.property(fc.array(copy, { minLength: 1, maxLength: 5 }), fc.nat(), (copies, seed) => {
        const choices = createChoices(seed);
        const pool = choices.shuffle([...copies, ...copies.filter(() => choices.chance(50))]);
        // Any two join next, as when copies of copies meet.
        while (pool.length > 1) {
          const [first, second] = pool.splice(choices.upTo(pool.length - 2), 2);
          pool.push(joinSegments(first as GrowingSegment, second as GrowingSegment));
        }
        expect(pool[0]).toEqual(joinedAsDefined(copies));
      }),
      runs(),
    );
  });

  it('join commutatively, associatively and idempotently', () => {
    fc.assert(
      fc.property(copy, copy, copy, (a, b, c) => {
        expect(joinSegments(a, b)).toEqual(joinSegments(b, a));
        expect(joinSegments(joinSegments(a, b), c)).toEqual(joinSegments(a, joinSegments(b, c)));
        expect(joinSegments(joinSegments(a, b), b)).toEqual(joinSegments(a, b));
        expect(joinSegments(a, a)).toEqual(a);
      }),
      runs(),
    );
  });
});
