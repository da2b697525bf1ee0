/** The Electron that tests and benches start. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Where the runtime is: said by the environment, else by the set-up, else the `electron` package's own. */
function findFolder(): string | undefined {
  const noted = path.join(ROOT, '.cache/electron-dist-path');
  const folders = [
    process.env.ELECTRON_OVERRIDE_DIST_PATH,
    existsSync(noted) ? readFileSync(noted, 'utf8').trim() : undefined,
    path.join(ROOT, 'node_modules/electron/dist'),
  ];
  return folders.find(
    (folder) => folder !== undefined && folder !== '' && existsSync(path.join(folder, 'electron')),
  );
}

export function electronPath(): string {
  const folder = findFolder();
  if (folder === undefined)
    throw new Error('No Electron runtime: run npm test or npm start once, it sets one up');
  return path.join(folder, 'electron');
}

/** e.g. "33.2.1", as the runtime's folder says; null where there is none yet. */
export function electronVersion(): string | null {
  const folder = findFolder();
  return folder === undefined
    ? null
    : readFileSync(path.join(folder, 'version'), 'utf8').trim().replace(/^v/, '');
}
