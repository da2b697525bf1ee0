/**
 * How a test starts one of our TypeScript files as a process of its own: from the bundle that the run's set-up made
 * (test/support/bundle-processes.ts), which starts in a third of the time; through tsx where there is none.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..', '..');
/** The folder of this run's bundles. */
export const BUNDLES_VARIABLE = 'CHATCLOCK_TEST_BUNDLES';

/** Files that tests start more than once. */
export const BUNDLED = [
  ...[
    'main',
    'seed-cli',
    'replay-cli',
    'settle-cli',
    'export-facts-cli',
    'explain-cli',
    'verify-ledger-cli',
  ].map((name) => `sync-server/${name}.ts`),
  'test/support/server-child.ts',
];

/** Node's arguments for the file, e.g. `sync-server/main.ts`. */
export function argumentsFor(file: string): string[] {
  const folder = process.env[BUNDLES_VARIABLE];
  const bundle = folder === undefined ? undefined : path.join(folder, `${path.basename(file, '.ts')}.mjs`);
  if (bundle !== undefined && BUNDLED.includes(file) && existsSync(bundle)) return [bundle];
  return ['--import', import.meta.resolve('tsx'), path.join(ROOT, file)];
}
