/**
 * Compares what a device showed of a chat with what the server confirmed, and says each cause once. Pure; instants are ms
 * on the server's clock, lengths ms, amounts units. The server's figures are the truth; this only explains them.
 */
import { unionIntervals, type Interval } from '../fold/union.ts';
import type { Evidence, EvidenceOfChat, Receipt, ReceiptKind, ShownChat, ShownSegment } from '../receipts.ts';
import type { QuarantineReason, SegmentAdmission } from '../rows.ts';
import { countedElsewhere, cutOf, overlapOf, withoutIntervals, type TimeElsewhere } from './elsewhere.ts';

/** Differences below a second and below a minor credit are no news. */
const WORTH_SAYING_MS = 1_000;
const WORTH_SAYING_UNITS = 60_000;

export type Finding = Pick<
  Receipt,
  'kind' | 'fromMs' | 'untilMs' | 'shownMs' | 'confirmedMs' | 'shownUnits' | 'confirmedUnits'
> & { reason?: QuarantineReason; deviceId?: string };

/** `untilMs` where the cause has an instant of its own: a mark's. */
type Cause = Pick<Finding, 'kind' | 'reason' | 'deviceId'> & { fromMs?: number; untilMs?: number };

/** Has the server answered for every segment that this device showed, and settled the chat since? */
export function isConfirmed(shown: ShownChat, evidence: Evidence): boolean {
  const admitted = new Map(evidence.segmentAdmissions.map((one) => [one.segmentId, one]));
  return (
    evidence.isSettled &&
    shown.segments.every(({ segmentId, elapsedMs }) => {
      const verdict = admitted.get(segmentId);
      if (verdict === undefined) return false;
      // A growth that is still on its way has been answered neither way.
      return verdict.code !== 'admitted' || verdict.admittedElapsedMs + verdict.pendingMs >= elapsedMs;
    })
  );
}

/** Every cause for which the confirmed time of a chat differs from the shown one; none twice. */
export function findingsOf(
  shown: ShownChat,
  evidence: Evidence,
  deviceId: string,
  policy: 'stop' | 'run',
): Finding[] {
  const found: Finding[] = [];
  const kept: Interval[] = [];
  for (const segment of shown.segments) kept.push(...addLosses(found, segment, evidence, deviceId));
  const own = unionIntervals(kept);
  const elsewhere = countedElsewhere(evidence, deviceId);
  addOverlap(found, 'ranElsewhereToo', own, elsewhere, shown);
  if (policy === 'stop')
    for (const chat of evidence.beside)
      addOverlap(found, 'ranBeside', own, countedElsewhere(chat, deviceId), shown);
  const worthSaying = join(found).filter(isWorthSaying);
  const lostMs = worthSaying.reduce((sum, one) => sum + one.shownMs - one.confirmedMs, 0);
  const lostUnits = worthSaying.reduce((sum, one) => sum + one.shownUnits - one.confirmedUnits, 0);
  const priced = priceDifference(shown, evidence, lostMs, lostUnits);
  return priced === undefined ? worthSaying : [...worthSaying, priced];
}

/** What is left of a shown segment; each loss is added to `found`. */
function addLosses(
  found: Finding[],
  segment: ShownSegment,
  evidence: Evidence,
  deviceId: string,
): Interval[] {
  const verdict = evidence.segmentAdmissions.find((one) => one.segmentId === segment.segmentId);
  const row = evidence.segments.find((one) => one.id === segment.segmentId);
  if (verdict === undefined) return [];
  const startMs = verdict.startMs;
  // The server placed the start once; what was shown as paid moves with it.
  const shiftMs = startMs - segment.startMs;
  const whole = { startMs, endMs: startMs + shownLength(segment, evidence) };
  const add = (part: Cause, lost: readonly Interval[]): void => {
    const shownUnits = unitsWithin(segment, shiftMs, whole);
    found.push({
      fromMs: whole.startMs,
      untilMs: whole.endMs,
      ...part,
      shownMs: whole.endMs - whole.startMs,
      confirmedMs: lost.reduce((ms, one) => ms - (one.endMs - one.startMs), whole.endMs - whole.startMs),
      shownUnits,
      confirmedUnits: lost.reduce((units, one) => units - unitsWithin(segment, shiftMs, one), shownUnits),
    });
  };
  const claimedReason = row?.funding === 'unfunded' ? 'unfunded' : verdict.reason;
  if (verdict.code === 'quarantined') {
    add(causeOf(claimedReason, evidence, deviceId), [whole]);
    return [];
  }
  let endMs = Math.min(whole.endMs, startMs + verdict.admittedElapsedMs);
  if (endMs < whole.endMs) add(growthCause(verdict), [{ startMs: endMs, endMs: whole.endMs }]);
  const mark = cutOf(evidence, deviceId, startMs, endMs);
  if (mark !== undefined) {
    const cutMs = Math.min(mark.atMs, endMs);
    // What the other device counted of it is charged all the same, once: only the rest is not covered.
    const lost = withoutIntervals({ startMs: cutMs, endMs }, countedElsewhere(evidence, deviceId));
    add(
      { kind: mark.kind, untilMs: cutMs, ...(mark.deviceId !== undefined && { deviceId: mark.deviceId }) },
      lost,
    );
    endMs = cutMs;
  }
  return endMs > startMs ? [{ startMs, endMs }] : [];
}

