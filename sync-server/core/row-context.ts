/** What the handlers of single rows work with. Everything they need was loaded before; nothing here waits. */
import type { ErrorCode } from '../../shared/errors.ts';
import type { Row } from '../../shared/rows.ts';
import type { PushAnswer } from '../../shared/wire.ts';
import { NO_SCOPE, type RowScope, type StoredRow } from '../storage/row-scope.ts';
import type { Periods } from '../periods/periods.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { DeviceContacts } from './device-contacts.ts';
import type { Directory } from './directory.ts';
import type { HeldRows } from './held-rows.ts';
import type { Overdrafts } from './overdrafts.ts';
import type { UserBook, ChatBook } from './user-book.ts';
import type { UserBooks } from './user-books.ts';
import type { Work } from './work.ts';

export interface CoreState {
  directory: Directory;
  books: UserBooks;
  contacts: DeviceContacts;
  heldRows: HeldRows;
  ledger: Ledger;
  overdrafts: Overdrafts;
  periods: Periods;
  /** Users with time that was clipped at an earlier now and can be admitted when the clock has passed its end. */
  clippedUserIds: Set<string>;
}

/** The device a row comes from; for a held row the one it came from. */
export interface RowWriter {
  memberId: string;
  deviceId: string;
  deviceName: string;
  isDeviceRevoked: boolean;
}

export interface RowContext {
  state: CoreState;
  work: Work;
  writer: RowWriter;
  /** When the server received the row, server clock, ms. */
  receivedMs: number;
  /** Rows that carry the id: stored before or in this commit. */
  withId(id: string): readonly StoredRow[];
}

/** Types that share one id by design: a chat, its record, its totals. */
const OF_ONE_CHAT: ReadonlySet<Row['type']> = new Set(['chat', 'conversationTimeRecord', 'recordTotals']);

/** The id is taken by a row of another type (ids are unique over all types). */
export function isTakenByAnotherType(context: RowContext, type: Row['type'], id: string): boolean {
  return context
    .withId(id)
    .some((one) => one.type !== type && !(OF_ONE_CHAT.has(one.type) && OF_ONE_CHAT.has(type)));
}

export function storedAs(context: RowContext, type: Row['type'], id: string): StoredRow | undefined {
  return context.withId(id).find((one) => one.type === type);
}

export function refused(row: { id: string; type: string }, code: ErrorCode): PushAnswer {
  return { verdict: 'refused', id: row.id, type: row.type, code };
}

export function accepted(stored: { id: string; type: string; seq: number }): PushAnswer {
  return { verdict: 'stored', id: stored.id, type: stored.type, seq: stored.seq, code: 'accepted' };
}

/** The book and the chat in it; the chat must be in the directory and its user's book loaded. */
export function bookOfChat(state: CoreState, chatId: string): { book: UserBook; chat: ChatBook } | undefined {
  const owner = state.directory.chat(chatId);
  const book = owner === undefined ? undefined : state.books.get(owner.userId);
  const chat = book?.chats.get(chatId);
  return book === undefined || chat === undefined ? undefined : { book, chat };
}

/** The scope of what belongs to a chat. */
export function scopeOfChat(chat: ChatBook, deviceId?: string): RowScope {
  const { userId, advisorId, id } = chat.row;
  return { ...NO_SCOPE, userId, advisorId, chatId: id, deviceId: deviceId ?? null };
}

/** Equal as JSON values: the order of fields and absent ones do not matter. */
export function isSameRow(a: Row, b: Row, exceptFields: readonly string[] = []): boolean {
  return canonical(a, exceptFields) === canonical(b, exceptFields);
}

function canonical(row: Row, exceptFields: readonly string[]): string {
  const fields = Object.entries(row).filter(
    ([name, value]) => value !== undefined && !exceptFields.includes(name),
  );
  return JSON.stringify(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
}
