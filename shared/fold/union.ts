/** A half-open stretch of time `[startMs, endMs)`. */
export interface Interval {
  startMs: number;
  endMs: number;
}

/**
 * The union of intervals: sorted, disjoint, not touching, none empty. Sorts its own copy, O(n log n).
 * Two devices on one chat are charged once because of this. Source: DOMAIN.md "The fold" 2.
 */
export function unionIntervals(intervals: readonly Interval[]): Interval[] {
  const sorted = intervals.filter((one) => one.endMs > one.startMs).sort((a, b) => a.startMs - b.startMs);
  const union: Interval[] = [];
  let last: Interval | undefined;
  for (const { startMs, endMs } of sorted) {
    if (last === undefined || startMs > last.endMs) {
      last = { startMs, endMs };
      union.push(last);
    } else if (endMs > last.endMs) {
      last.endMs = endMs;
    }
  }
  return union;
}
