import type { Chat } from '../../shared/rows.ts';
import { NO_SCOPE, type StoredRow } from '../storage/row-scope.ts';
import { bookOfChat, scopeOfChat, type RowContext } from './row-context.ts';

/**
 * Stores a new chat and what comes with it: on the first chat of a pair the client's row gets a new sequence, so that
 * the advisor, who could not see it before, finds it on the next page; without consent under `requireConsent` the chat
 * is free from its first instant (DOMAIN.md, "Who writes what"); rows that waited for the chat are applied.
 */
export function enterChat(
  context: RowContext,
  row: Chat,
  applyHeld: (context: RowContext, chatId: string) => void,
): StoredRow {
  const { work, state } = context;
  const { directory, books } = state;
  const isFirstOfPair = !directory.hasPair(row.advisorId, row.userId);
  const scope = { ...NO_SCOPE, userId: row.userId, advisorId: row.advisorId, chatId: row.id };
  const stored = work.put(row, scope);
  directory.enter(stored);
  const user = books.get(row.userId)?.user?.row;
  if (isFirstOfPair && user !== undefined) work.put(user, { ...NO_SCOPE, userId: user.id });
  if (row.consentAtMs === undefined && directory.policy('requireConsent', work.nowMs) === true) {
    const { chat } = bookOfChat(state, row.id) as NonNullable<ReturnType<typeof bookOfChat>>;
    work.put(
      { type: 'rateChange', id: `consent:${row.id}`, chatId: row.id, ratePerMinuteMinor: 0, atMs: 0 },
      scopeOfChat(chat),
    );
  }
  applyHeld(context, row.id);
  return stored;
}
