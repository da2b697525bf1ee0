/**
 * The transcript of one chat.
 *
 *   observeTranscript(database, chatId, { limit })  → Observable<TranscriptMessage[]>   oldest first, the newest `limit`
 *   observeChat(database, chatId)                   → Observable<ChatDocument | null>
 *
 * Ordered by the server's sequence; what the server has not ordered yet comes last, by its wall clock.
 * A message is written with api.call('writeRow', { row: { type: 'message', chatId, text } }); showing it at once:
 * showWritten(database, row).
 */
import { map, type Observable } from 'rxjs';
import type { DeviceRow } from '../../shared/rows.ts';
import { toDocument, type ChatDocument, type MessageDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plain, plainList } from '../database/plain.ts';
import { writeJoined } from '../database/write-joined.ts';
import { messageMarkOf, type MessageMark } from './message-mark.ts';

export interface TranscriptMessage {
  id: string;
  from: 'user' | 'advisor';
  text: string;
  atMs: number;
  mark: MessageMark;
  /** Why the server refused it: an error code. */
  refusedCode: string | null;
  /** Sorts the transcript; pass the last one to markChatRead. */
  order: number;
}

/** Observes the newest `limit` messages of a chat, oldest first. */
export function observeTranscript(
  database: LocalDatabase,
  chatId: string,
  { limit = 500 }: { limit?: number } = {},
): Observable<TranscriptMessage[]> {
  return database.message
    .find({ selector: { chatId }, sort: [{ chatId: 'asc' }, { newestFirst: 'asc' }], limit })
    .$.pipe(map((documents) => selectTranscript(plainList<MessageDocument>(documents))));
}

/** Pure: lines of the transcript, oldest first. */
export function selectTranscript(messages: readonly MessageDocument[]): TranscriptMessage[] {
  return [...messages]
    .sort((a, b) => a.order - b.order || a.atMs - b.atMs || (a.id < b.id ? -1 : 1))
    .map((message) => ({
      id: message.id,
      from: message.from,
      text: message.text,
      atMs: message.atMs,
      mark: messageMarkOf(message),
      refusedCode: message.seq > 0 ? null : (message.refusedCode ?? null),
      order: message.order,
    }));
}

/** Observes one chat; null while it is not on this computer. */
export function observeChat(database: LocalDatabase, chatId: string): Observable<ChatDocument | null> {
  return database.chat.findOne(chatId).$.pipe(map((document) => plain<ChatDocument>(document)));
}

/** Puts a row that main has just journalled into the view, without waiting for the desk's replicator. */
export async function showWritten(database: LocalDatabase, row: DeviceRow): Promise<void> {
  await writeJoined(database, [toDocument(row, 0)]);
}
