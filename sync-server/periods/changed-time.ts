/** Whose time a row may change, and from when on: what was folded before that instant stays as it is. */
import type { UserBook } from '../core/user-book.ts';
import type { StoredRow } from '../storage/row-scope.ts';

/** The earliest instant whose time the row may change, ms; Infinity when it changes none. `book` holds the row already. */
export function changesFromMs(book: UserBook, { row }: Pick<StoredRow, 'row'>): number {
  switch (row.type) {
    case 'segmentAdmission':
      return row.startMs;
    case 'timeSegment':
      return startOf(book, row.id);
    case 'trimMark':
      return startOf(book, row.segmentId);
    case 'ruling':
      return startOf(book, row.targetId);
    case 'markAdmission':
    case 'freeTimeGrant':
    case 'rateChange':
      return row.atMs;
    default:
      return Infinity;
  }
}

function startOf(book: UserBook, segmentId: string): number {
  for (const chat of book.chats.values()) {
    const admission = chat.segments.get(segmentId)?.admission;
    if (admission !== undefined) return admission.row.startMs;
  }
  return Infinity;
}
