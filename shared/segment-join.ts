import { compareCodeUnits } from './code-unit-order.ts';

/** What of a segment grows. `reasonElapsedMs` is only there when an open copy outgrew the closed one that gave the reason. */
export interface GrowingSegment {
  elapsedMs: number;
  closed: boolean;
  closeReason?: string | undefined;
  reasonElapsedMs?: number | undefined;
}

/**
 * Joins two copies of one segment: `elapsedMs` = max, `closed` = OR; of two closed copies the longer
 * gives the reason, at equal length the smaller by code unit (a missing reason yields to any).
 * Commutative, associative and idempotent in these fields; every other field is taken from `a`.
 * Durations in ms, >= 0. Source: DOMAIN.md "Segments and marks on a device".
 */
export function joinSegments<S extends GrowingSegment>(a: S, b: S): S {
  const elapsedMs = Math.max(a.elapsedMs, b.elapsedMs);
  const reasonGiver = giverOfReason(a, b);
  const joined: S = { ...a, elapsedMs, closed: a.closed || b.closed };
  delete joined.closeReason;
  delete joined.reasonElapsedMs;
  if (reasonGiver?.closeReason !== undefined) joined.closeReason = reasonGiver.closeReason;
  // Without this a third copy could not tell how long the closed copy was, and order would matter.
  if (reasonGiver !== undefined && closedElapsedMs(reasonGiver) !== elapsedMs)
    joined.reasonElapsedMs = closedElapsedMs(reasonGiver);
  return joined;
}

function giverOfReason<S extends GrowingSegment>(a: S, b: S): S | undefined {
  if (!a.closed) return b.closed ? b : undefined;
  if (!b.closed) return a;
  if (closedElapsedMs(a) !== closedElapsedMs(b)) return closedElapsedMs(a) > closedElapsedMs(b) ? a : b;
  if (a.closeReason === undefined) return b;
  if (b.closeReason === undefined) return a;
  return compareCodeUnits(a.closeReason, b.closeReason) <= 0 ? a : b;
}

function closedElapsedMs(segment: GrowingSegment): number {
  return segment.reasonElapsedMs ?? segment.elapsedMs;
}
