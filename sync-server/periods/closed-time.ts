/** What the fold of now says about the time of closed periods, kept per book until something before their ends changes. */
import {
  amountsUntil,
  countedTimes,
  type AmountsByChat,
  type CountedTime,
} from '../../shared/fold/period-slices.ts';
import type { FoldInput } from '../../shared/fold/fold-input.ts';
import type { UserBook } from '../core/user-book.ts';
import { foldInputOf, type FoldSources } from '../settlement/fold-book.ts';
import type { ClosedTime } from './period-line.ts';
import type { Periods } from './periods.ts';

const NOTHING_CLOSED: ClosedTime = {
  ...{ untilEnds: [], placed: new Map(), stamp: 0, beatVersion: 0, dependsOnBeats: false },
};

/** Throws UnsafeIntegerError. Nothing is closed: nothing. In proportion to the history only when that changed. */
export function closedTimeOf(book: UserBook, sources: FoldSources, periods: Periods): ClosedTime {
  const ends = periods.closed().map((period) => period.untilMs);
  if (ends.length === 0) return NOTHING_CLOSED;
  const kept = book.closedTime;
  const isKept =
    kept?.stamp === periods.stamp() && !(kept.dependsOnBeats && kept.beatVersion !== book.beatVersion);
  const same = isKept ? kept.untilEnds.filter((_, n) => (ends[n] as number) <= book.changedFromMs) : [];
  if (kept !== undefined && same.length === ends.length) return kept;
  const input = foldInputOf(book, sources);
  const fold = createFold(book, input);
  const untilEnds = ends.map((endMs, n) => same[n] ?? fold.until(endMs));
  const lastEndMs = ends.at(-1) ?? 0;
  const closedTime: ClosedTime = {
    untilEnds,
    placed: fold.hasUnanchored ? fold.placedUntil(lastEndMs) : (untilEnds.at(-1) ?? new Map()),
    stamp: periods.stamp(),
    beatVersion: book.beatVersion,
    dependsOnBeats: hasOpenBefore(book, lastEndMs),
  };
  book.closedTime = closedTime;
  book.changedFromMs = Infinity;
  return closedTime;
}

/** What the book's chats have up to `endMs`, as the period that ends there will count it. Throws UnsafeIntegerError. */
export function amountsUntilEnd(book: UserBook, sources: FoldSources, endMs: number): AmountsByChat {
  return createFold(book, foldInputOf(book, sources)).until(endMs);
}

function createFold(book: UserBook, input: FoldInput) {
  const counted = countedTimes(input);
  const countsFrom = countsFromOf(book);
  return {
    hasUnanchored: countsFrom.size > 0,
    placedUntil: (endMs: number) => amountsUntil(book.userId, input, counted, endMs),
    until: (endMs: number) =>
      amountsUntil(book.userId, input, countedUntil(counted, countsFrom, endMs), endMs),
  };
}

function countedUntil(
  counted: readonly CountedTime[],
  countsFrom: ReadonlyMap<string, number>,
  endMs: number,
): readonly CountedTime[] {
  if (countsFrom.size === 0) return counted;
  return counted.filter(({ segmentId }) => (countsFrom.get(segmentId) ?? 0) < endMs);
}

/** Unanchored segments that were placed before the period that was open when they arrived. */
export function countsFromOf(book: UserBook): Map<string, number> {
  const countsFrom = new Map<string, number>();
  for (const chat of book.chats.values())
    for (const { row, admission } of chat.segments.values())
      if (admission?.row.countsFromMs !== undefined) countsFrom.set(row.id, admission.row.countsFromMs);
  return countsFrom;
}

function hasOpenBefore(book: UserBook, endMs: number): boolean {
  for (const chat of book.chats.values())
    for (const { row, admission } of chat.segments.values())
      if (!row.closed && admission !== undefined && admission.row.startMs < endMs) return true;
  return false;
}
