import { firstMarkAfter, type ChatMarks } from './chat-marks.ts';
import type { FoldSegment } from './fold-input.ts';
import { UnsafeIntegerError } from './safe-integer.ts';
import type { SegmentVerdict } from './segment-verdicts.ts';
import type { Interval } from './union.ts';

/** What counts of one segment; empty (`endMs = startMs`) when nothing does. `cutMs` is what a mark removed. */
export interface CountedSegment extends Interval {
  segmentId: string;
  cutMs: number;
}

/** Where a segment starts, ms: placed by its verdict, as claimed without one. */
export function placedStartMs(segment: FoldSegment, verdict: SegmentVerdict | undefined): number {
  return verdict?.startMs ?? segment.startedAtMs;
}

/** The length a segment claims with its verdict, trims and ruling, before any mark, ms. */
export function claimedElapsedMs(segment: FoldSegment, verdict: SegmentVerdict | undefined): number {
  return verdict?.latestRuling === undefined
    ? elapsedWithoutRuling(segment, verdict)
    : elapsedByRuling(verdict.latestRuling);
}

/**
 * Where a segment starts and ends in the fold, in ms: placed start, counted elapsed, then cut by the earliest
 * admitted mark with `start < mark < end`. Throws UnsafeIntegerError when the end is not below 2^53.
 * Source: DOMAIN.md "The fold" 1.
 */
export function countSegment(
  segment: FoldSegment,
  verdict: SegmentVerdict | undefined,
  marks: ChatMarks | undefined,
): CountedSegment {
  const startMs = placedStartMs(segment, verdict);
  const isRuled = verdict?.latestRuling !== undefined;
  const isAfterEnd = !isRuled && startMs >= (marks?.earliestEndMs ?? Infinity);
  const elapsedMs = isAfterEnd ? 0 : claimedElapsedMs(segment, verdict);
  // Written as a difference, because the uncut end of a hostile claim may not be an exact number.
  const keptMs = Math.min(elapsedMs, firstMarkAfter(marks, startMs) - startMs);
  const endMs = startMs + keptMs;
  if (!Number.isSafeInteger(endMs)) throw new UnsafeIntegerError(`end of segment ${segment.id}`, endMs);
  return { segmentId: segment.id, startMs, endMs, cutMs: elapsedMs - keptMs };
}

function elapsedWithoutRuling(segment: FoldSegment, verdict: SegmentVerdict | undefined): number {
  if (segment.source === 'manual' || segment.funding === 'unfunded') return 0;
  if (verdict?.isQuarantined === true) return 0;
  const admittedMs = verdict?.admittedElapsedMs;
  const trimmedMs = verdict?.smallestTrimMs;
  let elapsedMs = segment.elapsedMs;
  if (admittedMs !== undefined && admittedMs < elapsedMs) elapsedMs = admittedMs;
  if (trimmedMs !== undefined && trimmedMs < elapsedMs) elapsedMs = trimmedMs;
  return elapsedMs;
}

function elapsedByRuling(ruling: NonNullable<SegmentVerdict['latestRuling']>): number {
  switch (ruling.action) {
    case 'admit':
      return ruling.claimedElapsedMs;
    case 'trim':
      return Math.min(ruling.claimedElapsedMs, ruling.elapsedMs ?? 0);
    case 'void':
      return 0;
  }
}
