/**
 * Plants a bug in a scratch copy of the sources, as one bundle, and runs seeds there until one fails. A seed that fails
 * without the bug, too, catches nothing.
 */
import { spawn } from 'node:child_process';
import os from 'node:os';
import { bundleWorker } from './bundle-worker.ts';
import { PLANTED, type PlantedBug } from './planted.ts';
import { seedsOf } from './profiles.ts';

export interface Caught {
  /** Seeds it took. */
  seeds: number;
  /** The one that caught it. */
  seed: number;
  invariant: string;
}

export interface Hunt {
  /** Null: not caught. */
  caught: Caught | null;
  /** Seeds that fail in the sources as they are. */
  failsAnyway: number[];
  /** The last line of a run that caught nothing. */
  said: string;
}

type RunSeeds = (seeds: readonly number[]) => Promise<{ found: Caught | null; said: string }>;
type Say = (line: string) => void;

/** Ctrl C ends the runs; npm and the terminal both pass it on, so that it may come twice. */
const stopped = new AbortController();

/** Runs the seeds in turn with the bug planted. `runHonestly` runs a seed without it. Throws when the patch does not fit its file. */
export async function hunt(
  bug: PlantedBug,
  seeds: readonly number[],
  runHonestly: RunSeeds | null,
): Promise<Hunt> {
  const bundle = await bundleWorker('until-failure', { file: bug.file, plant: (text) => plant(bug, text) });
  const failsAnyway: number[] = [];
  try {
    for (let done = 0; ;) {
      const { found, said } = await runSeeds(bundle.file, seeds.slice(done));
      if (found === null) return { caught: null, failsAnyway, said };
      done += found.seeds;
      const honest = await runHonestly?.([found.seed]);
      if (honest === undefined || honest.found === null)
        return { caught: { ...found, seeds: done }, failsAnyway, said };
      failsAnyway.push(found.seed);
      if (done === seeds.length) return { caught: null, failsAnyway, said: 'no other seed is left' };
    }
  } finally {
    bundle.remove();
  }
}

function plant({ name, file, find, put }: PlantedBug, text: string): string {
  if (text.split(find).length !== 2)
    throw new Error(`"${name}" no longer fits ${file}: mend test/simulation/planted.ts`);
  return text.replace(find, () => put);
}

function runSeeds(file: string, seeds: readonly number[]): ReturnType<RunSeeds> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...seeds.map(String)], { signal: stopped.signal });
    let output = '';
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0) return reject(new Error(`its seeds ended with ${code}: ${output.trim().slice(-500)}`));
      const said = output.trim().split('\n').at(-1) ?? '';
      const match = /caught after (\d+) by (\S+) \(seed (\d+)\)/.exec(output);
      const found =
        match === null ? null : { seeds: Number(match[1]), invariant: match[2]!, seed: Number(match[3]) };
      resolve({ found, said });
    });
  });
}

/** A line for each bug, hunted from its profile's first seed on. Returns whether all were caught. */
export async function huntAll(maxSeeds: number, say: Say): Promise<boolean> {
  const honest = await bundleWorker('until-failure');
  try {
    return await forEachBug(say, async (bug) => {
      const { caught, failsAnyway, said } = await hunt(bug, seedsOf(bug.profile, maxSeeds), (seeds) =>
        runSeeds(honest.file, seeds),
      );
      const aside = failsAnyway.length === 0 ? '' : `; these fail without it, too: ${failsAnyway.join(', ')}`;
      if (caught === null) return { isCaught: false, words: `${bug.profile}, ${said}${aside}` };
      const { seeds, seed, invariant } = caught;
      const isNew = seed !== bug.seed;
      const newer = isNew ? `; planted.ts names ${bug.seed}` : '';
      const took = `${seeds} seed${seeds === 1 ? '' : 's'}`;
      return {
        isCaught: true,
        words: `${invariant}, ${took} (${bug.profile}, seed ${seed})${aside}${newer}`,
      };
    });
  } finally {
    honest.remove();
  }
}

/**
 * Runs each bug with the one seed planted.ts names. Whether that seed holds without the bug shows the run of all seeds,
 * in which it is. A line for each that fails and one at the end. Returns whether all were caught.
 */
export async function proveKillingSeeds(say: Say): Promise<boolean> {
  const startedAt = performance.now();
  const areAllCaught = await forEachBug(
    (line) => line.startsWith('NOT') && say(line),
    async (bug) => {
      const { caught } = await hunt(bug, [bug.seed], null);
      const words = `seed ${bug.seed} kills it no more: npm run simulate -- --planted finds another for planted.ts`;
      return { isCaught: caught !== null, words };
    },
  );
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(
    `${PLANTED.length} planted bugs, each with its seed: ${areAllCaught ? 'all' : 'NOT all'} caught in ${seconds} s`,
  );
  return areAllCaught;
}

async function forEachBug(
  say: Say,
  look: (bug: PlantedBug) => Promise<{ isCaught: boolean; words: string }>,
): Promise<boolean> {
  let areAllCaught = true;
  const waiting = [...PLANTED];
  const stop = (): void => stopped.abort();
  process.on('SIGINT', stop);
  const hunters = Array.from({ length: Math.min(2, os.availableParallelism()) }, async () => {
    for (let bug = waiting.shift(); bug !== undefined && !stopped.signal.aborted; bug = waiting.shift()) {
      const { isCaught, words } = await look(bug).catch((error: unknown) => ({
        isCaught: false,
        words: error instanceof Error ? error.message : String(error),
      }));
      if (stopped.signal.aborted) break;
      areAllCaught &&= isCaught;
      say(`${isCaught ? 'caught      ' : 'NOT CAUGHT  '}${bug.name}: ${words}`);
    }
  });
  await Promise.all(hunters);
  process.off('SIGINT', stop);
  if (stopped.signal.aborted) say('NOT all were hunted: cancelled');
  return areAllCaught && !stopped.signal.aborted;
}
