/** Bundles the seed worker before many seeds: the processes start at once, and what every seed repeats runs faster than through a loader. */
import { mkdtempSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Bundle {
  file: string;
  remove(): void;
}

/**
 * The very sources as one file; packages stay outside. Inside the project, so that they are found. `planted` puts another
 * text into one source file on the way, and must find its place there.
 */
export async function bundleWorker(
  entry = 'seed-worker',
  planted?: { file: string; plant(text: string): string },
): Promise<Bundle> {
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  const outDir = mkdtempSync(path.join(root, '.cache', 'simulation-'));
  const remove = (): void => rmSync(outDir, { recursive: true, force: true });
  try {
    await build({
      ...{ root, configFile: false, logLevel: 'error', publicDir: false },
      plugins: planted === undefined ? [] : [plantingPlugin(planted)],
      build: {
        ...{ ssr: `test/simulation/${entry}.ts`, outDir, target: 'node20' },
        rollupOptions: { output: { entryFileNames: `${entry}.mjs` } },
      },
    });
  } catch (error) {
    remove();
    throw error;
  }
  return { file: path.join(outDir, `${entry}.mjs`), remove };
}

function plantingPlugin({ file, plant }: { file: string; plant(text: string): string }) {
  let isPlanted = false;
  return {
    name: 'plant-a-bug',
    enforce: 'pre' as const,
    load(id: string) {
      if (path.relative(root, id) !== path.normalize(file)) return null;
      isPlanted = true;
      return plant(readFileSync(id, 'utf8'));
    },
    buildEnd(error?: Error) {
      if (!isPlanted && error === undefined) throw new Error(`${file} is no part of the simulation`);
    },
  };
}
