/**
 * Opens the local database: RxDB over Dexie, one per (server, member), in every window. It is a view that can be
 * rebuilt: replicated rows come again from the server, unsent rows from main's outbox. So a database that cannot be
 * read is set aside and a new one opened under the next generation of its name; nothing is lost.
 */
import { createRxDatabase } from 'rxdb';
import type { RxCollection, RxDatabase, RxStorage } from 'rxdb';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
import { AppError } from '../../shared/errors.ts';
import { joinConflictHandler } from './conflict-handler.ts';
import { COLLECTIONS, type CollectionName, type Documents } from './documents.ts';
import { rxJsonSchemaOf, SCHEMA_VERSION } from './rx-json-schema.ts';
import { withValidation } from './validated-storage.ts';

export type LocalCollections = { [N in CollectionName]: RxCollection<Documents[N]> };
export type LocalDatabase = RxDatabase<LocalCollections>;

/** Where the generation of a database name is kept; the same for all windows of the app. */
export interface GenerationStore {
  read(databaseName: string): number;
  write(databaseName: string, generation: number): void;
}

export interface OpenOptions {
  /** Only the desk rebuilds: it is the one that replicates. Other windows throw `localDatabaseUnreadable`. */
  mayRebuild: boolean;
  generations: GenerationStore;
  storage?: RxStorage<unknown, unknown>;
  /** Removes what was set aside before the copy that is set aside now; best effort. */
  discard?: (generationName: string) => Promise<void>;
  /** Tests hand in RxDB instances of their own, one per simulated process. */
  create?: typeof createRxDatabase;
  multiInstance?: boolean;
}

export interface OpenedDatabase {
  database: LocalDatabase;
  /** Set when an unreadable database was set aside: the code to show, and its name. */
  setAside: { code: 'localDatabaseUnreadable'; name: string } | null;
}

/**
 * Opens the database of a session (`session.databaseName`).
 * @throws AppError `localDatabaseUnreadable` when it cannot be opened and must not or cannot be rebuilt.
 */
export async function openDatabase(databaseName: string, options: OpenOptions): Promise<OpenedDatabase> {
  const generation = options.generations.read(databaseName);
  const name = generationName(databaseName, generation);
  try {
    return { database: await openGeneration(name, options), setAside: null };
  } catch (cause) {
    if (!options.mayRebuild) throw new AppError('localDatabaseUnreadable', { name }, { cause });
    options.generations.write(databaseName, generation + 1);
    try {
      const database = await openGeneration(generationName(databaseName, generation + 1), options);
      // The newest copy set aside stays for whoever wants to look into it.
      if (generation > 0)
        await (options.discard ?? discardIndexedDb)(generationName(databaseName, generation - 1));
      return { database, setAside: { code: 'localDatabaseUnreadable', name } };
    } catch (second) {
      throw new AppError('localDatabaseUnreadable', { name }, { cause: second });
    }
  }
}

/** Keeps generations in this origin's localStorage, which all windows of the app share. */
export function localStorageGenerations(storage: Storage): GenerationStore {
  const key = (name: string) => `chatclock.generation.${name}`;
  return {
    read: (name) => {
      const generation = Number(storage.getItem(key(name)) ?? '0');
      return Number.isSafeInteger(generation) && generation >= 0 ? generation : 0;
    },
    write: (name, generation) => storage.setItem(key(name), String(generation)),
  };
}

function generationName(databaseName: string, generation: number): string {
  // RxDB names: lower case, starting with a letter.
  const safe = databaseName.toLowerCase().replace(/[^a-z0-9-]/g, (c) => `_${c.charCodeAt(0).toString(16)}`);
  return `c-${safe}-v${SCHEMA_VERSION}-g${generation}`;
}

async function openGeneration(name: string, options: OpenOptions): Promise<LocalDatabase> {
  const storage = options.storage ?? (getRxStorageDexie() as unknown as RxStorage<unknown, unknown>);
  const database = await (options.create ?? createRxDatabase)<LocalCollections>({
    name,
    storage: withValidation(storage),
    multiInstance: options.multiInstance ?? true,
    eventReduce: true,
  });
  try {
    await database.addCollections(collectionOptions());
    // A damaged store is met at the first read. Asked of the storage itself: a failing RxQuery leaves rejections behind.
    await Promise.all(
      Object.values(database.collections).map((collection) =>
        collection.storageInstance.findDocumentsById(['probe'], false),
      ),
    );
    return database;
  } catch (error) {
    await database.close().catch(() => false);
    throw error;
  }
}

function collectionOptions() {
  const names = Object.keys(COLLECTIONS) as CollectionName[];
  return Object.fromEntries(
    names.map((name) => [name, { schema: rxJsonSchemaOf(name), conflictHandler: joinConflictHandler }]),
  ) as unknown as Parameters<LocalDatabase['addCollections']>[0] as never;
}

/** Removes every IndexedDB database of a generation. */
async function discardIndexedDb(name: string): Promise<void> {
  const all = await indexedDB.databases();
  const prefix = `rxdb-dexie-${name}--`;
  for (const { name: found } of all) {
    if (found?.startsWith(prefix)) indexedDB.deleteDatabase(found);
  }
}
