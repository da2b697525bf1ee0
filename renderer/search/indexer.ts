/**
 * Keeps the index up with the local database, whoever wrote there: RxDB says what changed since a checkpoint, which is
 * stored with the texts. After a crash it goes on from there; another local database (set aside, rebuilt) is told by its
 * storage token and starts the index anew. One batch at a time, when the window is idle.
 */
import { getChangedDocumentsSince, type RxCollection } from 'rxdb';
import { merge } from 'rxjs';
import { clientNotes, noteIdOf } from '../../shared/notes/note-versions.ts';
import type { ChatDocument, Documents, MessageDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plainList } from '../database/plain.ts';
import type { Change, IndexedText, SearchIndex } from './search-index.ts';

/** Texts indexed before the window may breathe: a few milliseconds. */
const BATCH = 200;
const SOURCES = ['user', 'chat', 'message', 'note'] as const;
type Source = (typeof SOURCES)[number];

export interface IndexerDeps {
  database: LocalDatabase;
  index: SearchIndex;
  /** Resolves when the window has nothing better to do. */
  idle(): Promise<void>;
  onFailed(error: unknown): void;
}

export function startIndexer({ database, index, idle, onFailed }: IndexerDeps) {
  let isStopped = false;
  let isDirty = true;
  let running: Promise<void> | null = null;

  async function adopt(): Promise<void> {
    const token = await database.storageToken;
    if ((await index.readState('source')) === token) return;
    await index.clear();
    await index.apply([], { source: token });
  }

  async function readBatch(source: Source): Promise<boolean> {
    const { storageInstance } = database.collections[source] as unknown as RxCollection<{ id: string }>;
    const checkpoint = (await index.readState(source)) as never;
    const page = await getChangedDocumentsSince(storageInstance, BATCH, checkpoint);
    if (page.documents.length === 0) return false;
    const changes = await changesOf(database, source, page.documents as unknown as ChangedDocument[]);
    await index.apply(changes, { [source]: page.checkpoint });
    return page.documents.length === BATCH;
  }

  async function work(): Promise<void> {
    await adopt();
    while (isDirty && !isStopped) {
      isDirty = false;
      for (const source of SOURCES) {
        let hasMore = true;
        while (hasMore && !isStopped) {
          await idle();
          if (!isStopped) hasMore = await readBatch(source);
        }
      }
    }
  }

  function run(): void {
    isDirty = true;
    if (running !== null || isStopped) return;
    running = work()
      .catch((error: unknown) => {
        // A database that is being closed reads no more; the checkpoint says where to go on.
        if (!isStopped) onFailed(error);
      })
      .finally(() => {
        running = null;
      });
  }

  const subscription = merge(...SOURCES.map((source) => database.collections[source].$)).subscribe(run);
  run();
  return {
    async stop(): Promise<void> {
      isStopped = true;
      subscription.unsubscribe();
      await running;
      index.close();
    },
  };
}

type ChangedDocument = { id: string; _deleted: boolean } & Record<string, unknown>;

async function changesOf(
  database: LocalDatabase,
  source: Source,
  documents: readonly ChangedDocument[],
): Promise<Change[]> {
  if (source === 'note') return noteChanges(database, documents as unknown as Documents['note'][]);
  const space = source === 'message' ? 'messages' : 'names';
  const prefix = source === 'user' ? 'client' : source;
  const names =
    source === 'chat' ? await namesOf(database, documents as unknown as ChatDocument[]) : new Map();
  const changes = documents.map((document): Change => {
    if (document._deleted) return { space, remove: `${prefix}:${document.id}` };
    return { space, put: textOf(source, document, names) };
  });
  if (source !== 'user') return changes;
  // A client who is called differently now: their chats are found by the new name.
  const userIds = documents.map(({ id }) => id);
  const chats = plainList<ChatDocument>(
    await database.chat.find({ selector: { userId: { $in: userIds } } }).exec(),
  );
  const newNames = await namesOf(database, chats);
  return [
    ...changes,
    ...chats.map((chat): Change => ({ space, put: textOf('chat', chat as never, newNames) })),
  ];
}

async function namesOf(
  database: LocalDatabase,
  chats: readonly ChatDocument[],
): Promise<Map<string, string>> {
  const users = await database.user.findByIds([...new Set(chats.map(({ userId }) => userId))]).exec();
  return new Map([...users].map(([id, user]) => [id, user.name ?? id]));
}

function textOf(source: Source, document: object, names: ReadonlyMap<string, string>): IndexedText {
  if (source === 'user') {
    const { id, name } = document as Documents['user'];
    return { key: `client:${id}`, kind: 'client', id, chatId: null, userId: id, atMs: 0, text: name ?? id };
  }
  if (source === 'chat') {
    const { id, userId, openedAtMs, topic, number } = document as ChatDocument;
    const text = [names.get(userId), topic, number && `#${number}`].filter(Boolean).join(' ');
    return { key: `chat:${id}`, kind: 'chat', id, chatId: id, userId, atMs: openedAtMs, text };
  }
  const { id, chatId, atMs, text } = document as MessageDocument;
  return { key: `message:${id}`, kind: 'message', id, chatId, userId: null, atMs, text };
}

/** A note is found by what it says now: its versions together make one text. */
async function noteChanges(
  database: LocalDatabase,
  changed: readonly Documents['note'][],
): Promise<Change[]> {
  const versions = plainList<Documents['note']>(await database.note.find().exec());
  const notes = new Map(clientNotes(versions).map((note) => [note.noteId, note]));
  return [...new Set(changed.map(noteIdOf))].map((noteId): Change => {
    const note = notes.get(noteId);
    const key = `note:${noteId}`;
    if (note === undefined) return { space: 'names', remove: key };
    const { chatId, atMs } = note.texts[0]!;
    const text = note.texts.map((version) => version.text).join('\n');
    return { space: 'names', put: { key, kind: 'note', id: noteId, chatId, userId: null, atMs, text } };
  });
}
