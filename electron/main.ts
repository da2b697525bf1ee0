/** Starts the app: options, profile, one instance, sandbox; then chatclock-app.ts puts the parts together. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { app, dialog, powerMonitor, protocol } from 'electron';
import { DEEP_LINK_SCHEME, deepLinkOf, parseDeepLink, type ChatLink } from '../shared/deep-link.ts';
import { AppError } from '../shared/errors.ts';
import { startChatclock, type ChatclockApp } from './chatclock-app.ts';
import { readAppOptions, type AppOptions } from './command-line.ts';
import { askToQuit } from './quit-question.ts';

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
  const follow = (link: ChatLink | null) => (link === null ? chatclock.focus() : chatclock.showChat(link));
  app.on('second-instance', (_event, argv) => follow(deepLinkOf(argv)));
  app.on('open-url', (event, url) => {
    event.preventDefault();
    follow(parseDeepLink(url));
  });
  app.on('activate', () => chatclock.focus());
  // Only what is installed may say that links are its own.
  if (app.isPackaged) app.setAsDefaultProtocolClient(DEEP_LINK_SCHEME);
  await chatclock.showFirstWindow();
  const link = deepLinkOf(process.argv);
  if (link !== null) chatclock.showChat(link);
  if (options.screenshotFile !== null) app.quit();
}

/**
 * Quitting waits until every timer is stopped and every row is on the disk. A person who quits while chats run is asked
 * first; a system that shuts down, a signal and the starting script are not kept waiting.
 */
function quitWell(chatclock: ChatclockApp): void {
  let phase: 'running' | 'asking' | 'stopping' | 'stopped' = 'running';

  async function stopAndQuit(): Promise<void> {
    phase = 'stopping';
    await chatclock.stop().catch(() => undefined);
    phase = 'stopped';
    app.quit();
  }

  async function askAndQuit(): Promise<void> {
    phase = 'asking';
    const mayQuit = await askToQuit(dialog, chatclock.desk(), chatclock.quitState()).catch(() => true);
    // Meanwhile somebody who is not asked may have ended it.
    if (phase !== 'asking') return;
    phase = 'running';
    if (mayQuit) await stopAndQuit();
  }

  function quitAtOnce(): void {
    if (phase === 'running' || phase === 'asking') void stopAndQuit();
  }

  app.on('before-quit', (event) => {
    if (phase === 'stopped') return;
    event.preventDefault();
    if (phase === 'running') void askAndQuit();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  powerMonitor.on('shutdown', quitAtOnce);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, quitAtOnce);
  if (process.env['CHATCLOCK_PARENT_PIPE'] === '1') {
    // The starting script is gone, perhaps killed: nobody else would end us.
    process.stdin.on('end', quitAtOnce).on('error', quitAtOnce);
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
