import { firstMarkAfter, type ChatMarks } from './chat-marks.ts';
import type { FoldSegment } from './fold-input.ts';
import { assertSafe } from './safe-integer.ts';
import type { SegmentVerdict } from './segment-verdicts.ts';
import type { Interval } from './union.ts';

/** What counts of one segment; empty (`endMs = startMs`) when nothing does. `cutMs` is what a mark removed. */
export interface CountedSegment extends Interval {
  cutMs: number;
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
  const startMs = verdict?.startMs ?? segment.startedAtMs;
  const elapsedMs =
    verdict?.latestRuling === undefined
      ? elapsedWithoutRuling(segment, startMs, verdict, marks)
      : elapsedByRuling(verdict.latestRuling);
  // Written as a difference, because the uncut end of a hostile claim may not be an exact number.
  const lengthToMarkMs = firstMarkAfter(marks, startMs) - startMs;
  const keptMs = Math.min(elapsedMs, lengthToMarkMs);
  return {
    startMs,
    endMs: assertSafe(startMs + keptMs, `end of segment ${segment.id}`),
    cutMs: elapsedMs - keptMs,
  };
}

function elapsedWithoutRuling(
  segment: FoldSegment,
  startMs: number,
  verdict: SegmentVerdict | undefined,
  marks: ChatMarks | undefined,
): number {
  if (segment.source === 'manual' || segment.funding === 'unfunded') return 0;
  if (verdict?.isQuarantined === true) return 0;
  if (startMs >= (marks?.earliestEndMs ?? Infinity)) return 0;
  return Math.min(
    segment.elapsedMs,
    verdict?.admittedElapsedMs ?? Infinity,
    verdict?.smallestTrimMs ?? Infinity,
  );
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
