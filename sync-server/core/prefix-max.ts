/** "The largest value among everything up to a key", asked mostly near the end: entering there costs no walk. */
import { firstAbove, insertSorted } from '../../shared/fold/sorted-list.ts';

export interface Ranked {
  readonly key: number;
  value: number;
  /** The largest value up to and including this one. */
  upTo: number;
}

export type PrefixMax = ReturnType<typeof createPrefixMax>;

const keyOf = (ranked: Ranked): number => ranked.key;

/** Keys and values are integers >= 0. */
export function createPrefixMax() {
  const sorted: Ranked[] = [];

  function carryOn(from: number): void {
    for (let position = from; position < sorted.length; position += 1) {
      const ranked = sorted[position] as Ranked;
      const upTo = Math.max(ranked.value, sorted[position - 1]?.upTo ?? 0);
      if (position > from && ranked.upTo === upTo) return;
      ranked.upTo = upTo;
    }
  }

  return {
    /** Enters a value and returns its handle. */
    add(key: number, value: number): Ranked {
      const ranked: Ranked = { key, value, upTo: 0 };
      insertSorted(sorted, ranked, keyOf);
      carryOn(sorted.lastIndexOf(ranked));
      return ranked;
    },
    change(ranked: Ranked, value: number): void {
      if (ranked.value === value) return;
      ranked.value = value;
      carryOn(sorted.lastIndexOf(ranked));
    },
    /** The largest value whose key is at most `key`; 0 without one. */
    upTo: (key: number): number => sorted[firstAbove(sorted, key, keyOf) - 1]?.upTo ?? 0,
    /** The largest value whose key is below `key`; 0 without one. */
    below: (key: number): number => sorted[firstAbove(sorted, key - 1, keyOf) - 1]?.upTo ?? 0,
  };
}
