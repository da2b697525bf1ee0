/** What other devices did to a chat, as the replica's rows tell. Pure; instants are ms on the server's clock. */
import { unionIntervals, type Interval } from '../fold/union.ts';
import type { Evidence, EvidenceOfChat, ReceiptKind } from '../receipts.ts';

/** A mark that another device wrote while this one closed its segment is where the segment ended, give or take this, ms. */
const AT_THE_MARK_MS = 1_500;

export interface TimeElsewhere extends Interval {
  deviceId: string;
}

/** Where another device ended this one's time. */
export interface Cut {
  atMs: number;
  kind: Extract<ReceiptKind, 'takenOver' | 'stoppedElsewhere' | 'endedElsewhere'>;
  deviceId?: string;
}

/** The earliest admitted mark of another device within the segment, or at its very end. */
export function cutOf(evidence: Evidence, deviceId: string, startMs: number, endMs: number): Cut | undefined {
  const admitted = new Map(
    evidence.markAdmissions.filter((one) => one.code === 'admitted').map((one) => [one.markId, one.atMs]),
  );
  let earliest: Cut | undefined;
  for (const mark of evidence.marks) {
    if (mark.type === 'trimMark' || mark.deviceId === deviceId) continue;
    const atMs = admitted.get(mark.id);
    if (atMs === undefined || atMs <= startMs || atMs > endMs + AT_THE_MARK_MS) continue;
    if (earliest !== undefined && earliest.atMs <= atMs) continue;
    earliest = {
      atMs,
      kind: mark.type === 'chatEnd' ? 'endedElsewhere' : stopKind(evidence, mark.deviceId, atMs),
      ...(mark.deviceId !== undefined && { deviceId: mark.deviceId }),
    };
  }
  return earliest;
}

/** A device that stops a chat and goes on with it has taken it over. */
function stopKind({ segments, segmentAdmissions }: Evidence, deviceId: string, atMs: number): Cut['kind'] {
  const started = new Map(segmentAdmissions.map((one) => [one.segmentId, one.startMs]));
  const goesOn = segments.some((segment) => {
    if (segment.deviceId !== deviceId) return false;
    const startMs = started.get(segment.id);
    return startMs !== undefined && Math.abs(startMs - atMs) <= AT_THE_MARK_MS;
  });
  return goesOn ? 'takenOver' : 'stoppedElsewhere';
}

/** What counts of the chat's time on other devices. */
export function countedElsewhere(chat: EvidenceOfChat, deviceId: string): TimeElsewhere[] {
  const verdicts = new Map(chat.segmentAdmissions.map((one) => [one.segmentId, one]));
  const cuts = chat.markAdmissions.filter((one) => one.code === 'admitted').map((one) => one.atMs);
  const trims = new Map<string, number>();
  for (const mark of chat.marks)
    if (mark.type === 'trimMark')
      trims.set(mark.segmentId, Math.min(trims.get(mark.segmentId) ?? Infinity, mark.elapsedMs));
  return chat.segments.flatMap((segment) => {
    const verdict = verdicts.get(segment.id);
    if (segment.deviceId === deviceId || verdict === undefined || verdict.code === 'quarantined') return [];
    const { startMs } = verdict;
    let endMs = startMs + Math.min(verdict.admittedElapsedMs, trims.get(segment.id) ?? Infinity);
    for (const atMs of cuts) if (startMs < atMs && atMs < endMs) endMs = atMs;
    return [{ startMs, endMs, deviceId: segment.deviceId }];
  });
}

/** What two unions have in common. */
export function overlapOf(one: readonly Interval[], other: readonly Interval[]): Interval[] {
  return one.flatMap((a) =>
    other.flatMap((b) => {
      const common = { startMs: Math.max(a.startMs, b.startMs), endMs: Math.min(a.endMs, b.endMs) };
      return common.endMs > common.startMs ? [common] : [];
    }),
  );
}

/** What is left of an interval without the others. */
export function withoutIntervals(whole: Interval, others: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let { startMs } = whole;
  for (const one of unionIntervals(others)) {
    if (one.endMs <= startMs || one.startMs >= whole.endMs) continue;
    if (one.startMs > startMs) left.push({ startMs, endMs: one.startMs });
    startMs = one.endMs;
  }
  if (startMs < whole.endMs) left.push({ startMs, endMs: whole.endMs });
  return left;
}
