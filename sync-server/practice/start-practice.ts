/** Practice on a running server of one's own: accounts, story, and Pia who writes by herself. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError, assert } from '../../shared/errors.ts';
import type { RunningServer } from '../assemble-server.ts';
import { createSecretSource } from '../auth/secrets.ts';
import { createPlatformClient } from '../platform-client.ts';
import type { ServerClock } from '../ports.ts';
import { seedPractice, type AdminApi } from '../seed.ts';
import {
  PRACTICE_FILE,
  readPracticeAccounts,
  writePracticeAccounts,
  type PracticeAccounts,
} from './practice-accounts.ts';
import { runPracticeClient } from './practice-client.ts';

/** Adding members as the server itself: the practice organisation belongs to whoever runs it. */
export function adminApiOf(server: RunningServer): AdminApi {
  return {
    listMembers: () => server.members.list(),
    addMember: (member) => server.members.add({ kind: 'server' }, member),
  };
}

/** Seeds (once) and starts Pia; she stops with `signal`. Returns the accounts to sign in with. */
export async function startPractice(deps: {
  server: RunningServer;
  dataDir: string;
  clock: ServerClock;
  signal: AbortSignal;
}): Promise<PracticeAccounts> {
  const { server } = deps;
  assert(server.platformKey !== undefined, 'a server with a data folder knows its platform key');
  const platform = createPlatformClient({ url: server.url, key: server.platformKey, signal: deps.signal });
  const accounts = await seedDataFolder(server, deps.dataDir, deps.clock.nowMs());

  const wait = (ms: number): Promise<void> =>
    delay(ms, undefined, { signal: deps.signal, ref: false }).catch((error: unknown) => {
      throw new AppError('cancelled', {}, { cause: error });
    });
  runPracticeClient({ platform, wait }).catch((error: unknown) => {
    // Practising goes on without her; a stopped server is no news.
    if (!(error instanceof AppError)) throw error;
  });
  return accounts;
}

/** The part that `npm run seed` shares: accounts file in the data folder, then the story. */
export async function seedDataFolder(
  server: RunningServer,
  dataDir: string,
  nowMs: number,
): Promise<PracticeAccounts> {
  assert(server.platformKey !== undefined, 'a server with a data folder knows its platform key');
  const platform = createPlatformClient({ url: server.url, key: server.platformKey });
  const file = join(dataDir, PRACTICE_FILE);
  const accounts = await readPracticeAccounts(file, createSecretSource(), nowMs);
  if (await seedPractice({ url: server.url, platform, admin: adminApiOf(server) }, accounts)) {
    await writePracticeAccounts(file, { ...accounts, isSeeded: true });
  }
  return accounts;
}
