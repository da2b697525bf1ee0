/**
 * Runs a TypeScript file that needs no window: npm run server, seed, settle, replay. Stdout is the file's alone; set-up
 * speaks on stderr, and only when there is something to install.
 */
import { installModules, modulesAreCurrent } from './setup/modules.mjs';
import { runTypescript } from './setup/run-typescript-file.mjs';
import { runEntry, step } from './setup/step.mjs';

await runEntry(async () => {
  const [file, ...args] = process.argv.slice(2);
  if (!modulesAreCurrent()) await step('modules', installModules);
  return runTypescript(file, args);
});
