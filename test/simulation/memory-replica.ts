/**
 * The local database in memory, as far as the replicator uses RxDB: `LocalDatabase` is a port here, and these are all
 * the calls of it that replication makes. Rows are joined by the real code (renderer/database/write-joined.ts); RxDB
 * itself is proved in test/sync.
 */
import type { LocalDatabase } from '../../renderer/database/local-database.ts';
import { COLLECTIONS } from '../../renderer/database/documents.ts';
import type { Random } from './random.ts';

type Doc = Record<string, unknown> & { id: string };

export interface MemoryReplica {
  database: LocalDatabase;
  /** All rows, as stored. */
  rows(): Doc[];
  checkpoint(): { seq: number; scope: string | undefined };
  /** The power goes: the browser flushes lazily, so writes of the last moments may be lost, newest first. */
  loseUnsynced(random: Random): boolean;
  /** Everything is on the disk. */
  flush(): void;
  snapshot(): Map<string, Map<string, Doc>>;
  restore(snapshot: ReadonlyMap<string, ReadonlyMap<string, Doc>>): void;
  /** Writes fail from now on, as when the disk is full. */
  isFull: boolean;
}

interface Undo {
  collection: Map<string, Doc>;
  id: string;
  before: Doc | undefined;
}

/** Writes that the browser may not have flushed yet. */
const UNFLUSHED = 40;

export function createMemoryReplica(): MemoryReplica {
  const collections = new Map(Object.keys(COLLECTIONS).map((name) => [name, new Map<string, Doc>()]));
  let unflushed: Undo[] = [];

  function put(collection: Map<string, Doc>, doc: Doc): void {
    if (replica.isFull) throw Object.assign(new Error('quota exceeded'), { name: 'QuotaExceededError' });
    unflushed.push({ collection, id: doc.id, before: collection.get(doc.id) });
    if (unflushed.length > 2 * UNFLUSHED) unflushed = unflushed.slice(-UNFLUSHED);
    collection.set(doc.id, doc);
  }

  function remove(collection: Map<string, Doc>, id: string): void {
    unflushed.push({ collection, id, before: collection.get(id) });
    collection.delete(id);
  }

  const ports = new Map(
    [...collections].map(([name, rows]) => [name, collectionPort(name, rows, put, remove)]),
  );
  const database = { ...Object.fromEntries(ports), collections: Object.fromEntries(ports) };

  const replica: MemoryReplica = {
    database: database as unknown as LocalDatabase,
    isFull: false,
    rows: () => [...collections].flatMap(([name, rows]) => (name === 'localState' ? [] : [...rows.values()])),
    checkpoint() {
      const stored = collections.get('localState')!.get('checkpoint');
      return { seq: (stored?.['seq'] as number) ?? 0, scope: stored?.['scope'] as string | undefined };
    },
    loseUnsynced(random) {
      const lost = random.between(0, Math.min(UNFLUSHED, unflushed.length));
      for (let i = 0; i < lost; i += 1) {
        const { collection, id, before } = unflushed.pop()!;
        if (before === undefined) collection.delete(id);
        else collection.set(id, before);
      }
      unflushed = [];
      return lost > 0;
    },
    flush() {
      unflushed = [];
    },
    snapshot: () => new Map([...collections].map(([name, rows]) => [name, new Map(rows)])),
    restore(snapshot) {
      unflushed = [];
      for (const [name, rows] of collections) {
        rows.clear();
        for (const [id, doc] of snapshot.get(name) ?? []) rows.set(id, doc);
      }
    },
  };
  return replica;
}

/** RxDB's meta fields, which writes carry along. */
const META = { _attachments: {}, _deleted: false, _meta: { lwt: 1 }, _rev: '1' };

function collectionPort(
  name: string,
  rows: Map<string, Doc>,
  put: (rows: Map<string, Doc>, doc: Doc) => void,
  remove: (rows: Map<string, Doc>, id: string) => void,
) {
  const document = (doc: Doc) => ({
    ...doc,
    primary: doc.id,
    toJSON: () => doc,
    incrementalPatch: async (patch: Partial<Doc>) => put(rows, { ...rows.get(doc.id)!, ...patch }),
    incrementalModify: async (modify: (stored: Doc) => Doc) => put(rows, modify({ ...rows.get(doc.id)! })),
  });
  const matching = (query?: { selector?: Partial<Doc>; limit?: number }): Doc[] => {
    const wanted = Object.entries(query?.selector ?? {});
    const found = [...rows.values()].filter((doc) => wanted.every(([field, value]) => doc[field] === value));
    return query?.limit === undefined ? found : found.slice(0, query.limit);
  };
  return {
    name,
    findOne: (id: string) => ({ exec: async () => (rows.has(id) ? document(rows.get(id)!) : null) }),
    findByIds: (ids: string[]) => ({
      exec: async () => new Map(ids.filter((id) => rows.has(id)).map((id) => [id, document(rows.get(id)!)])),
    }),
    find: (query?: { selector?: Partial<Doc>; limit?: number }) => ({
      exec: async () => matching(query).map(document),
    }),
    async bulkInsert(docs: Doc[]) {
      const error: { documentId: string; status: 409; documentInDb: Doc }[] = [];
      for (const doc of docs) {
        const stored = rows.get(doc.id);
        if (stored === undefined) put(rows, doc);
        else error.push({ documentId: doc.id, status: 409, documentInDb: { ...stored, ...META } });
      }
      return { success: [], error };
    },
    async bulkRemove(ids: string[]) {
      for (const id of ids) remove(rows, id);
      return { success: [], error: [] };
    },
    async incrementalUpsert(doc: Doc) {
      put(rows, doc);
    },
    storageInstance: {
      async bulkWrite(writes: { document: Doc }[]) {
        for (const { document: written } of writes) {
          const { _attachments, _deleted, _meta, _rev, ...doc } = written;
          put(rows, doc as Doc);
        }
        return { error: [] };
      },
    },
  };
}
