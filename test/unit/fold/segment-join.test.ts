import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinSegments } from '../../../shared/segment-join.ts';

const copy = fc
  .record({
    elapsedMs: fc.nat({ max: 3 }),
    closed: fc.boolean(),
    closeReason: fc.constantFrom('idle', 'paused', 'Quit', undefined),
  })
  .map(({ elapsedMs, closed, closeReason }) =>
    closed && closeReason !== undefined ? { elapsedMs, closed, closeReason } : { elapsedMs, closed },
  );

describe('joinSegments', () => {
  it('takes the longer elapsed and stays closed once closed', () => {
    expect(
      joinSegments({ elapsedMs: 5, closed: true, closeReason: 'idle' }, { elapsedMs: 3, closed: false }),
    ).toEqual({
      elapsedMs: 5,
      closed: true,
      closeReason: 'idle',
    });
  });

  it('of two closed copies the longer gives the reason, at equal length the smaller by code unit', () => {
    expect(
      joinSegments(
        { elapsedMs: 5, closed: true, closeReason: 'a' },
        { elapsedMs: 6, closed: true, closeReason: 'b' },
      ).closeReason,
    ).toBe('b');
    expect(
      joinSegments(
        { elapsedMs: 6, closed: true, closeReason: 'idle' },
        { elapsedMs: 6, closed: true, closeReason: 'Quit' },
      ).closeReason,
    ).toBe('Quit');
  });

  it('keeps every other field and changes neither copy', () => {
    const a: { id: string; elapsedMs: number; closed: boolean } = Object.freeze({
      id: 's',
      elapsedMs: 1,
      closed: false,
    });
    expect(joinSegments(a, Object.freeze({ id: 's', elapsedMs: 2, closed: false }))).toEqual({
      id: 's',
      elapsedMs: 2,
      closed: false,
    });
  });

  it('merges in any order and any number of times', () => {
    fc.assert(
      fc.property(copy, copy, copy, (a, b, c) => {
        expect(joinSegments(a, b)).toEqual(joinSegments(b, a));
        expect(joinSegments(joinSegments(a, b), c)).toEqual(joinSegments(a, joinSegments(b, c)));
        expect(joinSegments(joinSegments(a, b), b)).toEqual(joinSegments(a, b));
        expect(joinSegments(a, a)).toEqual(a);
      }),
      { numRuns: 10_000, seed: 1 },
    );
  });
});
