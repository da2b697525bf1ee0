/** Kysely on libsql's better-sqlite3 API: WAL, synchronous=FULL, statements prepared once and kept. */
import {
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Dialect,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely';
import Database from 'libsql';

type LibsqlDatabase = InstanceType<typeof Database>;

/** Statements kept per connection; beyond it the oldest is prepared again when it is needed. */
const KEPT_STATEMENTS = 300;
const BUSY_TIMEOUT_MS = 5_000;
/** SQLite's own 2 MB would read the ends of the indexes again and again. */
const CACHE_KIB = 32_768;
/** SQLite's own 1,000 pages (4 MB) would write the ends of the indexes back every few commits of a busy minute. */
const CHECKPOINT_PAGES = 8_000;

export interface LibsqlOptions {
  /** For tests of a full disk: SQLite's max_page_count. */
  maxPageCount?: number;
  isReadOnly?: boolean;
}

/** Opens the file, creating it if it is missing. Throws libsql's SqliteError. */
export function openLibsql(file: string, options: LibsqlOptions = {}): LibsqlDatabase {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
  db.pragma('foreign_keys = ON');
  db.pragma(`cache_size = -${CACHE_KIB}`);
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  if (options.maxPageCount !== undefined) db.pragma(`max_page_count = ${options.maxPageCount}`);
  if (options.isReadOnly === true) db.pragma('query_only = ON');
  return db;
}

/** A snapshot's transactions only read: they begin without the lock that writers need. */
export function libsqlDialect(db: LibsqlDatabase, beginAs = 'begin immediate'): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new SqliteDriver({ database: withKeptStatements(db, beginAs) }),
    createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

function withKeptStatements(db: LibsqlDatabase, beginAs: string): SqliteDatabase {
  const kept = new Map<string, SqliteStatement>();
  return {
    close: () => db.close(),
    prepare(sql) {
      // SQLite ends a transaction by itself when the disk is full; a second rollback would hide that error.
      if (sql === 'rollback' && !db.inTransaction) return noStatement;
      const known = kept.get(sql);
      if (known !== undefined) return known;
      const made = asKyselyStatement(db, sql === 'begin' ? beginAs : sql);
      if (kept.size >= KEPT_STATEMENTS) kept.delete(kept.keys().next().value as string);
      kept.set(sql, made);
      return made;
    },
  };
}

const noStatement: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
};

function asKyselyStatement(db: LibsqlDatabase, sql: string): SqliteStatement {
  const statement = db.prepare(sql);
  return {
    reader: statement.reader,
    all: (parameters) => statement.all(parameters),
    run: (parameters) => statement.run(parameters),
    iterate: (parameters) => statement.iterate(parameters) as IterableIterator<unknown>,
  };
}
