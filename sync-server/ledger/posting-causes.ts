/** Which rows are a cause for posting (DOMAIN.md, "Ledger and periods"). Beats and growing segments are none. */
import type { Row } from '../../shared/rows.ts';
import type { UserBook } from '../core/user-book.ts';

/** Rows that move money but no chat: what they post stands under their own sequence. */
const MOVES_NO_CHAT: ReadonlySet<Row['type']> = new Set(['topUp', 'debit', 'refund', 'goodwill'] as const);

export const movesNoChat = (row: Row): boolean => MOVES_NO_CHAT.has(row.type);

/** `book` holds the row already. */
export function isPostingCause(book: UserBook, row: Row): boolean {
  switch (row.type) {
    case 'timeSegment':
      return row.closed;
    case 'segmentAdmission':
      // Time that was clipped and is admitted later.
      return book.chats.get(row.chatId)?.segments.get(row.segmentId)?.row.closed === true;
    case 'markAdmission':
      return row.code === 'admitted';
    case 'trimMark':
    case 'ruling':
    case 'topUp':
    case 'debit':
    case 'refund':
    case 'goodwill':
    case 'freeTimeGrant':
    case 'rateChange':
      return true;
    default:
      return false;
  }
}
