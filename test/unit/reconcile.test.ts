import { describe, expect, test } from 'vitest';
import { findingsOf, isConfirmed } from '../../shared/reconcile/reconcile.ts';
import { evidenceSchema, shownChatSchema, type Evidence, type ShownChat } from '../../shared/receipts.ts';
import type { SegmentAdmission, TimeSegment } from '../../shared/rows.ts';

const HERE = 'laptop';
const THERE = 'desktop';
const T = 1_700_000_000_000;
const PRICE = 200; // units per ms: 2.00 cr a minute

function segment(id: string, deviceId: string, elapsedMs: number, more: Partial<TimeSegment> = {}) {
  return {
    type: 'timeSegment' as const,
    ...{ id, chatId: 'c1', deviceId, bootId: 'b', knownSeq: 0, startedAtMonoMs: 0, startedAtMs: T },
    ...{ elapsedMs, closed: true, source: 'timer' as const, funding: 'funded' as const },
    ...more,
  };
}
function verdict(segmentId: string, startMs: number, admittedElapsedMs: number, more = {}): SegmentAdmission {
  return {
    type: 'segmentAdmission',
    id: `a-${segmentId}`,
    ...{ segmentId, chatId: 'c1', code: 'admitted', startMs, admittedElapsedMs, pendingMs: 0, flags: [] },
    ...more,
  };
}
const mark = (type: 'stopMark' | 'chatEnd', id: string, deviceId: string) => ({
  ...{ type, id, chatId: 'c1', deviceId, bootId: 'b', knownSeq: 0, atMonoMs: 0, atMs: T },
});
const placed = (markId: string, atMs: number) => ({
  type: 'markAdmission' as const,
  ...{ id: `m-${markId}`, markId, chatId: 'c1', code: 'admitted' as const, atMs, flags: [] },
});

/** Four minutes ran here, all shown as paid. */
function shown(more: Partial<ShownChat> = {}): ShownChat {
  return shownChatSchema.parse({
    ...{ id: 's1', chatId: 'c1', userId: 'mara', total: null },
    segments: [
      {
        ...{ segmentId: 's1', startMs: T, elapsedMs: 240_000 },
        paid: [{ fromMs: T, ms: 240_000, unitsPerMs: PRICE }],
      },
    ],
    ...more,
  });
}
function evidence(more: Partial<Evidence> = {}): Evidence {
  return evidenceSchema.parse({
    ...{ chatId: 'c1', segments: [segment('s1', HERE, 240_000)], isSettled: true, totals: null, beside: [] },
    ...{ segmentAdmissions: [verdict('s1', T, 240_000)], marks: [], markAdmissions: [], ...more },
  });
}
const find = (more: Partial<Evidence>, of = shown(), policy: 'stop' | 'run' = 'stop') =>
  findingsOf(of, evidence(more), HERE, policy);

