/** Plants a bug in a scratch copy of the source and runs seeds there until one fails. */
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PLANTED, type PlantedBug } from './planted.ts';

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
const SOURCE = ['shared', 'electron', 'renderer', 'sync-server', 'test/simulation', 'test/support'];

export interface Caught {
  /** Seeds it took; null: not caught. */
  seeds: number | null;
  invariant: string;
  /** What the run said, when it did not end as it should. */
  output: string;
}

/** Runs at most `maxSeeds` seeds from the bug's own seed on. Throws when the patch does not fit its file. */
export async function hunt(bug: PlantedBug, maxSeeds: number): Promise<Caught> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-planted-'));
  try {
    for (const name of SOURCE) cpSync(path.join(root, name), path.join(folder, name), { recursive: true });
    for (const name of ['package.json', 'tsconfig.base.json'])
      cpSync(path.join(root, name), path.join(folder, name));
    symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
    plant(bug, path.join(folder, bug.file));
    return await runUntilFailure(folder, bug, maxSeeds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function plant({ name, find, put }: PlantedBug, file: string): void {
  const text = readFileSync(file, 'utf8');
  if (text.split(find).length !== 2) throw new Error(`"${name}" no longer fits ${path.basename(file)}`);
  writeFileSync(
    file,
    text.replace(find, () => put),
  );
}

function runUntilFailure(folder: string, bug: PlantedBug, maxSeeds: number): Promise<Caught> {
  const loader = pathToFileURL(path.join(root, 'node_modules', 'tsx', 'dist', 'loader.mjs')).href;
  const script = path.join(folder, 'test', 'simulation', 'until-failure.ts');
  const args = [String(bug.seed), String(maxSeeds), bug.profile];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', loader, script, ...args], { cwd: folder });
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child.on('error', reject);
    child.on('close', () => {
      const found = /caught after (\d+) by (\S+)/.exec(output);
      resolve({ seeds: found === null ? null : Number(found[1]), invariant: found?.[2] ?? '', output });
    });
  });
}

/** A line for each bug. Returns whether all were caught. */
export async function huntAll(maxSeeds: number, say: (line: string) => void): Promise<boolean> {
  let areAllCaught = true;
  const waiting = [...PLANTED];
  const hunters = Array.from({ length: Math.min(2, os.availableParallelism()) }, async () => {
    for (let bug = waiting.shift(); bug !== undefined; bug = waiting.shift()) {
      const { seeds, invariant, output } = await hunt(bug, maxSeeds);
      areAllCaught &&= seeds !== null;
      say(
        seeds === null
          ? `NOT CAUGHT  ${bug.name} (${bug.profile} from ${bug.seed}) ${output.trim().split('\n').at(-1)}`
          : `caught      ${bug.name}: ${invariant}, ${seeds} seed${seeds === 1 ? '' : 's'} (${bug.profile} from ${bug.seed})`,
      );
    }
  });
  await Promise.all(hunters);
  return areAllCaught;
}
