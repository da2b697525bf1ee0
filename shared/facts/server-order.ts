import type { ReadableLine } from './read-line.ts';
import { isSameValue } from './same-value.ts';

/** A readable line with its place in the server's order. */
export interface OrderedLine extends ReadableLine {
  order: number;
}

/**
 * Server order is the lines' `seq` if every readable line carries a distinct one (repeated copies of a line, equal in
 * every field, share theirs), else the line number. Source: DOMAIN.md "Facts files".
 */
export function inServerOrder(lines: readonly ReadableLine[]): OrderedLine[] {
  const hasOwnSeq = haveDistinctSeqs(lines);
  return lines
    .map(({ lineNumber, fact }) => ({
      lineNumber,
      fact,
      order: hasOwnSeq ? (fact.seq as number) : lineNumber,
    }))
    .sort(compareLines);
}

/** By server order; repeated copies by line number. */
export function compareLines(a: OrderedLine, b: OrderedLine): number {
  return a.order - b.order || a.lineNumber - b.lineNumber;
}

function haveDistinctSeqs(lines: readonly ReadableLine[]): boolean {
  const bySeq = new Map<number, ReadableLine>();
  for (const line of lines) {
    const { seq } = line.fact;
    if (seq === undefined) return false;
    const earlier = bySeq.get(seq);
    if (earlier === undefined) bySeq.set(seq, line);
    else if (!isSameValue(earlier.fact, line.fact)) return false;
  }
  return true;
}
