/**
 * Holds the local database against the hash that the server states with a page (DOMAIN.md I10). Now and then, not with
 * every page: it reads every document. A replica that differs is fetched anew; the outbox is main's and loses nothing.
 */
import type { RxCollection } from 'rxdb';
import { createReplicaHasher, differingTypes, type ReplicaHash } from '../../shared/replica-hash.ts';
import { COLLECTION_OF_ROW, ROW_COLLECTIONS, type RowDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import type { Scheduler } from './scheduler.ts';

/** Not while the window opens; then about once an hour. ms. */
const FIRST_CHECK_MS = 300_000;
const NEXT_CHECK_MS = 3_600_000;
/** After a check that could not decide, because rows moved meanwhile. */
const RETRY_CHECK_MS = 60_000;
const SLICE = 500;

export type ReplicaVerdict =
  | { kind: 'same' }
  /** The database holds rows newer than the page: answers to pushes overtook it. */
  | { kind: 'undecided' }
  | { kind: 'differs'; types: string[] };

export interface ReplicaCheck {
  /** ms until the next check is due; 0 = now. */
  dueInMs(): number;
  /** Compares with the hash of everything up to `toSeq`; plans the next check. */
  compare(hash: ReplicaHash, toSeq: number): Promise<ReplicaVerdict>;
  /** The server could not state a hash. */
  postpone(): void;
}

export function createReplicaCheck(deps: {
  database: LocalDatabase;
  scheduler: Scheduler;
  breathe(): Promise<void>;
}): ReplicaCheck {
  const { scheduler } = deps;
  let dueAtMs = scheduler.nowMs() + FIRST_CHECK_MS;
  const planIn = (ms: number) => void (dueAtMs = scheduler.nowMs() + ms);
  return {
    // A wall clock that was set back must not put the check off by more than one turn.
    dueInMs: () => Math.min(NEXT_CHECK_MS, Math.max(0, dueAtMs - scheduler.nowMs())),
    async compare(hash, toSeq) {
      const own = await readReplicaHash(deps.database, toSeq, () => deps.breathe());
      planIn(own === undefined ? RETRY_CHECK_MS : NEXT_CHECK_MS);
      if (own === undefined) return { kind: 'undecided' };
      const types = differingTypes(own, hash, Object.keys(COLLECTION_OF_ROW));
      return types.length === 0 ? { kind: 'same' } : { kind: 'differs', types };
    },
    postpone: () => planIn(RETRY_CHECK_MS),
  };
}

/** The hash of what the database holds of the server's rows; undefined when it holds a row beyond `toSeq`. */
export async function readReplicaHash(
  database: LocalDatabase,
  toSeq: number,
  breathe: () => Promise<void>,
): Promise<ReplicaHash | undefined> {
  const hasher = createReplicaHasher();
  for (const name of ROW_COLLECTIONS) {
    const collection = database.collections[name] as unknown as RxCollection<RowDocument>;
    for (let afterId = ''; ;) {
      const slice = await collection
        .find({ selector: { id: { $gt: afterId } }, sort: [{ id: 'asc' }], limit: SLICE })
        .exec();
      for (const { type, seq } of slice) {
        if (seq > toSeq) return undefined;
        if (seq > 0) hasher.add(type, seq);
      }
      if (slice.length < SLICE) break;
      afterId = slice.at(-1)!.id;
      await breathe();
    }
  }
  return hasher.read();
}
