import type { FoldInput, FoldRuling, FoldSegment, FoldSegmentAdmission, FoldTrimMark } from './fold-input.ts';

/** Everything that was said about one segment, boiled down to what the fold reads. */
export interface SegmentVerdict {
  /** The placed start, when the segment has any admission. */
  startMs: number | undefined;
  /** The largest length of the admissions that are not quarantined; undefined without such an admission. */
  admittedElapsedMs: number | undefined;
  isQuarantined: boolean;
  smallestTrimMs: number | undefined;
  latestRuling: FoldRuling | undefined;
  /** The admission whose start and code count so far. */
  decisive: FoldSegmentAdmission | undefined;
}

/**
 * What counts of several admissions, trims and rulings: a function that is asked segment after segment, in the order of
 * the input. A year holds many segments and most have one admission and nothing else, usually at the same place of its
 * list: those are found there, the others by id. What it returns holds until it is asked again.
 * Source: DOMAIN.md "The fold" 1, "Facts files".
 */
export function segmentVerdicts(
  input: Pick<FoldInput, 'segments' | 'segmentAdmissions' | 'trimMarks' | 'rulings'>,
): (position: number) => SegmentVerdict | undefined {
  const { segments, segmentAdmissions } = input;
  /** 1 where the admission at a segment's position is its own. */
  const isBeside = new Uint8Array(segments.length);
  const byId = new Map<string, SegmentVerdict>();
  const verdictOn = (segmentId: string): SegmentVerdict => {
    let verdict = byId.get(segmentId);
    if (verdict === undefined) byId.set(segmentId, (verdict = noVerdict()));
    return verdict;
  };
  segmentAdmissions.forEach((admission, position) => {
    if (admission.segmentId === segments[position]?.id) isBeside[position] = 1;
    else addAdmission(verdictOn(admission.segmentId), admission);
  });
  for (const trim of input.trimMarks) addTrim(verdictOn(trim.segmentId), trim);
  for (const ruling of input.rulings) addRuling(verdictOn(ruling.targetId), ruling);
  const alone = noVerdict();
  return (position) => {
    const verdict = byId.size === 0 ? undefined : byId.get((segments[position] as FoldSegment).id);
    if (isBeside[position] !== 1) return verdict;
    const both = verdict ?? Object.assign(alone, NOTHING_SAID);
    addAdmission(both, segmentAdmissions[position] as FoldSegmentAdmission);
    return both;
  };
}

const NOTHING_SAID: Readonly<SegmentVerdict> = {
  startMs: undefined,
  admittedElapsedMs: undefined,
  isQuarantined: false,
  smallestTrimMs: undefined,
  latestRuling: undefined,
  decisive: undefined,
};

export function noVerdict(): SegmentVerdict {
  return { ...NOTHING_SAID };
}

export function addAdmission(verdict: SegmentVerdict, admission: FoldSegmentAdmission): void {
  const isQuarantined = admission.code === 'quarantined';
  if (!isQuarantined)
    verdict.admittedElapsedMs = Math.max(verdict.admittedElapsedMs ?? 0, admission.admittedElapsedMs);
  if (verdict.decisive !== undefined && !outranks(admission, verdict.decisive)) return;
  verdict.decisive = admission;
  verdict.startMs = admission.startMs;
  verdict.isQuarantined = isQuarantined;
}

export function addTrim(verdict: SegmentVerdict, trim: FoldTrimMark): void {
  verdict.smallestTrimMs = Math.min(verdict.smallestTrimMs ?? trim.elapsedMs, trim.elapsedMs);
}

export function addRuling(verdict: SegmentVerdict, ruling: FoldRuling): void {
  if (verdict.latestRuling === undefined || ruling.order > verdict.latestRuling.order)
    verdict.latestRuling = ruling;
}

/** A refused claim never moves an admitted one; within a kind the lowest order stands. */
function outranks(a: FoldSegmentAdmission, b: FoldSegmentAdmission): boolean {
  const isRefusedA = a.code === 'quarantined';
  const isRefusedB = b.code === 'quarantined';
  return isRefusedA === isRefusedB ? a.order < b.order : isRefusedB;
}
