/** Starts the app: options, profile, one instance, sandbox; then chatclock-app.ts puts the parts together. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { app, protocol } from 'electron';
import { AppError } from '../shared/errors.ts';
import { startChatclock, type ChatclockApp } from './chatclock-app.ts';
import { readAppOptions, type AppOptions } from './command-line.ts';

protocol.registerSchemesAsPrivileged([
  {
    scheme: 'app',
    privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
  },
]);
app.setName('Chatclock');

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function readOptions(): AppOptions {
  try {
    return readAppOptions(process.argv);
  } catch (error) {
    return fail(
      `Chatclock did not start: ${error instanceof AppError ? String(error.details['option']) : 'an option'} is not understood. Nothing was changed. ` +
        'Options: --profile NAME, --server URL, --screenshot FILE.',
    );
  }
}

async function run(options: AppOptions, profileDir: string): Promise<void> {
  await app.whenReady();
  const chatclock = await startChatclock(options, profileDir, path.join(import.meta.dirname, '..'));
  quitWell(chatclock);
  app.on('second-instance', () => chatclock.focus());
  app.on('activate', () => chatclock.focus());
  await chatclock.showFirstWindow();
  if (options.screenshotFile !== null) app.quit();
}

/** Quitting waits until every timer is stopped and every row is on the disk. */
function quitWell(chatclock: ChatclockApp): void {
  let isStopped = false;
  app.on('before-quit', (event) => {
    if (isStopped) return;
    event.preventDefault();
    void chatclock.stop().finally(() => {
      isStopped = true;
      app.quit();
    });
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
  if (process.env['CHATCLOCK_PARENT_PIPE'] === '1') {
    // The starting script is gone, perhaps killed: nobody else would end us.
    process.stdin.on('end', () => app.quit()).on('error', () => app.quit());
    process.stdin.resume();
  }
}

const options = readOptions();
const profileDir = path.join(options.userDataDir ?? app.getPath('userData'), 'profiles', options.profile);
mkdirSync(profileDir, { recursive: true, mode: 0o700 });
app.setPath('userData', profileDir);
app.setPath('sessionData', path.join(profileDir, 'browser'));
// As root Chromium refuses its own sandbox, and enableSandbox() together with --no-sandbox aborts (STACK.md).
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();

if (!app.requestSingleInstanceLock()) {
  process.stdout.write(
    `Chatclock is already open with the profile "${options.profile}" (profileInUse): its window was brought to the front.\n`,
  );
  app.exit(0);
} else {
  run(options, profileDir).catch((error: unknown) => {
    const reason =
      error instanceof AppError ? error.code : error instanceof Error ? error.message : 'an unknown reason';
    process.stderr.write(
      `Chatclock could not go on: ${reason}. What was saved is safe in the profile; start it again.\n`,
    );
    app.exit(1);
  });
}
