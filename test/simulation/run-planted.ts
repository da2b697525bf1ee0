/** Plants a bug in a scratch copy of the sources, as one bundle, and runs seeds there until one fails. */
import { spawn } from 'node:child_process';
import os from 'node:os';
import { bundleWorker } from './bundle-worker.ts';
import { PLANTED, type PlantedBug } from './planted.ts';

export interface Caught {
  /** Seeds it took; null: not caught. */
  seeds: number | null;
  invariant: string;
  /** What the run said, when it did not end as it should. */
  output: string;
}

/** Runs at most `maxSeeds` seeds from the bug's own seed on. Throws when the patch does not fit its file. */
export async function hunt(bug: PlantedBug, maxSeeds: number): Promise<Caught> {
  const bundle = await bundleWorker('until-failure', { file: bug.file, plant: (text) => plant(bug, text) });
  try {
    return await runUntilFailure(bundle.file, bug, maxSeeds);
  } finally {
    bundle.remove();
  }
}

function plant({ name, file, find, put }: PlantedBug, text: string): string {
  if (text.split(find).length !== 2) throw new Error(`"${name}" no longer fits ${file}`);
  return text.replace(find, () => put);
}

function runUntilFailure(file: string, bug: PlantedBug, maxSeeds: number): Promise<Caught> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, String(bug.seed), String(maxSeeds), bug.profile]);
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
