/**
 * The command `npm run server`, and the app's own server as a utility process of Electron's main.
 * Options: --data DIR, --port N, --host ADDRESS, --hosts A,B, --organisation NAME, --practice, --log LEVEL,
 * --confirm-clock;
 * DATABASE_URL=postgres://… instead of the file in the data folder.
 */
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { AppError } from '../shared/errors.ts';
import { serverProcessCommandSchema, type ServerProcessMessage } from '../shared/server-process.ts';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../shared/wire.ts';
import type { RunningServer } from './assemble-server.ts';
import { PLATFORM_KEY_FILE } from './auth/platform-key.ts';
import { defaultDataDir, readOptions, readPort } from './command-line.ts';
import { createServer } from './create-server.ts';
import { startPractice } from './practice/start-practice.ts';
import { sentenceFor } from './sentences.ts';
import { createSystemClock } from './system-clock.ts';

const DEFAULT_PORT = '8787';

/** Electron's port to the process that started us; absent when run by node. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}
const parentPort = (process as { parentPort?: ParentPort }).parentPort;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tellParent = (message: ServerProcessMessage): void => parentPort?.postMessage(message);

function readCommand() {
  const { values } = readOptions({
    options: {
      data: { type: 'string' },
      port: { type: 'string', default: process.env['PORT'] ?? DEFAULT_PORT },
      host: { type: 'string', default: '127.0.0.1' },
      hosts: { type: 'string', default: '' },
      organisation: { type: 'string' },
      practice: { type: 'boolean', default: false },
      'confirm-clock': { type: 'boolean', default: false },
      log: { type: 'string' },
    },
  });
  const dataDir = resolve(values.data ?? defaultDataDir());
  return { ...values, dataDir, databaseUrl: process.env['DATABASE_URL'] };
}

function printAddress(server: RunningServer, dataDir: string, databaseUrl: string | undefined): void {
  say(`Chatclock sync server   ${server.url}`);
  say(`Data folder             ${dataDir}${databaseUrl === undefined ? '' : ' (rows in PostgreSQL)'}`);
  say(`Platform key            ${join(dataDir, PLATFORM_KEY_FILE)}`);
  say(`API documentation       ${server.url}/docs`);
  if (server.setupCode === undefined) return;
  say('');
  say(`Nobody has an account yet. One-time set-up code for the first supervisor: ${server.setupCode}`);
  say('Create the account with it (choose name, e-mail and password):');
  say(
    `  curl ${server.url}/v1/setup -H '${PROTOCOL_HEADER}: ${PROTOCOL_VERSION}' -H 'content-type: application/json' ` +
      `-d '{"code":"${server.setupCode}","name":"…","email":"…","password":"…"}'`,
  );
}

function warnOfClock(server: RunningServer): void {
  const alarm = server.core.clockAlarm();
  if (alarm === undefined) return;
  const direction = alarm.kind === 'wentBack' ? 'behind' : 'ahead of';
  process.stderr.write(
    `This computer's clock is ${Math.round(alarm.byMs / 1000)} s ${direction} the last instant this server stored. Time may not be accepted until ` +
      'you have looked: if the clock is right, start with --confirm-clock. Devices keep everything until then.\n',
  );
}

async function run(): Promise<void> {
  const { dataDir, databaseUrl, practice, ...options } = readCommand();
  const clock = createSystemClock();
  const server = await createServer({
    dataDir,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    port: readPort(options.port),
    host: options.host,
    hosts: options.hosts.split(',').filter((h) => h !== ''),
    clock,
    organisationName: options.organisation ?? (practice ? 'Practice' : 'Chatclock'),
    ...(options.log === undefined ? {} : { logger: pino({ level: options.log }) }),
  });
  // A practice server that rested for a day is no wrong clock: its devices run on the same one.
  if (practice || options['confirm-clock']) server.core.confirmClock();
  warnOfClock(server);
  const stopPractice = new AbortController();
  const stop = async (): Promise<void> => {
    stopPractice.abort();
    await server.stop();
    process.exit(0);
  };
  process.on('SIGINT', () => void stop());
  process.on('SIGTERM', () => void stop());
  parentPort?.on('message', ({ data }) => {
    if (serverProcessCommandSchema.safeParse(data).success) void stop();
  });

  const hello = {
    organisationName: options.organisation ?? (practice ? 'Practice' : 'Chatclock'),
    needsSetup: server.setupCode !== undefined && !practice,
  };
  tellParent({ type: 'listening', url: server.url, ...hello });
  if (!practice) {
    if (parentPort === undefined) printAddress(server, dataDir, databaseUrl);
    return;
  }
  const accounts = await startPractice({ server, dataDir, clock, signal: stopPractice.signal });
  tellParent({ type: 'practiceReady', advisor: accounts.advisor, supervisor: accounts.supervisor });
  if (parentPort === undefined) {
    printAddress({ ...server, setupCode: undefined }, dataDir, databaseUrl);
    say(`Practice advisor        ${accounts.advisor.email}  ${accounts.advisor.password}`);
    say(`Practice supervisor     ${accounts.supervisor.email}  ${accounts.supervisor.password}`);
  }
}

try {
  await run();
} catch (error) {
  if (!(error instanceof AppError)) {
    tellParent({ type: 'failed', code: 'internal', details: {} });
    throw error;
  }
  tellParent({ type: 'failed', code: error.code, details: error.details });
  process.stderr.write(`${sentenceFor(error)}\n`);
  // What was posted to the parent port is delivered only while the process lives.
  setTimeout(() => process.exit(1), parentPort === undefined ? 0 : 200);
}
