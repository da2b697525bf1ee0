/** Both databases for one contract: `describe.each(storageEngines)`. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openStorage, type Storage } from '../../sync-server/storage/storage.ts';
import { startPostgres, whyNoPostgres, type TestPostgres } from './postgres.ts';

export interface StorageEngine {
  name: 'libsql' | 'postgres';
  /** Opens a new, empty database; the function it returns opens the same one again. */
  fresh(): Promise<() => Promise<Storage>>;
}

/** `start` before the first `fresh`, `stop` after all. Without a PostgreSQL here, libsql alone. */
export function createStorageEngines(prefix: string): {
  engines: StorageEngine[];
  start(): Promise<void>;
  stop(): Promise<void>;
} {
  const folder = mkdtempSync(path.join(os.tmpdir(), `chatclock-${prefix}-`));
  let postgres: TestPostgres | undefined;
  let databases = 0;
  const libsql: StorageEngine = {
    name: 'libsql',
    fresh: () => {
      const file = path.join(folder, `${(databases += 1)}.db`);
      return Promise.resolve(() => openStorage({ file }));
    },
  };
  const onPostgres: StorageEngine = {
    name: 'postgres',
    async fresh() {
      const url = await (postgres as TestPostgres).createDatabase(`${prefix}_${(databases += 1)}`);
      return () => openStorage({ url });
    },
  };
  const missing = whyNoPostgres();
  if (missing !== undefined) process.stderr.write(`${missing}\n`);
  return {
    engines: missing === undefined ? [libsql, onPostgres] : [libsql],
    async start() {
      if (missing === undefined) postgres = await startPostgres();
    },
    async stop() {
      await postgres?.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
