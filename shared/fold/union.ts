/** A half-open stretch of time `[startMs, endMs)`. */
export interface Interval {
  startMs: number;
  endMs: number;
}

/**
 * The union of intervals: sorted, disjoint, not touching, none empty; the very ones that were given where nothing has
 * to be joined. Sorts its own copy, O(n log n).
 * Two devices on one chat are charged once because of this. Source: DOMAIN.md "The fold" 2.
 */
export function unionIntervals(intervals: readonly Interval[]): readonly Readonly<Interval>[] {
  if (isUnion(intervals)) return intervals;
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

/** Nearly always, too: one device, one segment after the other. */
function isUnion(intervals: readonly Interval[]): boolean {
  let endMs = -Infinity;
  for (const one of intervals) {
    if (one.startMs <= endMs || one.endMs <= one.startMs) return false;
    endMs = one.endMs;
  }
  return true;
}

/** Nearly always: segments come in the order in which they ran. */
function isSorted(intervals: readonly Interval[]): boolean {
  for (let next = 1; next < intervals.length; next += 1)
    if ((intervals[next] as Interval).startMs < (intervals[next - 1] as Interval).startMs) return false;
  return true;
}
