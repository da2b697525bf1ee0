/** The books in memory: loaded when a commit needs them, the longest unused dropped when there are too many rows. */
import { readStored, type RowStore } from '../storage/row-store.ts';
import type { Chat } from '../../shared/rows.ts';
import type { UserLedger } from '../ledger/user-ledger.ts';
import { fillUserBook, type Sequenced, type UserBook } from './user-book.ts';

/** Rows kept in memory (about 1 KB each). */
const MAX_WEIGHT = 400_000;

export type UserBooks = ReturnType<typeof createUserBooks>;

/** `onChat` hears of the chats of every book that is loaded; `ledgersOf` reads what is posted of users. */
export function createUserBooks(
  rows: RowStore,
  ledgersOf: (userIds: readonly string[]) => Promise<Map<string, UserLedger>>,
  onChat: (chat: Sequenced<Chat>) => void,
  maxWeight = MAX_WEIGHT,
) {
  const books = new Map<string, UserBook>();

  return {
    /** A book that was loaded. */
    get: (userId: string): UserBook | undefined => books.get(userId),

    /** Loads what is missing, in one query; a user without rows gets an empty book. */
    async load(userIds: Iterable<string>): Promise<void> {
      const missing: string[] = [];
      for (const userId of new Set(userIds)) {
        const book = books.get(userId);
        if (book === undefined) missing.push(userId);
        else {
          books.delete(userId);
          books.set(userId, book);
        }
      }
      if (missing.length === 0) return;
      const ledgers = await ledgersOf(missing);
      const byUser = new Map(missing.map((userId) => [userId, [] as ReturnType<typeof readStored>[]]));
      for (const text of await rows.ofUsers(missing))
        byUser.get(text.userId as string)?.push(readStored(text));
      for (const [userId, stored] of byUser) {
        const book = fillUserBook(userId, stored);
        book.ledger = ledgers.get(userId) ?? book.ledger;
        books.set(userId, book);
        for (const chat of book.chats.values()) onChat(chat);
      }
    },

    clear: (): void => books.clear(),

    /** Call between commits only. */
    trim(): void {
      let weight = 0;
      for (const book of books.values()) weight += book.weight;
      for (const [userId, book] of books) {
        if (weight <= maxWeight) return;
        weight -= book.weight;
        books.delete(userId);
      }
    },
  };
}
