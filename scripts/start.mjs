/**
 * npm start [-- --profile NAME --server URL --screenshot FILE]: sets up, builds what changed, opens the app.
 * Everything after `--` goes to the app.
 */
import path from 'node:path';
import { buildApp } from './setup/build.mjs';
import { provideDisplay } from './setup/display.mjs';
import { runApp } from './setup/run-app.mjs';
import { setUp } from './setup/set-up.mjs';
import { runEntry, say, step } from './setup/step.mjs';

await runEntry(async () => {
  const startedAt = performance.now();
  const args = resolveScreenshot(process.argv.slice(2));
  const flags = await setUp();
  await step('build', buildApp);
  const stopDisplay = await step('display', provideDisplay);
  say(`set-up took ${((performance.now() - startedAt) / 1000).toFixed(1)} s; Chatclock opens`);
  try {
    return await runApp([...flags, ...args]);
  } finally {
    stopDisplay();
  }
});

/** npm runs scripts in the repository's folder: a relative file is meant from where the caller was. */
function resolveScreenshot(args) {
  const from = process.env.INIT_CWD ?? process.cwd();
  return args.map((arg, index) => {
    if (arg.startsWith('--screenshot='))
      return `--screenshot=${path.resolve(from, arg.slice('--screenshot='.length))}`;
    return args[index - 1] === '--screenshot' ? path.resolve(from, arg) : arg;
  });
}
