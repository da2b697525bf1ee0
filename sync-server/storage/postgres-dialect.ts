/** Kysely on PostgreSQL: durable commits, bigint read as number (every value of ours is below 2^53). */
import { PostgresDialect, type Dialect } from 'kysely';
import pg from 'pg';

const INT8_OID = 20;

/** `onError` hears of connections lost while idle; the pool replaces them by itself. */
export function postgresDialect(url: string, onError: (error: Error) => void): Dialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    options: '-c synchronous_commit=on',
    types: {
      getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
        oid === INT8_OID && format !== 'binary'
          ? Number
          : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
    },
  });
  // Without these a server that stops beside a closing pool ends our process (STACK.md, "PostgreSQL in tests").
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return new PostgresDialect({ pool });
}
