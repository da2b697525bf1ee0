import type { FoldInput, FoldRuling, FoldSegmentAdmission } from './fold-input.ts';

/** Everything that was said about one segment, boiled down to what the fold reads. */
export interface SegmentVerdict {
  /** The placed start, when the segment has any admission. */
  startMs: number | undefined;
  /** The largest length of the admissions that are not quarantined; undefined without such an admission. */
  admittedElapsedMs: number | undefined;
  isQuarantined: boolean;
  smallestTrimMs: number | undefined;
  latestRuling: FoldRuling | undefined;
}

/** Of several admissions, trims and rulings what counts, by segment id. Source: DOMAIN.md "The fold" 1, "Facts files". */
export function segmentVerdicts(
  input: Pick<FoldInput, 'segmentAdmissions' | 'trimMarks' | 'rulings'>,
): Map<string, SegmentVerdict> {
  const verdicts = new Map<string, SegmentVerdict>();
  const verdictOn = (segmentId: string): SegmentVerdict => {
    let verdict = verdicts.get(segmentId);
    if (verdict === undefined) {
      verdict = {
        startMs: undefined,
        admittedElapsedMs: undefined,
        isQuarantined: false,
        smallestTrimMs: undefined,
        latestRuling: undefined,
      };
      verdicts.set(segmentId, verdict);
    }
    return verdict;
  };
  const decisive = new Map<string, FoldSegmentAdmission>();
  for (const admission of input.segmentAdmissions)
    addAdmission(verdictOn(admission.segmentId), admission, decisive);
  for (const trim of input.trimMarks) {
    const verdict = verdictOn(trim.segmentId);
    verdict.smallestTrimMs = Math.min(verdict.smallestTrimMs ?? trim.elapsedMs, trim.elapsedMs);
  }
  for (const ruling of input.rulings) {
    const verdict = verdictOn(ruling.targetId);
    if (verdict.latestRuling === undefined || ruling.order > verdict.latestRuling.order)
      verdict.latestRuling = ruling;
  }
  return verdicts;
}

/** `decisive` holds, by segment, the admission whose start counts so far. */
function addAdmission(
  verdict: SegmentVerdict,
  admission: FoldSegmentAdmission,
  decisive: Map<string, FoldSegmentAdmission>,
): void {
  const isQuarantined = admission.code === 'quarantined';
  if (!isQuarantined)
    verdict.admittedElapsedMs = Math.max(verdict.admittedElapsedMs ?? 0, admission.admittedElapsedMs);
  const current = decisive.get(admission.segmentId);
  if (current !== undefined && !outranks(admission, current)) return;
  decisive.set(admission.segmentId, admission);
  verdict.startMs = admission.startMs;
  verdict.isQuarantined = isQuarantined;
}

/** A refused claim never moves an admitted one; within a kind the lowest order stands. */
function outranks(a: FoldSegmentAdmission, b: FoldSegmentAdmission): boolean {
  const isRefusedA = a.code === 'quarantined';
  const isRefusedB = b.code === 'quarantined';
  return isRefusedA === isRefusedB ? a.order < b.order : isRefusedB;
}
