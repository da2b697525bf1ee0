/** `createServer`: storage, core, borders, listening. Used by the command, the practice server and every test. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { assembleServer, type BorderOptions, type RunningServer } from './assemble-server.ts';
import { authMigrations } from './auth/auth-migrations.ts';
import type { AuthDatabase } from './auth/auth-tables.ts';
import { createSyncCore } from './core/sync-core.ts';
import { openStorage } from './storage/storage.ts';

export const DATABASE_FILE = 'chatclock.db';

export interface ServerOptions extends BorderOptions {
  /** A PostgreSQL address; without it a libsql file in `dataDir`. */
  databaseUrl?: string;
}

/**
 * Opens (and migrates) the database, starts listening. Throws AppError: badUsage without dataDir and databaseUrl,
 * portTaken, diskFull.
 */
export async function createServer(options: ServerOptions): Promise<RunningServer> {
  const { dataDir, databaseUrl, clock } = options;
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const storage = await openStorage({
    url: databaseUrl,
    file: databaseUrl === undefined && dataDir !== undefined ? join(dataDir, DATABASE_FILE) : undefined,
    migrations: authMigrations,
    onError: (error) => options.logger?.warn({ err: error }, 'database connection lost'),
  });
  const core = await createSyncCore({ storage, clock });
  return assembleServer(
    {
      core,
      db: storage.db as unknown as Kysely<AuthDatabase>,
      reader: storage.reader as unknown as Kysely<AuthDatabase>,
      close: async () => {
        await core.close();
        await storage.close();
      },
    },
    options,
  );
}