describe('what was shown is compared with what was confirmed', () => {
  test('nothing is said where both agree, or differ by less than a second and a minor credit', () => {
    expect(find({})).toEqual([]);
    expect(find({ segmentAdmissions: [verdict('s1', T + 40, 239_800, { code: 'clamped' })] })).toEqual([]);
  });

  test('time ahead of the server’s clock is not covered, in minutes and units', () => {
    const found = find({ segmentAdmissions: [verdict('s1', T, 210_000, { code: 'clamped' })] });
    expect(found).toMatchObject([{ kind: 'clamped', shownMs: 240_000, confirmedMs: 210_000 }]);
    expect(found[0]!.shownUnits - found[0]!.confirmedUnits).toBe(30_000 * PRICE);
  });

  test.each(['tooOld', 'grownWithoutBeats', 'revoked', 'endBeyondNow', 'idConflict'] as const)(
    'quarantined time (%s) waits whole, with its reason',
    (reason) => {
      const admission = verdict('s1', T, 0, { code: 'quarantined', reason });
      expect(find({ segmentAdmissions: [admission] })).toMatchObject([
        { kind: 'quarantined', reason, shownMs: 240_000, confirmedMs: 0, confirmedUnits: 0 },
      ]);
    },
  );

  test('growth that waits for a ruling is said with its reason', () => {
    const admission = verdict('s1', T, 200_000, { pendingMs: 40_000, reason: 'grownWithoutBeats' });
    expect(find({ segmentAdmissions: [admission] })).toMatchObject([
      { kind: 'quarantined', reason: 'grownWithoutBeats', confirmedMs: 200_000 },
    ]);
  });

  test('time after the allowance is recorded and not billed', () => {
    const found = find({
      segments: [segment('s1', HERE, 240_000, { funding: 'unfunded' })],
      segmentAdmissions: [verdict('s1', T, 0, { code: 'quarantined', reason: 'unfunded' })],
    });
    expect(found).toMatchObject([{ kind: 'unfunded', confirmedMs: 0 }]);
  });

  test('a device that stops the chat and goes on with it has taken it over', () => {
    const found = find({
      segments: [segment('s1', HERE, 240_000), segment('s2', THERE, 60_000)],
      segmentAdmissions: [verdict('s1', T, 240_000), verdict('s2', T + 180_000, 60_000)],
      marks: [mark('stopMark', 'm1', THERE)],
      markAdmissions: [placed('m1', T + 180_000)],
    });
    expect(found).toMatchObject([
      {
        ...{ kind: 'takenOver', deviceId: THERE, untilMs: T + 180_000, shownMs: 240_000 },
        // The other device counted the last minute: it is charged once, and not lost.
        ...{ confirmedMs: 240_000, confirmedUnits: 240_000 * PRICE },
      },
    ]);
  });

  test('of a taken-over segment only what the other device did not count either is not covered', () => {
    const found = find({
      segments: [segment('s1', HERE, 240_000), segment('s2', THERE, 20_000)],
      segmentAdmissions: [verdict('s1', T, 240_000), verdict('s2', T + 180_000, 20_000)],
      marks: [mark('stopMark', 'm1', THERE)],
      markAdmissions: [placed('m1', T + 180_000)],
    });
    expect(found).toMatchObject([
      { kind: 'takenOver', confirmedMs: 200_000, confirmedUnits: 200_000 * PRICE },
    ]);
  });

  test('a mark at the very end of the segment is news even when nothing is lost, an own mark never is', () => {
    const at = { markAdmissions: [placed('m1', T + 240_000)] };
    expect(find({ marks: [mark('stopMark', 'm1', THERE)], ...at })).toMatchObject([
      { kind: 'stoppedElsewhere', shownMs: 240_000, confirmedMs: 240_000 },
    ]);
    expect(find({ marks: [mark('stopMark', 'm1', HERE)], ...at })).toEqual([]);
  });

  test('a mark that was not admitted cuts nothing', () => {
    expect(
      find({
        marks: [mark('stopMark', 'm1', THERE)],
        markAdmissions: [{ ...placed('m1', T + 60_000), code: 'quarantined' }],
      }),
    ).toEqual([]);
  });

  test('a chat ended elsewhere cuts what ran here after it', () => {
    const found = find({
      marks: [mark('chatEnd', 'e1', THERE)],
      markAdmissions: [placed('e1', T + 100_000)],
    });
    expect(found).toMatchObject([{ kind: 'endedElsewhere', untilMs: T + 100_000, confirmedMs: 100_000 }]);
    const after = find({
      marks: [mark('chatEnd', 'e1', THERE)],
      segmentAdmissions: [verdict('s1', T, 0, { code: 'quarantined', reason: 'afterChatEnd' })],
    });
    expect(after).toMatchObject([{ kind: 'endedElsewhere', deviceId: THERE, confirmedMs: 0 }]);
  });

  test('time on two devices at once is charged once, and said with its stretch', () => {
    const found = find({
      segments: [segment('s1', HERE, 240_000), segment('s2', THERE, 90_000)],
      segmentAdmissions: [verdict('s1', T, 240_000), verdict('s2', T + 200_000, 90_000)],
    });
    expect(found).toMatchObject([
      { kind: 'ranElsewhereToo', fromMs: T + 200_000, untilMs: T + 240_000, shownMs: 40_000 },
    ]);
    expect(found[0]!.shownUnits).toBe(found[0]!.confirmedUnits);
  });

  test('another chat of the pair that ran on a device this one did not know is said under the policy stop', () => {
    const beside = [
      {
        ...{ chatId: 'c2', marks: [], markAdmissions: [] },
        segments: [{ ...segment('x', THERE, 120_000), chatId: 'c2' }],
        segmentAdmissions: [verdict('x', T + 10_000, 120_000, { chatId: 'c2' })],
      },
    ];
    expect(find({ beside })).toMatchObject([{ kind: 'ranBeside', shownMs: 120_000, deviceId: THERE }]);
    expect(find({ beside }, shown(), 'run')).toEqual([]);
  });

  test('the same time at another price is more or less paid', () => {
    const totals = (costUnits: number) => ({
      type: 'recordTotals' as const,
      ...{ id: 'c1', userId: 'mara', advisorId: 'lea', trackedMs: 240_000, freeMs: 0, paidMs: 240_000 },
      ...{ billedMs: 240_000, costUnits, chargeMinor: 0, foldVersion: 1 },
    });
    const of = shown({ total: { trackedMs: 240_000, costUnits: 100_000 * PRICE } });
    expect(find({ totals: totals(240_000 * PRICE) }, of)).toMatchObject([
      { kind: 'morePaid', shownUnits: 100_000 * PRICE, confirmedUnits: 240_000 * PRICE },
    ]);
    expect(find({ totals: totals(50_000 * PRICE) }, of)).toMatchObject([{ kind: 'lessPaid' }]);
    expect(find({ totals: totals(100_000 * PRICE + 59_999) }, of)).toEqual([]);
    // Time of another device came meanwhile: what it cost cannot be told from a price.
    expect(find({ totals: { ...totals(240_000 * PRICE), trackedMs: 300_000 } }, of)).toEqual([]);
  });

  test('one cause that met two segments is said once', () => {
    const two = shown({
      segments: [
        { segmentId: 's1', startMs: T, elapsedMs: 60_000, paid: [] },
        { segmentId: 's2', startMs: T + 100_000, elapsedMs: 60_000, paid: [] },
      ],
    });
    const refused = { code: 'quarantined', reason: 'tooOld' };
    expect(
      find(
        { segmentAdmissions: [verdict('s1', T, 0, refused), verdict('s2', T + 100_000, 0, refused)] },
        two,
      ),
    ).toMatchObject([{ kind: 'quarantined', shownMs: 120_000, untilMs: T + 160_000 }]);
  });

  test('nothing is compared before the server has answered for all of it', () => {
    expect(isConfirmed(shown(), evidence())).toBe(true);
    expect(isConfirmed(shown(), evidence({ isSettled: false }))).toBe(false);
    expect(isConfirmed(shown(), evidence({ segmentAdmissions: [] }))).toBe(false);
    expect(isConfirmed(shown(), evidence({ segmentAdmissions: [verdict('s1', T, 100_000)] }))).toBe(false);
  });
});
