import { describe, expect, it } from 'vitest';
import { joinSegments } from '../../../shared/segment-join.ts';

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
});
