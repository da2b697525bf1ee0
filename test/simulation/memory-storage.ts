/**
 * The server's database: libsql in memory. It outlives the server's process; a process that crashed can do nothing more
 * to it, and what it had not committed is gone. Commits may take time, so that others happen meanwhile.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Kysely, sql, type DatabaseConnection, type Dialect, type Driver } from 'kysely';
import { isInOf } from '../../sync-server/storage/is-in.ts';
import { libsqlDialect, openLibsql } from '../../sync-server/storage/libsql-dialect.ts';
import { openStorage, type Storage } from '../../sync-server/storage/storage.ts';
import type { CoreDatabase } from '../../sync-server/storage/tables.ts';

type Libsql = ReturnType<typeof openLibsql>;

export interface ServerDisk {
  raw: Libsql;
  /** What a query past the server finds; prepared once, because some are asked with every beat. */
  read<T>(query: string, parameters?: readonly unknown[]): T[];
  /** A process's own connections. */
  open(): ServerConnections;
}

export interface CommitFaults {
  /** Waited for before a transaction begins. */
  beforeBegin(): Promise<void>;
  /** 'before': the process dies with the transaction open; 'after': with it committed and nobody told. */
  crashAtCommit(): 'before' | 'after' | null;
  onCrash(): void;
}

export interface ServerConnections {
  storage: Storage;
  /** The process is gone: its open transaction is rolled back, its statements never return. */
  kill(): void;
}

/** The tables as the migrations make them, as SQL: migrating anew for every seed would take longer than the seed. */
let schema: readonly string[] | null = null;
let reused: Libsql | null = null;
/** Statements of the reused database, for all servers that ever run on it: SQLite itself notices that tables were made anew. */
const statements = new Map<string, ReturnType<Libsql['prepare']>>();

/** An empty, migrated database. One at a time: the memory of the last one is used again. */
export async function createServerDisk(faults: CommitFaults): Promise<ServerDisk> {
  schema ??= await readSchema();
  const raw = (reused ??= openLibsql(':memory:'));
  empty(raw);
  for (const statement of schema) raw.exec(statement);
  return {
    raw,
    read: <T>(query: string, parameters: readonly unknown[] = []) =>
      keptStatement(raw, query).all(parameters) as T[],
    open: () => connect(raw, faults),
  };
}

function keptStatement(raw: Libsql, text: string): ReturnType<Libsql['prepare']> {
  const statement = statements.get(text) ?? raw.prepare(text);
  statements.set(text, statement);
  return statement;
}

async function readSchema(): Promise<string[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-schema-'));
  const storage = await openStorage({ file: path.join(folder, 'schema.db') });
  const found = await sql<{
    sql: string;
  }>`select sql from sqlite_master where sql is not null and name not like
    'sqlite_%' order by case type when 'table' then 0 else 1 end, rowid`.execute(storage.db);
  await storage.close();
  rmSync(folder, { recursive: true, force: true });
  return found.rows.map((row) => row.sql);
}

function empty(raw: Libsql): void {
  if (raw.inTransaction) raw.exec('rollback');
  raw.exec('pragma foreign_keys = OFF');
  const objects = raw
    .prepare(`select type, name from sqlite_master where sql is not null and name not like 'sqlite_%'`)
    .all([]) as { type: string; name: string }[];
  for (const kind of ['trigger', 'view', 'index', 'table']) {
    for (const { type, name } of objects) if (type === kind) raw.exec(`drop ${kind} if exists "${name}"`);
  }
  raw.exec('pragma foreign_keys = ON');
}

function connect(raw: Libsql, faults: CommitFaults): ServerConnections {
  let isDead = false;
  let transactionEnd: Promise<void> = Promise.resolve();
  const never = new Promise<never>(() => undefined);
  const plain = libsqlDialect({
    prepare: (text: string) => keptStatement(raw, text),
    close: () => undefined,
    get inTransaction() {
      return raw.inTransaction;
    },
  } as unknown as Libsql);

  function kill(): void {
    if (isDead) return;
    isDead = true;
    if (raw.inTransaction) raw.exec('rollback');
  }

  /** Its statements never return once the process is dead. */
  function watched(connection: DatabaseConnection): DatabaseConnection {
    return {
      executeQuery: (query) => (isDead ? never : connection.executeQuery(query)),
      streamQuery: () => {
        throw new Error('the server streams no query');
      },
    };
  }

  function dialect(isReader: boolean): Dialect {
    return {
      createAdapter: () => plain.createAdapter(),
      createIntrospector: (db) => plain.createIntrospector(db),
      createQueryCompiler: () => plain.createQueryCompiler(),
      createDriver() {
        const driver = plain.createDriver();
        const held = new Map<DatabaseConnection, DatabaseConnection>();
        let finish: () => void = () => undefined;
        const own: Driver = {
          init: () => driver.init(),
          async acquireConnection() {
            const connection = await driver.acquireConnection();
            // A reader sees what was committed, never a part of a transaction.
            if (isReader) await transactionEnd;
            const outer = watched(connection);
            held.set(outer, connection);
            return outer;
          },
          async beginTransaction(outer, settings) {
            await faults.beforeBegin();
            if (isDead) return never;
            transactionEnd = new Promise((resolve) => (finish = resolve));
            await driver.beginTransaction(held.get(outer)!, settings);
          },
          async commitTransaction(outer) {
            if (isDead) return never;
            const crash = faults.crashAtCommit();
            if (crash !== 'before') await driver.commitTransaction(held.get(outer)!);
            if (crash !== null) {
              kill();
              finish();
              faults.onCrash();
              return never;
            }
            finish();
          },
          async rollbackTransaction(outer) {
            if (isDead) return never;
            await driver.rollbackTransaction(held.get(outer)!);
            finish();
          },
          async releaseConnection(outer) {
            await driver.releaseConnection(held.get(outer)!);
            held.delete(outer);
          },
          destroy: () => driver.destroy(),
        };
        return own;
      },
    };
  }

  const db = new Kysely<CoreDatabase>({ dialect: dialect(false) });
  const reader = new Kysely<CoreDatabase>({ dialect: dialect(true) });
  const close = async (): Promise<void> => undefined;
  const storage: Storage = {
    ...{ engine: 'libsql', db, reader, isIn: isInOf.libsql, close },
    snapshot: async () => ({ engine: 'libsql', db: reader, isIn: isInOf.libsql, close }),
  };
  return { storage, kill };
}
