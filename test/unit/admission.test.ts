import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { driftMs, GROWTH_MAX_MS, ROW_MAX_AGE_MS } from '../../shared/admission/limits.ts';
import { admitMark } from '../../shared/admission/mark-verdict.ts';
import {
  admitFirst,
  admitGrowth,
  isClipHealable,
  type FirstAdmission,
  type SegmentVerdict,
} from '../../shared/admission/segment-verdict.ts';

const NOW = 10_000_000_000;
const placedAt = (atMs: number, errorMs = 5) => ({ atMs, errorMs, isUnanchored: false });
const first = (given: Partial<FirstAdmission> & { elapsedMs?: number } = {}): FirstAdmission => ({
  claim: { elapsedMs: given.elapsedMs ?? 60_000, source: 'timer', funding: 'funded' },
  ...{ placed: placedAt(NOW - 60_000), receivedMs: NOW, writerReason: undefined, chatEndMs: Infinity },
  ...given,
});

describe('the first verdict on a segment', () => {
  it('admits what lies in the past', () => {
    expect(admitFirst(first())).toEqual({
      startMs: NOW - 60_000,
      flags: [],
      code: 'admitted',
      admittedElapsedMs: 60_000,
      pendingMs: 0,
    });
  });

  it('clips at now within clock error and drift, refuses beyond', () => {
    expect(admitFirst(first({ elapsedMs: 60_005 }))).toMatchObject({
      code: 'clamped',
      admittedElapsedMs: 60_000,
      pendingMs: 5,
    });
    expect(admitFirst(first({ elapsedMs: 60_035 }))).toMatchObject({ code: 'clamped' });
    expect(admitFirst(first({ elapsedMs: 60_037 }))).toMatchObject({
      code: 'quarantined',
      reason: 'endBeyondNow',
      admittedElapsedMs: 0,
      pendingMs: 60_037,
    });
    expect(admitFirst(first({ placed: placedAt(NOW + 6), elapsedMs: 0 }))).toMatchObject({
      reason: 'endBeyondNow',
    });
  });

  it('names the reason that stands first', () => {
    const reasons = [
      first({ writerReason: 'notYourChat', claim: { elapsedMs: 1, source: 'manual', funding: 'funded' } }),
      first({ claim: { elapsedMs: 1, source: 'manual', funding: 'unfunded' } }),
      first({ claim: { elapsedMs: 1, source: 'timer', funding: 'unfunded' } }),
      first({ placed: placedAt(NOW - ROW_MAX_AGE_MS - 60_001) }),
      first({ chatEndMs: NOW - 60_000 }),
    ].map((input) => admitFirst(input).reason);
    expect(reasons).toEqual(['notYourChat', 'manual', 'unfunded', 'tooOld', 'afterChatEnd']);
    expect(admitFirst(first({ chatEndMs: NOW - 59_999 })).code).toBe('admitted');
    expect(admitFirst(first({ placed: placedAt(NOW - ROW_MAX_AGE_MS - 60_000) })).code).toBe('admitted');
  });

  it('never admits more than has passed since the start, for any claim (I8)', () => {
    fc.assert(
      fc.property(
        fc.nat(Number.MAX_SAFE_INTEGER),
        fc.integer({ min: -100_000, max: 100_000 }),
        fc.nat(2_000),
        (elapsedMs, ago, errorMs) => {
          const verdict = admitFirst(first({ elapsedMs, placed: placedAt(NOW - ago, errorMs) }));
          expect(verdict.admittedElapsedMs).toBeLessThanOrEqual(Math.max(0, ago));
          expect(verdict.admittedElapsedMs + verdict.pendingMs).toBe(elapsedMs);
          if (verdict.code === 'quarantined') expect(verdict.admittedElapsedMs).toBe(0);
          if (elapsedMs <= ago) expect(verdict.code).toBe('admitted');
          expect(verdict.code === 'clamped').toBe(
            verdict.code !== 'quarantined' && elapsedMs > Math.max(0, ago),
          );
          if (verdict.code === 'clamped')
            expect(elapsedMs).toBeLessThanOrEqual(ago + errorMs + driftMs(elapsedMs));
        },
      ),
    );
  });
});

