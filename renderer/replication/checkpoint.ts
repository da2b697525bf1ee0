/** How far this database has applied the server's sequence, and under which scope. A sequence number and nothing else. */
import type { LocalDatabase } from '../database/local-database.ts';

export interface Checkpoint {
  seq: number;
  /** null: nothing pulled yet. */
  scope: string | null;
}

const CHECKPOINT_ID = 'checkpoint';
/** Stands as scope while rows of an old scope are being dropped: a crash in the middle drops the rest at the next start. */
export const DROPPING_SCOPE = '\u0000dropping';

export async function readCheckpoint(database: LocalDatabase): Promise<Checkpoint> {
  const stored = await database.localState.findOne(CHECKPOINT_ID).exec();
  return { seq: stored?.seq ?? 0, scope: stored?.scope ?? null };
}

/** Written after the rows it speaks of: Dexie has no transaction over collections, and applying a page twice is harmless. */
export async function writeCheckpoint(database: LocalDatabase, { seq, scope }: Checkpoint): Promise<void> {
  await database.localState.incrementalUpsert({
    id: CHECKPOINT_ID,
    seq,
    ...(scope === null ? {} : { scope }),
  });
}
