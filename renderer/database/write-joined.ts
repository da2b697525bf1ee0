/**
 * Writes many documents at once, each joined with the copy that is there. Two storage transactions at most per
 * collection when nobody else writes: inserts first, then what existed already.
 */
import type { BulkWriteRow, RxCollection, RxDocumentData, RxStorageWriteError } from 'rxdb';
import { assert } from '../../shared/errors.ts';
import { isSameDocument, joinDocuments } from './document-join.ts';
import { COLLECTION_OF_ROW, type RowCollectionName, type RowDocument } from './documents.ts';
import type { LocalDatabase } from './local-database.ts';

/** A document that the storage would not take; it blocks nobody (DOMAIN.md I18). */
export interface RejectedDocument {
  id: string;
  type: string;
  reason: string;
}

const MAX_ROUNDS = 20;

/** Joins and writes documents of any type. Repeating it changes nothing. Returns what was not valid. */
export async function writeJoined(
  database: LocalDatabase,
  documents: readonly RowDocument[],
): Promise<RejectedDocument[]> {
  const byCollection = new Map<RowCollectionName, Map<string, RowDocument>>();
  for (const document of documents) {
    const name = COLLECTION_OF_ROW[document.type];
    let group = byCollection.get(name);
    if (group === undefined) byCollection.set(name, (group = new Map()));
    const earlier = group.get(document.id);
    group.set(document.id, earlier === undefined ? document : joinDocuments(earlier, document));
  }
  const rejected = await Promise.all(
    [...byCollection].map(([name, group]) =>
      writeCollection(database.collections[name] as unknown as RxCollection<RowDocument>, group),
    ),
  );
  return rejected.flat();
}

async function writeCollection(
  collection: RxCollection<RowDocument>,
  group: Map<string, RowDocument>,
): Promise<RejectedDocument[]> {
  const rejected: RejectedDocument[] = [];
  let { error: errors } = await collection.bulkInsert([...group.values()]);
  for (let round = 0; errors.length > 0; round++) {
    assert(round < MAX_ROUNDS, `${collection.name}: a write met ${MAX_ROUNDS} newer copies`);
    const updates: BulkWriteRow<RowDocument>[] = [];
    for (const error of errors) {
      const incoming = group.get(error.documentId)!;
      if (error.status !== 409) {
        rejected.push({ id: incoming.id, type: incoming.type, reason: reasonOf(error) });
        continue;
      }
      const update = updateOf(error.documentInDb, incoming);
      if (update !== null) updates.push(update);
    }
    if (updates.length === 0) break;
    errors = (await collection.storageInstance.bulkWrite(updates, 'chatclock-join')).error;
  }
  return rejected;
}

function updateOf(
  previous: RxDocumentData<RowDocument>,
  incoming: RowDocument,
): BulkWriteRow<RowDocument> | null {
  const { _attachments, _deleted, _meta, _rev, ...stored } = previous;
  const joined = _deleted ? incoming : joinDocuments(stored as RowDocument, incoming);
  if (!_deleted && isSameDocument(joined, stored)) return null;
  return {
    previous,
    document: {
      ...joined,
      _attachments: {},
      _deleted: false,
      _meta: { ..._meta },
      _rev,
    } as RxDocumentData<RowDocument>,
  };
}

function reasonOf(error: RxStorageWriteError<RowDocument>): string {
  if (error.status !== 422) return `status ${error.status}`;
  return error.validationErrors.map((e) => `${e.field} ${e.message}`).join(', ') || 'not valid';
}
