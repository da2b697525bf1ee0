/**
 * `npm run seed [-- --data DIR]`: practice data in a data folder whose server is not running; or
 * `npm run seed -- --server URL --key-file F [--setup-code CODE]`: into a running one, whose supervisor is then Ben.
 */
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../shared/errors.ts';
import { createSecretSource } from './auth/secrets.ts';
import { readKeyFile } from './auth/platform-key.ts';
import { readOptions, runCommand } from './command-line.ts';
import { createServer } from './create-server.ts';
import { createMemberClient, type MemberClient } from './member-client.ts';
import { createPlatformClient } from './platform-client.ts';
import {
  PRACTICE_FILE,
  readPracticeAccounts,
  writePracticeAccounts,
  type PracticeAccounts,
} from './practice/practice-accounts.ts';
import { PRACTICE_SUPERVISOR } from './practice/practice-story.ts';
import { seedDataFolder } from './practice/start-practice.ts';
import { seedPractice } from './seed.ts';
import { createSystemClock } from './system-clock.ts';

await runCommand(async () => {
  const { values } = readOptions({
    options: {
      data: { type: 'string' },
      server: { type: 'string' },
      'key-file': { type: 'string' },
      'setup-code': { type: 'string' },
    },
  });
  const { server, data } = values;
  if (server !== undefined && data !== undefined)
    throw new AppError('badUsage', { reason: 'give --server or --data, not both' });
  const accounts =
    server === undefined
      ? await seedFolder(resolve(data ?? join('.profiles', 'practice-server')))
      : await seedServer(server.replace(/\/+$/, ''), values['key-file'], values['setup-code']);
  process.stdout.write(`Practice advisor     ${accounts.advisor.email}  ${accounts.advisor.password}\n`);
  process.stdout.write(
    `Practice supervisor  ${accounts.supervisor.email}  ${accounts.supervisor.password}\n`,
  );
});

async function seedFolder(dataDir: string): Promise<PracticeAccounts> {
  const clock = createSystemClock();
  const databaseUrl = process.env['DATABASE_URL'];
  const server = await createServer({
    dataDir,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    port: 0,
    clock,
    organisationName: 'Practice',
  });
  try {
    const accounts = await seedDataFolder(server, dataDir, clock.nowMs());
    process.stdout.write(
      `Practice data is in  ${dataDir}; start it with: npm run server -- --data ${dataDir}\n`,
    );
    return accounts;
  } finally {
    await server.stop();
  }
}

async function seedServer(
  url: string,
  keyFile: string | undefined,
  setupCode: string | undefined,
): Promise<PracticeAccounts> {
  if (keyFile === undefined)
    throw new AppError('badUsage', {
      reason: "--server needs --key-file, the file platform-key of the server's data folder",
    });
  const key = await readKeyFile(keyFile);
  if (key === undefined) throw new AppError('fileNotFound', { file: keyFile });
  const file = join(dirname(resolve(keyFile)), PRACTICE_FILE);
  const accounts = await readPracticeAccounts(file, createSecretSource(), createSystemClock().nowMs());
  const ben = createMemberClient({ url });
  await signInAsBen(ben, accounts, setupCode);
  if (await seedPractice({ url, platform: createPlatformClient({ url, key }), admin: ben }, accounts)) {
    await writePracticeAccounts(file, { ...accounts, isSeeded: true });
  }
  await ben.signOut();
  return accounts;
}

async function signInAsBen(
  ben: MemberClient,
  accounts: PracticeAccounts,
  setupCode: string | undefined,
): Promise<void> {
  const { needsSetup } = await ben.hello();
  if (needsSetup) {
    if (setupCode === undefined)
      throw new AppError('badUsage', {
        reason: 'a server without accounts needs --setup-code, which it prints at its start',
      });
    await ben.setUp({ code: setupCode, name: PRACTICE_SUPERVISOR.name, ...accounts.supervisor });
  }
  await ben.signIn({ ...accounts.supervisor, deviceName: 'Practice set-up' });
}
