/**
 * Opens the database: a libsql file or PostgreSQL, the same tables and the same code on both (STACK.md, "Server").
 */
import { Kysely, Migrator, type Migration } from 'kysely';
import { AppError } from '../../shared/errors.ts';
import { coreMigrations } from './core-migrations.ts';
import { isInOf, type IsIn } from './is-in.ts';
import { ledgerMigrations } from './ledger-migrations.ts';
import { libsqlDialect, openLibsql, type LibsqlOptions } from './libsql-dialect.ts';
import { periodMigrations } from './period-migrations.ts';
import { reportMigrations } from './report-migrations.ts';
import { openSnapshot, type Snapshot } from './snapshot.ts';
import { postgresDialect } from './postgres-dialect.ts';
import type { CoreDatabase } from './tables.ts';

export interface StorageOptions {
  /** `postgres://…` or `postgresql://…`; or … */
  url?: string | undefined;
  /** … the path of a libsql file. Exactly one of both. */
  file?: string | undefined;
  /** Migrations beside the core's, by number and name (e.g. the auth tables'). */
  migrations?: Record<string, Migration>;
  libsql?: LibsqlOptions;
  /** Hears of lost idle connections. */
  onError?: (error: Error) => void;
}

export interface Storage {
  engine: 'libsql' | 'postgres';
  /** Reads and writes; a transaction here holds the only writing connection of libsql. */
  db: Kysely<CoreDatabase>;
  /** Reads that never wait for a running transaction and never see a part of one. */
  reader: Kysely<CoreDatabase>;
  /** SQL for `column in values`, whatever their number, as one statement text. */
  isIn: IsIn;
  /** What is stored now, for reading at leisure while others write; must be closed. */
  snapshot(): Promise<Snapshot>;
  close(): Promise<void>;
}

/** Opens and migrates. Throws AppError `badUsage` without exactly one of url and file, or what the driver throws. */
export async function openStorage(options: StorageOptions): Promise<Storage> {
  const storage = options.url === undefined ? openFile(options) : openUrl(options);
  try {
    await migrate(storage.db, {
      ...coreMigrations(storage.engine),
      ...ledgerMigrations(storage.engine),
      ...periodMigrations(storage.engine),
      ...reportMigrations,
      ...options.migrations,
    });
  } catch (cause) {
    await storage.close();
    throw cause;
  }
  return storage;
}

function openFile({ file, libsql }: StorageOptions): Storage {
  if (file === undefined) throw new AppError('badUsage', { missing: 'file or url' });
  const db = new Kysely<CoreDatabase>({ dialect: libsqlDialect(openLibsql(file, libsql)) });
  const reader = new Kysely<CoreDatabase>({ dialect: libsqlDialect(openLibsql(file, { isReadOnly: true })) });
  return {
    engine: 'libsql',
    db,
    reader,
    isIn: isInOf.libsql,
    snapshot: () => openSnapshot({ file }),
    close: once(async () => {
      await reader.destroy();
      await db.destroy();
    }),
  };
}

function openUrl({ url, file, onError }: StorageOptions): Storage {
  if (url === undefined || file !== undefined)
    throw new AppError('badUsage', { expected: 'one of file and url' });
  if (!/^postgres(ql)?:\/\//.test(url)) throw new AppError('badUsage', { expected: 'postgres://…' });
  const db = new Kysely<CoreDatabase>({ dialect: postgresDialect(url, onError ?? (() => undefined)) });
  return {
    engine: 'postgres',
    db,
    reader: db,
    isIn: isInOf.postgres,
    snapshot: () => openSnapshot({ url }),
    close: once(() => db.destroy()),
  };
}

/** Kysely destroys a connection that was never opened without closing it, so one statement goes first. */
async function migrate(db: Kysely<CoreDatabase>, migrations: Record<string, Migration>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(migrations) } });
  const { error, results } = await migrator.migrateToLatest();
  const failed = results?.find((one) => one.status === 'Error');
  if (error !== undefined)
    throw new Error(`Migration ${failed?.migrationName ?? '(none)'} failed`, { cause: error });
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => (closing ??= close());
}
