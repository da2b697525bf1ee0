import type { SegmentAdmission, TimeSegment } from '../../shared/rows.ts';

/**
 * How far beats have proven an open segment, never beyond the beat itself, ms; 0 when no beat says more about it or it
 * was refused (DOMAIN.md, "Live"). `proven`: what the last beat of the segment's own device said, and when, server clock.
 */
export function provenElapsedMs(
  row: Pick<TimeSegment, 'closed'>,
  admission: Pick<SegmentAdmission, 'code' | 'reason' | 'startMs'>,
  proven: { elapsedMs: number; atMs: number } | undefined,
): number {
  if (proven === undefined || row.closed) return 0;
  if (admission.code === 'quarantined' || admission.reason !== undefined) return 0;
  return Math.min(proven.elapsedMs, Math.max(0, proven.atMs - admission.startMs));
}
