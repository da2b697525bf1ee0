import { existsSync } from 'node:fs';
import path from 'node:path';
import { lastLines, runCommand } from './run-command.mjs';
import { say, SetupError } from './step.mjs';

/** What Electron loads from the system, and Debian's packages that have it (newer systems first). */
const libraries = [
  { soname: 'libgtk-3.so.0', packages: ['libgtk-3-0t64', 'libgtk-3-0'] },
  { soname: 'libnss3.so', packages: ['libnss3'] },
  { soname: 'libasound.so.2', packages: ['libasound2t64', 'libasound2'] },
  { soname: 'libgbm.so.1', packages: ['libgbm1'] },
];
const fonts = ['fonts-dejavu-core', 'fonts-noto-color-emoji'];

/** Sees that the system has what Electron needs; as root on a Debian it installs what is missing. */
export async function prepareSystem() {
  if (process.platform !== 'linux') return 'nothing is needed on this system';
  const missing = await missingPackages();
  if (missing.length === 0) return 'libraries are there';
  const isRoot = process.getuid() === 0;
  if (!findProgram('apt-get')) {
    throw new SetupError(
      `Electron needs system libraries that are missing: ${missing.map((names) => names.at(-1)).join(', ')}.`,
      'nothing was changed.',
      "install them with this system's package manager, then run the same command again.",
    );
  }
  if (!isRoot) {
    throw new SetupError(
      'Electron needs system libraries that are missing, and only root may install them.',
      'nothing was changed.',
      `run this line, then the same command again:\n    sudo apt-get update && sudo apt-get install -y --no-install-recommends ${(await chooseNames(missing)).join(' ')}`,
    );
  }
  return installPackages(missing);
}

async function installPackages(missing) {
  say('installing system libraries for Electron (apt-get, a minute at most) …');
  const first = await chooseNames(missing);
  let result = (await knowsAll(first)) ? await aptInstall(first) : { code: 100, output: '' };
  if (result.code !== 0) {
    const update = await apt(['update']);
    const names = await chooseNames(missing);
    result = await aptInstall(names);
    if (result.code !== 0) {
      throw new SetupError(
        `apt-get could not install ${names.join(' ')}:\n${lastLines(update.code === 0 ? result.output : update.output + result.output)}`,
        'packages that were installed stay; nothing else was changed.',
        'check that the Debian mirror is reachable, then run the same command again.',
      );
    }
  }
  return `installed ${first.length} system packages`;
}

async function missingPackages() {
  const { output } = await runCommand(findProgram('ldconfig') ?? 'ldconfig', ['-p'], { limitMs: 30_000 });
  const missing = libraries.filter(({ soname }) => !output.includes(soname)).map(({ packages }) => packages);
  if (!hasDisplay() && !findProgram('Xvfb')) missing.push(['xvfb']);
  return missing.length > 0 ? [...missing, ...fonts.map((name) => [name])] : [];
}

/** For each library the name that apt knows; the last one where it knows none (its lists may be missing yet). */
async function chooseNames(missing) {
  const names = [];
  for (const candidates of missing) {
    let chosen = candidates.at(-1);
    for (const name of candidates) {
      if (await isKnown(name)) {
        chosen = name;
        break;
      }
    }
    names.push(chosen);
  }
  return names;
}

async function isKnown(name) {
  const { code, output } = await runCommand('apt-cache', ['policy', name], { limitMs: 30_000 });
  return code === 0 && /Candidate: (?!\(none\))/.test(output);
}

async function knowsAll(names) {
  for (const name of names) if (!(await isKnown(name))) return false;
  return true;
}

function aptInstall(names) {
  return apt(['install', '-y', '--no-install-recommends', ...names]);
}

/** Waits for another apt-get on the same machine rather than failing beside it. */
function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return runCommand('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], { env, limitMs: 600_000 });
}

/** Whether windows can be shown without a display of our own. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY);
}

/** The path of a program, looked for where other users than root may not look: ldconfig is in /sbin. */
export function findProgram(name) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}
