/**
 * Runs a TypeScript file with everything set up that opens the app: npm run bench, npm run screenshots. Set-up speaks on
 * stderr, so that stdout holds only what the file prints.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { buildApp } from './setup/build.mjs';
import { provideDisplay } from './setup/display.mjs';
import { setUp } from './setup/set-up.mjs';
import { root, runEntry, step } from './setup/step.mjs';

/** Benches that open no window, and so need no Electron. */
const windowlessBenches = ['lookup', 'sync'];
const [file, ...args] = process.argv.slice(2);

await runEntry(async () => {
  const isWindowless = args.length > 0 && args.every((name) => windowlessBenches.includes(name));
  const flags = await setUp({ isForTests: true, needsElectron: !isWindowless });
  process.env.CHATCLOCK_ELECTRON_FLAGS = flags.join(' ');
  if (isWindowless) return run();
  await step('build', buildApp);
  const stopDisplay = await step('display', provideDisplay);
  try {
    return await run();
  } finally {
    stopDisplay();
  }
});

function run() {
  const tool = path.join(root, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  const child = spawn(process.execPath, [tool, path.join(root, file), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  const forward = (signal) => child.kill(signal);
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}