describe('the verdict on a growth', () => {
  const before: SegmentVerdict = {
    code: 'admitted',
    startMs: NOW - 60_000,
    admittedElapsedMs: 10_000,
    pendingMs: 0,
    flags: [],
  };
  const grow = (elapsedMs: number, given: Partial<Parameters<typeof admitGrowth>[0]> = {}) =>
    admitGrowth({ before, elapsedMs, provenElapsedMs: 0, errorMs: 5, receivedMs: NOW, ...given });

  it('only grows what is admitted', () => {
    expect(grow(60_000)).toMatchObject({ code: 'admitted', admittedElapsedMs: 60_000, pendingMs: 0 });
    expect(grow(10_000)).toBe(before);
    expect(grow(5_000)).toBe(before);
  });

  it('leaves a growth that is not believed pending, beside what was admitted', () => {
    expect(grow(3_600_000)).toMatchObject({
      code: 'admitted',
      reason: 'endBeyondNow',
      admittedElapsedMs: 10_000,
      pendingMs: 3_590_000,
    });
    const late = { receivedMs: NOW + 2 * GROWTH_MAX_MS };
    expect(grow(10_000 + GROWTH_MAX_MS, late)).toMatchObject({ admittedElapsedMs: 10_000 + GROWTH_MAX_MS });
    expect(grow(10_001 + GROWTH_MAX_MS, late)).toMatchObject({
      reason: 'grownWithoutBeats',
      admittedElapsedMs: 10_000,
    });
    expect(grow(10_001 + GROWTH_MAX_MS, { ...late, provenElapsedMs: 10_001 })).toMatchObject({
      code: 'admitted',
      admittedElapsedMs: 10_001 + GROWTH_MAX_MS,
    });
  });

  it('cannot be laundered by a small growth after a refused one', () => {
    const refused = grow(10_001 + GROWTH_MAX_MS, { receivedMs: NOW + 2 * GROWTH_MAX_MS });
    expect(
      grow(10_002 + GROWTH_MAX_MS, { before: refused, receivedMs: NOW + 2 * GROWTH_MAX_MS }),
    ).toMatchObject({ reason: 'grownWithoutBeats', admittedElapsedMs: 10_000 });
  });

  it('keeps a quarantined segment quarantined', () => {
    const quarantined = admitFirst(first({ writerReason: 'revoked' }));
    expect(grow(90_000, { before: quarantined })).toEqual({ ...quarantined, pendingMs: 90_000 });
  });

  it('heals a clip, not a refusal', () => {
    expect(isClipHealable(admitFirst(first({ elapsedMs: 60_005 })))).toBe(true);
    expect(isClipHealable(grow(3_600_000))).toBe(false);
    expect(isClipHealable(before)).toBe(false);
  });
});

describe('the verdict on a mark', () => {
  it('admits, unless its device was revoked, its boot never anchored, or it is older than 35 days', () => {
    expect(admitMark(placedAt(NOW - 5), NOW, false)).toEqual({ code: 'admitted', atMs: NOW - 5, flags: [] });
    expect(admitMark(placedAt(NOW - 5), NOW, true)).toMatchObject({ code: 'quarantined', reason: 'revoked' });
    expect(admitMark({ ...placedAt(NOW - 5), isUnanchored: true }, NOW, false)).toEqual({
      code: 'quarantined',
      atMs: NOW - 5,
      flags: ['unanchored'],
    });
    expect(admitMark(placedAt(NOW - ROW_MAX_AGE_MS - 1), NOW, false)).toMatchObject({
      code: 'quarantined',
      reason: 'tooOld',
    });
  });
});
