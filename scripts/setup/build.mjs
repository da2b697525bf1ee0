import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { lastLines, runCommand } from './run-command.mjs';
import { root, SetupError } from './step.mjs';

const sources = [
  'electron',
  'renderer',
  'shared',
  'sync-server',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
];

/** Builds out/ when a source file differs from what the last build was made of. */
export async function buildApp() {
  const keyFile = path.join(root, 'out', '.build-key');
  const key = sourcesKey();
  if (existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key) return 'out/ is up to date';
  rmSync(keyFile, { force: true });
  const tool = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const { code, output } = await runCommand(process.execPath, [tool, 'build'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
    limitMs: 300_000,
  });
  if (code !== 0 || !existsSync(path.join(root, 'out', 'main', 'main.js'))) {
    throw new SetupError(
      `The app could not be built (electron-vite build ended with ${code}):\n${lastLines(output, 30)}`,
      'your data was not touched; out/ may be incomplete and is built anew by the next run.',
      'correct what the lines above name, then run the same command again.',
    );
  }
  writeFileSync(keyFile, key);
  return 'out/ built';
}

/** For those who build something else into out/: the next start builds anew. */
export function forgetBuild() {
  rmSync(path.join(root, 'out', '.build-key'), { force: true });
}

/** A hash over the names and contents of everything that goes into the app. */
function sourcesKey() {
  const hash = createHash('sha256');
  for (const name of sources) addToHash(hash, name);
  return hash.digest('hex');
}

function addToHash(hash, name) {
  const file = path.join(root, name);
  if (!existsSync(file)) return;
  const entries = name.includes('.')
    ? undefined
    : readdirSync(file, { withFileTypes: true, recursive: true });
  if (entries === undefined) {
    hash.update(`${name}\0`).update(readFileSync(file)).update('\0');
    return;
  }
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  for (const each of files.sort())
    hash
      .update(`${path.relative(root, each)}\0`)
      .update(readFileSync(each))
      .update('\0');
}
