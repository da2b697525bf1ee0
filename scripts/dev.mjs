/**
 * npm run dev: a sync server with practice data, and the app with hot reload. npm run dev:two: two devices side by side.
 * Everything ends when a window's app is closed, or with Ctrl-C. Data is in .profiles/, to be deleted at will.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import path from 'node:path';
import { buildApp, forgetBuild } from './setup/build.mjs';
import { provideDisplay } from './setup/display.mjs';
import { relayErrors } from './setup/relay-errors.mjs';
import { setUp } from './setup/set-up.mjs';
import { root, runEntry, say, SetupError, step } from './setup/step.mjs';

const serverLimitMs = 60_000;
const inModules = (...names) => path.join(root, 'node_modules', ...names);
const children = [];

await runEntry(async () => {
  const isTwo = process.argv.includes('--two');
  const flags = await setUp();
  if (isTwo) await step('build', buildApp);
  forgetBuild();
  const stopDisplay = await step('display', provideDisplay);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stopAll);
  try {
    const url = await step('server', startServer);
    const first = startHotReload('dev', url, flags);
    if (!isTwo) return await first;
    await waitForRebuild();
    return Math.max(...(await Promise.all([first, startSecond('dev-two', url, flags)])));
  } finally {
    stopAll();
    stopDisplay();
  }
});

/** Starts the server on a free port, relays its lines, and resolves to `[words, url]` when it says its address. */
function startServer() {
  const args = [inModules('tsx', 'dist', 'cli.mjs'), path.join(root, 'sync-server', 'main.ts')];
  const child = start(
    'server',
    [...args, '--practice', '--port', '0', '--data', path.join(root, '.profiles', 'dev-server')],
    'pipe',
  );
  return new Promise((resolve, reject) => {
    const fail = (what) =>
      reject(
        new SetupError(
          `The sync server ${what}.`,
          'its data in .profiles/dev-server stays.',
          'read its lines above, then run the same command again.',
        ),
      );
    const limit = setTimeout(() => fail('did not say its address within a minute'), serverLimitMs);
    createInterface({ input: child.stdout }).on('line', (line) => {
      say(`[server] ${line}`);
      const url = /https?:\/\/[^\s]+/.exec(line)?.[0];
      if (!url) return;
      clearTimeout(limit);
      resolve([`practice data at ${url}`, url]);
    });
    child.on('exit', (code) => {
      clearTimeout(limit);
      fail(`ended with ${code}`);
    });
  });
}

function startHotReload(profile, url, flags) {
  const tool = inModules('electron-vite', 'bin', 'electron-vite.js');
  const options = flags.includes('--no-sandbox') ? ['--noSandbox'] : [];
  return ended(
    start(
      profile,
      [tool, 'dev', '--watch', ...options, '--', '--profile', profile, '--server', url],
      'inherit',
    ),
  );
}

/** The second device runs the built app: two hot reloads would restart each other. */
function startSecond(profile, url, flags) {
  return ended(
    start(
      profile,
      [root, ...flags, '--profile', profile, '--server', url],
      'inherit',
      process.env.ELECTRON_EXEC_PATH,
    ),
  );
}

/** electron-vite dev writes out/main anew at its start; the second device must not read it half-written. */
function waitForRebuild() {
  return new Promise((resolve) => setTimeout(resolve, 5_000));
}

function start(name, args, stdout, command = process.execPath) {
  const env = { ...process.env, CHATCLOCK_PARENT_PIPE: '1' };
  const child = spawn(command, args, { cwd: root, env, stdio: ['pipe', stdout, 'pipe'] });
  child.stdin.on('error', () => {});
  relayErrors(child.stderr);
  child.on('error', (error) => say(`[${name}] could not be started: ${error.message}`));
  children.push(child);
  return child;
}

function ended(child) {
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 0)));
}

function stopAll() {
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
}
