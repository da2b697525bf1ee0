/** Writes one commit: the counter first, which locks it, then everything else; all of it or nothing. */
import type { Kysely } from 'kysely';
import { AppError } from '../../shared/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { writePeriod } from '../periods/period-store.ts';
import type { RowStore } from '../storage/row-store.ts';
import type { Storage } from '../storage/storage.ts';
import { compileOnce } from '../storage/compile-once.ts';
import type {
  BootAnchorTable,
  CoreDatabase,
  DeviceBeatTable,
  LedgerAccountTable,
} from '../storage/tables.ts';
import type { Commit } from './work.ts';

export interface CounterState {
  seq: number;
  databaseId: string;
}

/**
 * Takes the database over: from now on only the process with this `epoch` may write. The first one names the database.
 */
export async function takeOver(
  db: Kysely<CoreDatabase>,
  epoch: string,
  newDatabaseId: string,
): Promise<CounterState> {
  return db.transaction().execute(async (trx) => {
    const first = { id: 1, seq: 0, clock_ms: 0, database_id: newDatabaseId, epoch };
    await trx
      .insertInto('sync_counter')
      .values(first)
      .onConflict((c) => c.column('id').doUpdateSet({ epoch }))
      .execute();
    const row = await trx
      .selectFrom('sync_counter')
      .selectAll()
      .where('id', '=', 1)
      .executeTakeFirstOrThrow();
    return { seq: row.seq, databaseId: row.database_id };
  });
}

/** The clock's stored high-water mark, ms; 0 in a new database. */
export async function readClockMark(db: Kysely<CoreDatabase>): Promise<number> {
  const row = await db.selectFrom('sync_counter').select('clock_ms').where('id', '=', 1).executeTakeFirst();
  return row?.clock_ms ?? 0;
}

/** The last sequence stored. Throws AppError `serverBusy` when another server process has taken the database over. */
export async function readSeq({ storage, epoch }: Pick<CommitStore, 'storage' | 'epoch'>): Promise<number> {
  const row = await storage.db
    .selectFrom('sync_counter')
    .select(['seq', 'epoch'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  if (row.epoch !== epoch) throw takenOver();
  return row.seq;
}

export interface CommitStore {
  storage: Storage;
  rows: RowStore;
  ledger: Ledger;
  epoch: string;
  statements: CommitStatements;
}

export type CommitStatements = ReturnType<typeof createCommitStatements>;

/** What nearly every commit writes. */
export function createCommitStatements(db: Kysely<CoreDatabase>) {
  return {
    moveCounter: compileOnce<{ seq: number; clockMs: number; epoch: string; beforeSeq: number }>(
      ['seq', 'clockMs', 'epoch', 'beforeSeq'],
      ({ seq, clockMs, epoch, beforeSeq }) =>
        db
          .updateTable('sync_counter')
          .set((e) => ({
            seq,
            clock_ms: e.case().when('clock_ms', '<', clockMs).then(clockMs).else(e.ref('clock_ms')).end(),
          }))
          .where('id', '=', 1)
          .where('epoch', '=', epoch)
          .where('seq', '=', beforeSeq),
    ),
    putBeat: compileOnce<DeviceBeatTable>(
      [
        ...(['device_id', 'member_id', 'device_name', 'boot_id', 'at_ms', 'previous_contact_ms'] as const),
        ...(['exchange_id', 'exchange_sent_mono_ms', 'segments_json', 'reservations_json'] as const),
      ],
      (beat) =>
        db
          .insertInto('device_beat')
          .values(beat)
          .onConflict((c) => c.column('device_id').doUpdateSet(beat)),
    ),
    putAnchor: compileOnce<BootAnchorTable>(
      ['device_id', 'boot_id', 'offset_ms', 'error_ms', 'at_mono_ms'],
      (anchor) =>
        db
          .insertInto('boot_anchor')
          .values(anchor)
          .onConflict((c) => c.columns(['device_id', 'boot_id']).doUpdateSet(anchor)),
    ),
  };
}

/**
 * Throws what the driver throws, or AppError `serverBusy` when another server process has taken the database over or a
 * rule of the ledger would be broken: nothing is stored then.
 */
export async function storeCommit(
  { storage, rows, ledger, epoch, statements }: CommitStore,
  commit: Commit,
  clockMs: number,
  beforeSeq: number,
): Promise<void> {
  const seq = beforeSeq + commit.rows.length;
  const posting = commit.ledger;
  const hasRowsOnly =
    posting === undefined &&
    commit.period === undefined &&
    [commit.held, commit.releasedHeld, commit.beats, commit.boots, commit.anchors].every(
      (list) => list.length === 0,
    );
  if (storage.engine === 'postgres' && hasRowsOnly) {
    if (!(await rows.putCounted(storage.db, commit.rows, { epoch, beforeSeq, clockMs }))) throw takenOver();
    return;
  }
  let written: LedgerAccountTable[] = [];
  await storage.db.transaction().execute(async (trx) => {
    if (storage.engine === 'postgres' && commit.rows.length > 0) {
      if (!(await rows.putCounted(trx, commit.rows, { epoch, beforeSeq, clockMs }))) throw takenOver();
    } else {
      const counted = await statements.moveCounter(trx, { seq, clockMs, epoch, beforeSeq });
      if (Number(counted.numAffectedRows) !== 1) throw takenOver();
      await rows.put(trx, commit.rows);
    }
    if (commit.period !== undefined) await writePeriod(storage.engine, trx, commit.period);
    if (posting !== undefined) written = await ledger.write(trx, posting, clockMs);
    for (const held of commit.held) {
      const { json, received_at_ms, refused_code } = held;
      await trx
        .insertInto('held_row')
        .values(held)
        .onConflict((c) =>
          c.columns(['id', 'type', 'device_id']).doUpdateSet({ json, received_at_ms, refused_code }),
        )
        .execute();
    }
    for (const { position, refusedCode } of commit.releasedHeld) {
      if (refusedCode === null) await trx.deleteFrom('held_row').where('position', '=', position).execute();
      else
        await trx
          .updateTable('held_row')
          .set({ refused_code: refusedCode })
          .where('position', '=', position)
          .execute();
    }
    for (const beat of commit.beats) await statements.putBeat(trx, beat);
    for (const boot of commit.boots) await trx.insertInto('device_boot').values(boot).execute();
    for (const anchor of commit.anchors) await statements.putAnchor(trx, anchor);
  });
  if (posting !== undefined) ledger.entered(posting, written);
}

function takenOver(): AppError {
  return new AppError('serverBusy', { cause: 'another server process uses the database' });
}