/** The device's own trims were its advisor's decision: nothing to explain. */
function shownLength({ segmentId, elapsedMs }: ShownSegment, { marks }: EvidenceOfChat): number {
  let length = elapsedMs;
  for (const mark of marks)
    if (mark.type === 'trimMark' && mark.segmentId === segmentId) length = Math.min(length, mark.elapsedMs);
  return length;
}

function causeOf(reason: QuarantineReason | undefined, evidence: Evidence, deviceId: string): Cause {
  if (reason === 'unfunded') return { kind: 'unfunded' };
  if (reason !== 'afterChatEnd') return { kind: 'quarantined', ...(reason !== undefined && { reason }) };
  const end = evidence.marks.find((mark) => mark.type === 'chatEnd' && mark.deviceId !== deviceId);
  const endMs = evidence.markAdmissions.find((one) => one.markId === end?.id)?.atMs;
  return {
    kind: 'endedElsewhere',
    ...(end?.deviceId !== undefined && { deviceId: end.deviceId }),
    ...(endMs !== undefined && { fromMs: endMs, untilMs: endMs }),
  };
}

function growthCause(verdict: SegmentAdmission): Pick<Finding, 'kind' | 'reason'> {
  if (verdict.code === 'clamped' && verdict.pendingMs === 0) return { kind: 'clamped' };
  return { kind: 'quarantined', reason: verdict.reason ?? 'grownWithoutBeats' };
}

/** Nothing was lost, but something ran at the same time. */
function addOverlap(
  found: Finding[],
  kind: ReceiptKind,
  own: readonly Interval[],
  elsewhere: readonly TimeElsewhere[],
  shown: ShownChat,
): void {
  for (const deviceId of new Set(elsewhere.map((one) => one.deviceId))) {
    const theirs = unionIntervals(elsewhere.filter((one) => one.deviceId === deviceId));
    for (const { startMs, endMs } of overlapOf(own, theirs)) {
      const units = shown.segments.reduce((sum, one) => sum + unitsWithin(one, 0, { startMs, endMs }), 0);
      const ms = endMs - startMs;
      found.push({
        kind,
        deviceId,
        fromMs: startMs,
        untilMs: endMs,
        shownMs: ms,
        confirmedMs: ms,
        shownUnits: units,
        confirmedUnits: units,
      });
    }
  }
}

/** The same time at another price: only what can be told apart from lost time is said. */
function priceDifference(
  shown: ShownChat,
  { totals }: Evidence,
  lostMs: number,
  lostUnits: number,
): Finding | undefined {
  const first = shown.segments[0];
  const last = shown.segments.at(-1);
  if (shown.total === null || totals === null || first === undefined || last === undefined) return undefined;
  if (Math.abs(totals.trackedMs - (shown.total.trackedMs - lostMs)) >= WORTH_SAYING_MS) return undefined;
  const shownUnits = shown.total.costUnits - lostUnits;
  if (Math.abs(totals.costUnits - shownUnits) < WORTH_SAYING_UNITS) return undefined;
  return {
    kind: totals.costUnits > shownUnits ? 'morePaid' : 'lessPaid',
    fromMs: first.startMs,
    untilMs: last.startMs + last.elapsedMs,
    shownMs: totals.trackedMs,
    confirmedMs: totals.trackedMs,
    shownUnits,
    confirmedUnits: totals.costUnits,
  };
}

/** One cause that met several segments is one finding. */
function join(found: readonly Finding[]): Finding[] {
  const byCause = new Map<string, Finding>();
  for (const one of found) {
    const key = `${one.kind}:${one.reason ?? ''}:${one.deviceId ?? ''}`;
    const before = byCause.get(key);
    byCause.set(
      key,
      before === undefined
        ? one
        : {
            ...before,
            fromMs: Math.min(before.fromMs, one.fromMs),
            untilMs: Math.max(before.untilMs, one.untilMs),
            shownMs: before.shownMs + one.shownMs,
            confirmedMs: before.confirmedMs + one.confirmedMs,
            shownUnits: before.shownUnits + one.shownUnits,
            confirmedUnits: before.confirmedUnits + one.confirmedUnits,
          },
    );
  }
  return [...byCause.values()];
}

/** That another device stopped the clock is always news; all else from a second or a minor credit on. */
function isWorthSaying(one: Finding): boolean {
  switch (one.kind) {
    case 'takenOver':
    case 'stoppedElsewhere':
    case 'endedElsewhere':
      return true;
    case 'ranElsewhereToo':
    case 'ranBeside':
      return one.shownMs >= WORTH_SAYING_MS;
    default:
      return (
        one.shownMs - one.confirmedMs >= WORTH_SAYING_MS ||
        one.shownUnits - one.confirmedUnits >= WORTH_SAYING_UNITS
      );
  }
}

function unitsWithin({ paid }: ShownSegment, shiftMs: number, { startMs, endMs }: Interval): number {
  let units = 0;
  for (const { fromMs, ms, unitsPerMs } of paid) {
    const from = Math.max(fromMs + shiftMs, startMs);
    const until = Math.min(fromMs + shiftMs + ms, endMs);
    units += Math.max(0, until - from) * unitsPerMs;
  }
  return units;
}
