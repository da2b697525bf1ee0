/** What a supervisor reads of a segment: why it ended, why it waits, what was decided. */
import type { SegmentEvidence } from '../../shared/reports/timeline.ts';
import type { CloseReason } from '../../shared/rows.ts';
import { waitingBecause } from './receipts.ts';

const CLOSE_REASONS: Record<CloseReason, string> = {
  paused: 'The advisor paused',
  ended: 'The chat ended',
  windowClosed: 'The window was closed',
  previousChatStopped: 'Another chat of the pair began',
  quit: 'Chatclock was closed',
  suspended: 'The computer slept',
  idle: 'Nobody was there',
  exhausted: 'The credits were used up',
  lapsed: 'The allowance without the server was used up',
  tickGap: 'The computer stood still',
  crashed: 'The app or computer stopped without warning',
};

const RULINGS = { admit: 'Counted', trim: 'Shortened', void: 'Not counted' } as const;

export function closeReasonOf({ isClosed, closeReason }: SegmentEvidence): string {
  if (!isClosed) return 'It runs';
  return closeReason === undefined ? 'Not said' : CLOSE_REASONS[closeReason];
}

/** One sentence: what of the segment counts, and why not the rest. */
export function verdictOf(segment: SegmentEvidence): string {
  if (segment.ruling !== undefined) return `${RULINGS[segment.ruling.action]} by a supervisor’s ruling.`;
  if (segment.code === 'quarantined')
    return segment.reason === undefined
      ? 'It does not count before a ruling.'
      : `It does not count before a ruling: ${waitingBecause(segment.reason)}.`;
  if (segment.isUnanchored) return 'Its length is exact; where it lies is known by the wall clock only.';
  if (segment.pendingMs > 0) return 'Part of it waits for a ruling or for the server’s clock.';
  return 'Placed by the monotonic clock, so its length is exact.';
}
