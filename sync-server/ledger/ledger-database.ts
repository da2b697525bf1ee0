/** Which database a ledger command reads: `--data DIR` or `DATABASE_URL`, never both. */
import { join, resolve } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { defaultDataDir } from '../command-line.ts';
import { DATABASE_FILE } from '../create-server.ts';
import { openSnapshot, type Snapshot } from '../storage/snapshot.ts';

/**
 * `positional` is an address given on the command line. Throws AppError badUsage, fileNotFound; fileUnreadable when it is no
 * database of a server that keeps a ledger.
 */
export async function openLedgerDatabase(
  dataDir: string | undefined,
  positional: readonly string[],
): Promise<Snapshot & { name: string }> {
  const [given, ...more] = positional;
  if (more.length > 0 || (given !== undefined && !/^postgres(ql)?:\/\//.test(given)))
    throw new AppError('badUsage', { reason: 'give --data DIR or an address that begins with postgres://' });
  if (given !== undefined && dataDir !== undefined)
    throw new AppError('badUsage', { reason: 'give --data DIR or an address, not both' });
  const url = given ?? (dataDir === undefined ? process.env['DATABASE_URL'] : undefined);
  const file = join(resolve(dataDir ?? defaultDataDir()), DATABASE_FILE);
  const name = url === undefined ? file : 'PostgreSQL';
  const snapshot = await open(url === undefined ? { file } : { url }, name);
  return { ...snapshot, name };
}

async function open(from: { url: string } | { file: string }, name: string): Promise<Snapshot> {
  let snapshot: Snapshot | undefined;
  try {
    snapshot = await openSnapshot(from);
    await snapshot.db.selectFrom('ledger_user').select('user_id').limit(1).execute();
    return snapshot;
  } catch (cause) {
    await snapshot?.close();
    if (cause instanceof AppError) throw cause;
    throw new AppError('fileUnreadable', { file: name }, { cause });
  }
}
