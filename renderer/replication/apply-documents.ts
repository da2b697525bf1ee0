/** Applies documents to the local database in slices, so that a first pull of many thousand rows never freezes the window. */
import type { RxCollection } from 'rxdb';
import type { ChatEnd, MarkAdmission } from '../../shared/rows.ts';
import { joinDocuments } from '../database/document-join.ts';
import { ROW_COLLECTIONS, type ChatDocument, type RowDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plainList, plainMap } from '../database/plain.ts';
import { writeJoined, type RejectedDocument } from '../database/write-joined.ts';

/** Documents written before the window may breathe: blocks of about 50 ms on a busy machine, 4,000 rows/s on a quiet one. */
const SLICE = 200;

/** Applies documents by join; repeating it changes nothing. `breathe` runs between slices. */
export async function applyDocuments(
  database: LocalDatabase,
  documents: readonly RowDocument[],
  breathe: () => Promise<void>,
): Promise<RejectedDocument[]> {
  const rejected: RejectedDocument[] = [];
  for (let start = 0; start < documents.length; start += SLICE) {
    if (start > 0) await breathe();
    const slice = documents.slice(start, start + SLICE);
    rejected.push(...(await writeJoined(database, [...slice, ...(await endedChats(database, slice))])));
  }
  await reopenChats(database, documents);
  return rejected;
}

/** Copies of the chats that chatEnds of the slice close; a chat of the slice itself is joined with its end. */
async function endedChats(database: LocalDatabase, slice: readonly RowDocument[]): Promise<RowDocument[]> {
  const ends = new Map<string, number>();
  for (const document of slice) {
    if (document.type !== 'chatEnd') continue;
    ends.set(
      document.chatId,
      Math.min(ends.get(document.chatId) ?? Number.MAX_SAFE_INTEGER, Math.max(1, document.atMs)),
    );
  }
  if (ends.size === 0) return [];
  const stored = plainMap<ChatDocument>(await database.chat.findByIds([...ends.keys()]).exec());
  for (const document of slice) {
    if (document.type !== 'chat' || !ends.has(document.id)) continue;
    const known = stored.get(document.id);
    stored.set(document.id, known === undefined ? document : joinDocuments(known, document));
  }
  return [...stored.values()].map((chat) => ({ ...chat, endedAtMs: ends.get(chat.id)! }));
}

/** A quarantined chatEnd ends nothing: its chat gets the earliest of its other ends, or is open again. */
async function reopenChats(database: LocalDatabase, documents: readonly RowDocument[]): Promise<void> {
  const chatIds = new Set<string>();
  for (const document of documents) {
    if (document.type === 'markAdmission' && document.code === 'quarantined') chatIds.add(document.chatId);
  }
  for (const chatId of chatIds) {
    const [chat, ends, admissions] = await Promise.all([
      database.chat.findOne(chatId).exec(),
      (database.mark as unknown as RxCollection<ChatEnd>)
        .find({ selector: { chatId, type: 'chatEnd' } })
        .exec(),
      (database.admission as unknown as RxCollection<MarkAdmission>)
        .find({ selector: { chatId, type: 'markAdmission', code: 'quarantined' } })
        .exec(),
    ]);
    const refused = new Set(plainList<MarkAdmission>(admissions).map((admission) => admission.markId));
    const standing = plainList<ChatEnd>(ends)
      .filter((end) => !refused.has(end.id))
      .map((end) => Math.max(1, end.atMs));
    const endedAtMs = standing.length === 0 ? 0 : Math.min(...standing);
    if (chat !== null && chat.endedAtMs !== endedAtMs) await chat.incrementalPatch({ endedAtMs });
  }
}

/** Empties every replicated collection, `breathe` between slices; what the outbox holds is put back by the caller. */
export async function dropRows(database: LocalDatabase, breathe: () => Promise<void>): Promise<void> {
  for (const name of ROW_COLLECTIONS) {
    const collection = database.collections[name] as unknown as RxCollection<{ id: string }>;
    for (;;) {
      const documents = await collection.find({ selector: {}, limit: SLICE }).exec();
      if (documents.length === 0) break;
      await collection.bulkRemove(documents.map((document) => document.primary));
      await breathe();
    }
  }
}
