/** Lists in ascending order of a number. Nearly everything comes last: putting an item there costs no more than a search. */

/** Position of the first item whose key is above `key`. O(log n). */
export function firstAbove<T>(sorted: readonly T[], key: number, keyOf: (item: T) => number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keyOf(sorted[middle] as T) > key) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Puts an item behind those with the same key. */
export function insertSorted<T>(sorted: T[], item: T, keyOf: (item: T) => number): void {
  const position = firstAbove(sorted, keyOf(item), keyOf);
  if (position === sorted.length) sorted.push(item);
  else sorted.splice(position, 0, item);
}

/** Takes an item out, searched from behind; nothing happens when it is not there. */
export function removeSorted<T>(sorted: T[], item: T): void {
  const position = sorted.lastIndexOf(item);
  if (position >= 0) sorted.splice(position, 1);
}
