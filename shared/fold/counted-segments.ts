import { firstMarkAfter, type ChatMarks } from './chat-marks.ts';
import type { FoldSegment } from './fold-input.ts';
import { assertSafe } from './safe-integer.ts';
import type { SegmentVerdict } from './segment-verdicts.ts';
import type { Interval } from './union.ts';

/** What counts of one segment; empty (`endMs = startMs`) when nothing does. `cutMs` is what a mark removed. */
export interface CountedSegment extends Interval {
  cutMs: number;
}

/** What a segment claims with its verdict, trims and ruling, before any mark. Ms; the end may be beyond 2^53. */
export interface ClaimedStretch {
  startMs: number;
  elapsedMs: number;
  /** A ruling stands: the chat's end refuses it no more, marks still cut it. */
  isRuled: boolean;
}

export function claimedStretch(segment: FoldSegment, verdict: SegmentVerdict | undefined): ClaimedStretch {
  const startMs = verdict?.startMs ?? segment.startedAtMs;
  if (verdict?.latestRuling !== undefined)
    return { startMs, elapsedMs: elapsedByRuling(verdict.latestRuling), isRuled: true };
  return { startMs, elapsedMs: elapsedWithoutRuling(segment, verdict), isRuled: false };
}

/**
 * Where a segment starts and ends in the fold, in ms: placed start, counted elapsed, then cut by the earliest
 * admitted mark with `start < mark < end`. Throws UnsafeIntegerError when the end is not below 2^53.
 * Source: DOMAIN.md "The fold" 1.
 */
export function cutByMarks(
  segmentId: string,
  { startMs, elapsedMs, isRuled }: ClaimedStretch,
  marks: ChatMarks | undefined,
): CountedSegment {
  const isAfterEnd = !isRuled && startMs >= (marks?.earliestEndMs ?? Infinity);
  const countedMs = isAfterEnd ? 0 : elapsedMs;
  // Written as a difference, because the uncut end of a hostile claim may not be an exact number.
  const lengthToMarkMs = firstMarkAfter(marks, startMs) - startMs;
  const keptMs = Math.min(countedMs, lengthToMarkMs);
  return {
    startMs,
    endMs: assertSafe(startMs + keptMs, `end of segment ${segmentId}`),
    cutMs: countedMs - keptMs,
  };
}

function elapsedWithoutRuling(segment: FoldSegment, verdict: SegmentVerdict | undefined): number {
  if (segment.source === 'manual' || segment.funding === 'unfunded') return 0;
  if (verdict?.isQuarantined === true) return 0;
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
