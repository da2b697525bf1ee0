/**
 * npm start [-- --profile NAME --server URL --screenshot FILE]: sets up, builds what changed, opens the app.
 * Everything after `--` goes to the app.
 */
import path from 'node:path';
import { buildApp } from './setup/build.mjs';
import { provideDisplay } from './setup/display.mjs';
import { runApp } from './setup/run-app.mjs';
import { setUp } from './setup/set-up.mjs';
import { runEntry, say, SetupError, step } from './setup/step.mjs';

const pictureLimitMs = 120_000;

await runEntry(async () => {
  const startedAt = performance.now();
  const args = resolveScreenshot(process.argv.slice(2));
  const flags = await setUp();
  await step('build', buildApp);
  const stopDisplay = await step('display', provideDisplay);
  say(`set-up took ${((performance.now() - startedAt) / 1000).toFixed(1)} s; Chatclock opens`);
  try {
    const isForPicture = args.some((arg) => arg.startsWith('--screenshot'));
    const code = await runApp([...flags, ...args], isForPicture ? { limitMs: pictureLimitMs } : {});
    if (isForPicture && code === 124) throw noPicture();
    return code;
  } finally {
    stopDisplay();
  }
});

function noPicture() {
  return new SetupError(
    `Chatclock did not finish its picture within ${pictureLimitMs / 1000} seconds and was ended.`,
    'what was saved is safe in the profile.',
    'run the same command again on a less busy machine; if it stays so, look into chatclock.log in the profile folder.',
  );
}

/** npm runs scripts in the repository's folder: a relative file is meant from where the caller was. */
function resolveScreenshot(args) {
  const from = process.env.INIT_CWD ?? process.cwd();
  return args.map((arg, index) => {
    if (arg.startsWith('--screenshot='))
      return `--screenshot=${path.resolve(from, arg.slice('--screenshot='.length))}`;
    return args[index - 1] === '--screenshot' ? path.resolve(from, arg) : arg;
  });
}
