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
  const sorted = intervals.filter((one) => one.endMs > one.startMs);
  if (!isSorted(sorted)) sorted.sort((a, b) => a.startMs - b.startMs);
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

/** Nearly always: segments come in the order in which they ran. */
function isSorted(intervals: readonly Interval[]): boolean {
  for (let next = 1; next < intervals.length; next += 1)
    if ((intervals[next] as Interval).startMs < (intervals[next - 1] as Interval).startMs) return false;
  return true;
}
