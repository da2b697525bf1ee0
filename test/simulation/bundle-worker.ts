/** Bundles the seed worker before many seeds: the processes start at once, and what every seed repeats runs faster than through a loader. */
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Bundle {
  file: string;
  remove(): void;
}

/** The very sources as one file; packages stay outside. Inside the project, so that they are found. */
export async function bundleWorker(): Promise<Bundle> {
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  const outDir = mkdtempSync(path.join(root, '.cache', 'simulation-'));
  const remove = (): void => rmSync(outDir, { recursive: true, force: true });
  try {
    await build({
      ...{ root, configFile: false, logLevel: 'error', publicDir: false },
      build: {
        ...{ ssr: 'test/simulation/seed-worker.ts', outDir, target: 'node20' },
        rollupOptions: { output: { entryFileNames: 'seed-worker.mjs' } },
      },
    });
  } catch (error) {
    remove();
    throw error;
  }
  return { file: path.join(outDir, 'seed-worker.mjs'), remove };
}
