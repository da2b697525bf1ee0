/** Folds a user's book and writes what changed: totals of the chats' records, projections of the user's pairs. */
import type { SettlementOfUser } from '../../shared/fold/fold.ts';
import { FOLD_VERSION, type ChatSettlement } from '../../shared/fold/settlement.ts';
import type { RecordTotals, UserProjection } from '../../shared/rows.ts';
import type { UserBook } from '../core/user-book.ts';
import type { Work } from '../core/work.ts';
import { NO_SCOPE } from '../storage/row-scope.ts';
import { foldBook, takeUnwritten } from './book-fold.ts';
import type { FoldSources } from './fold-book.ts';
import { projectPairs } from './project-pairs.ts';

/** Puts the totals and projections that differ from the stored ones; returns the fold they show. */
export function settleUser(work: Work, book: UserBook, sources: FoldSources): SettlementOfUser {
  const settled = foldBook(book, sources);
  for (const totals of takeUnwritten(book)) putTotals(work, book, totals);
  for (const projection of projectPairs(book, settled, sources, work.nowMs)) {
    const before = book.projections.get(projection.advisorId);
    if (before !== undefined && isSameState(before, projection)) continue;
    work.put(projection, { ...NO_SCOPE, userId: book.userId, advisorId: projection.advisorId });
  }
  return settled;
}

function putTotals(work: Work, book: UserBook, { chatId, ...figures }: ChatSettlement): void {
  const chat = book.chats.get(chatId);
  if (chat === undefined) return;
  const { userId, advisorId } = chat.row;
  const totals: RecordTotals = {
    type: 'recordTotals',
    id: chatId,
    userId,
    advisorId,
    ...figures,
    foldVersion: FOLD_VERSION,
  };
  const before = chat.totals;
  const isSame =
    before !== undefined &&
    (Object.keys(totals) as (keyof RecordTotals)[]).every((field) => before[field] === totals[field]);
  if (!isSame) work.put(totals, { ...NO_SCOPE, userId, advisorId, chatId });
}

/** The state without its number and its date. */
function isSameState(a: UserProjection, b: UserProjection): boolean {
  return (
    JSON.stringify({ ...a, stateSeq: 0, asOfMs: 0 }) === JSON.stringify({ ...b, stateSeq: 0, asOfMs: 0 })
  );
}
