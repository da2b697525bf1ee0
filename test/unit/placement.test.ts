import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchorErrorAt, anchorOf, betterAnchor } from '../../shared/admission/anchor.ts';
import { placeMark, placeStart, type Claim } from '../../shared/admission/placement.ts';

const anchor = { offsetMs: 1_000_000, errorMs: 5, atMonoMs: 0 };
const claim = (given: Partial<Claim> = {}): Claim => ({
  ...{
    anchor,
    monoMs: 500,
    wallMs: 7,
    elapsedMs: 100,
    receivedMs: 1_010_000,
    lastContactMs: 0,
    earlierRowsEndMs: 0,
  },
  ...given,
});

describe('the anchor of a boot', () => {
  it("puts the server's instant in the middle of the round trip, off by half of it at most", () => {
    expect(anchorOf({ sentAtMonoMs: 100, receivedAtMonoMs: 111, serverMs: 5_000 })).toEqual({
      offsetMs: 4_895,
      errorMs: 6,
      atMonoMs: 105,
    });
  });

  it('is refused when it may be off by more than 2 s, or when its instants run backwards', () => {
    expect(anchorOf({ sentAtMonoMs: 0, receivedAtMonoMs: 4_000, serverMs: 9_000 })?.errorMs).toBe(2_000);
    expect(anchorOf({ sentAtMonoMs: 0, receivedAtMonoMs: 4_001, serverMs: 9_000 })).toBeNull();
    expect(anchorOf({ sentAtMonoMs: 10, receivedAtMonoMs: 9, serverMs: 9_000 })).toBeNull();
  });

  it('never lies further from the truth than it says', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.nat(2_000),
        fc.nat(2_000),
        fc.nat(1_000_000),
        (sent, there, back, offset) => {
          const made = anchorOf({
            sentAtMonoMs: sent,
            receivedAtMonoMs: sent + there + back,
            serverMs: sent + there + offset,
          });
          expect(made === null || Math.abs(made.offsetMs - offset) <= made.errorMs).toBe(true);
        },
      ),
    );
  });

  it('stays the one with the lowest round trip, its error grown by drift', () => {
    const worse = { offsetMs: 1_000_003, errorMs: 9, atMonoMs: 1_000 };
    expect(betterAnchor(anchor, worse)).toBe(anchor);
    expect(anchorErrorAt(anchor, 3_600_000)).toBe(5 + 1_800);
    expect(betterAnchor(anchor, { ...worse, atMonoMs: 3_600_000 })).toMatchObject({ errorMs: 9 });
    expect(betterAnchor(null, worse)).toBe(worse);
    expect(betterAnchor(anchor, null)).toBe(anchor);
  });

  it('gives way when its clock stood still', () => {
    expect(betterAnchor(anchor, { offsetMs: 1_900_000, errorMs: 50, atMonoMs: 10 })).toMatchObject({
      offsetMs: 1_900_000,
    });
    expect(betterAnchor(anchor, { offsetMs: 100_000, errorMs: 50, atMonoMs: 10 })).toBe(anchor);
  });
});

describe('placing an instant', () => {
  it('adds the monotonic instant to the anchor and never reads the wall clock (I9)', () => {
    fc.assert(
      fc.property(fc.nat(), (wallMs) => {
        expect(placeStart(claim({ wallMs }), 0)).toMatchObject({ atMs: 1_000_500, isUnanchored: false });
      }),
    );
  });

  it('never comes before what the same boot recorded earlier in the chat', () => {
    expect(placeStart(claim({ earlierRowsEndMs: 1_000_700 }), 0)).toEqual({
      atMs: 1_000_700,
      errorMs: 5 + 1 + 200,
      isUnanchored: false,
    });
    expect(placeMark(claim({ earlierRowsEndMs: 1_000_700 })).atMs).toBe(1_000_700);
  });

  it('puts a start at the latest mark its device knew of, which so does not cut it (I21)', () => {
    expect(placeStart(claim(), 1_000_900).atMs).toBe(1_000_900);
  });

  it('moves a start whose end would lie after its arrival to where it ends at it, by at most the anchor’s error', () => {
    const start = claim();
    const { atMs, errorMs } = placeStart(start, 0);
    expect(errorMs).toBeGreaterThan(3);
    for (const [lateMs, shiftMs] of [
      [-5, 0],
      [0, 0],
      [3, 3],
      [errorMs, errorMs],
      [errorMs + 1_000, 0],
    ] as const) {
      const receivedMs = atMs + start.elapsedMs - lateMs;
      expect(placeStart({ ...start, receivedMs }, 0)).toMatchObject({
        atMs: atMs - shiftMs,
        errorMs: errorMs - shiftMs,
      });
    }
  });

  it('never puts a mark after now', () => {
    expect(placeMark(claim({ monoMs: 86_400_000 })).atMs).toBe(1_010_000);
    expect(placeMark(claim({ earlierRowsEndMs: 2_000_000 })).atMs).toBe(1_010_000);
  });

  it('takes min(wall, received - elapsed) of a boot without an anchor, not before the last contact', () => {
    const bare = claim({ anchor: null, wallMs: 900_000, elapsedMs: 60_000, receivedMs: 1_000_000 });
    expect(placeStart(bare, 0)).toMatchObject({ atMs: 900_000, isUnanchored: true });
    expect(placeStart({ ...bare, wallMs: 5_000_000 }, 0).atMs).toBe(940_000);
    expect(placeStart({ ...bare, lastContactMs: 930_000 }, 0).atMs).toBe(930_000);
  });
});
