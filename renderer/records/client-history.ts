/**
 * All chats of a client, newest first, with the server's settled totals and how many messages are here.
 *
 *   observeClientHistory(database, userId, limit)  → Observable<ClientHistory>
 */
import { combineLatest, from, map, switchMap, type Observable } from 'rxjs';
import type { RecordTotals, User } from '../../shared/rows.ts';
import type { ChatDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plain, plainList, plainMap } from '../database/plain.ts';

export interface HistoryChat {
  chat: ChatDocument;
  totals: RecordTotals | null;
  messages: number;
}
export interface ClientHistory {
  name: string;
  chats: HistoryChat[];
  /** There are older ones. */
  hasMore: boolean;
}

export function observeClientHistory(
  database: LocalDatabase,
  userId: string,
  limit: number,
): Observable<ClientHistory> {
  const chats$ = database.chat
    .find({ selector: { userId }, sort: [{ userId: 'asc' }, { newestFirst: 'asc' }], limit: limit + 1 })
    .$.pipe(map((documents) => plainList<ChatDocument>(documents)));
  const user$ = database.user.findOne(userId).$.pipe(map((document) => plain<User>(document)));
  const rows$ = chats$.pipe(
    switchMap((chats) => {
      const shown = chats.slice(0, limit);
      const totals$ = database.recordTotals
        .findByIds(shown.map(({ id }) => id))
        .$.pipe(map((found) => plainMap<RecordTotals>(found)));
      const counts = Promise.all(
        shown.map(({ id: chatId }) => database.message.count({ selector: { chatId } }).exec()),
      );
      return combineLatest([totals$, from(counts)]).pipe(
        map(([totals, messages]) => ({
          hasMore: chats.length > limit,
          chats: shown.map((chat, at) => ({
            chat,
            totals: totals.get(chat.id) ?? null,
            messages: messages[at]!,
          })),
        })),
      );
    }),
  );
  return combineLatest([user$, rows$]).pipe(map(([user, rows]) => ({ name: user?.name ?? userId, ...rows })));
}
