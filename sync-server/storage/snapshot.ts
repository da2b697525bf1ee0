/**
 * One unchanging view of the database over a connection of its own: long reads (an export) neither wait for the writer
 * nor hold it up, and never see a part of a commit. Nothing is migrated, written or taken over.
 */
import { access } from 'node:fs/promises';
import { Kysely } from 'kysely';
import { AppError } from '../../shared/errors.ts';
import { isInOf, type IsIn } from './is-in.ts';
import { libsqlDialect, openLibsql } from './libsql-dialect.ts';
import { postgresDialect } from './postgres-dialect.ts';
import type { CoreDatabase } from './tables.ts';

export interface Snapshot {
  engine: 'libsql' | 'postgres';
  db: Kysely<CoreDatabase>;
  isIn: IsIn;
  close(): Promise<void>;
}

/** Exactly one of `url` and `file`. Throws AppError fileNotFound, or what the driver throws. */
export async function openSnapshot(from: { url: string } | { file: string }): Promise<Snapshot> {
  return 'file' in from ? ofFile(from.file) : ofUrl(from.url);
}

async function ofFile(file: string): Promise<Snapshot> {
  try {
    await access(file);
  } catch (cause) {
    throw new AppError('fileNotFound', { file }, { cause });
  }
  const db = new Kysely<CoreDatabase>({
    dialect: libsqlDialect(openLibsql(file, { isReadOnly: true }), 'begin'),
  });
  const transaction = await db.startTransaction().execute();
  // SQLite takes its view at the first read.
  await transaction.selectFrom('sync_counter').select('seq').execute();
  return { engine: 'libsql', db: transaction, isIn: isInOf.libsql, close: closeOf(transaction, db) };
}

async function ofUrl(url: string): Promise<Snapshot> {
  const db = new Kysely<CoreDatabase>({ dialect: postgresDialect(url, () => undefined) });
  try {
    const transaction = await db
      .startTransaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only')
      .execute();
    await transaction.selectFrom('sync_counter').select('seq').execute();
    return { engine: 'postgres', db: transaction, isIn: isInOf.postgres, close: closeOf(transaction, db) };
  } catch (cause) {
    await db.destroy();
    throw cause;
  }
}

function closeOf(
  transaction: { rollback(): { execute(): Promise<unknown> } },
  db: Kysely<CoreDatabase>,
): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () =>
    (closing ??= transaction
      .rollback()
      .execute()
      .catch(() => undefined)
      .then(() => db.destroy()));
}
