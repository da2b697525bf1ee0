/**
 * Runs a TypeScript file with everything set up that opens the app: npm run bench, npm run screenshots. Set-up speaks on
 * stderr, so that stdout holds only what the file prints.
 */
import { buildApp } from './setup/build.mjs';
import { provideDisplay } from './setup/display.mjs';
import { runTypescript } from './setup/run-typescript-file.mjs';
import { setUp } from './setup/set-up.mjs';
import { runEntry, step } from './setup/step.mjs';

/** Benches that open no window, and so need no Electron. */
const windowlessBenches = ['lookup', 'sync'];
const [file, ...args] = process.argv.slice(2);

await runEntry(async () => {
  const isWindowless = args.length > 0 && args.every((name) => windowlessBenches.includes(name));
  const flags = await setUp({ isForTests: true, needsElectron: !isWindowless });
  process.env.CHATCLOCK_ELECTRON_FLAGS = flags.join(' ');
  if (isWindowless) return runTypescript(file, args);
  await step('build', buildApp);
  const stopDisplay = await step('display', provideDisplay);
  try {
    return await runTypescript(file, args);
  } finally {
    stopDisplay();
  }
});
