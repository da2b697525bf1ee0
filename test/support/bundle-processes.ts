/** Set-up of a vitest run whose tests start processes: their files are bundled once, packages outside, gone at the end. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'vite';
import { BUNDLED, BUNDLES_VARIABLE } from './typescript-process.ts';

const ROOT = path.resolve(import.meta.dirname, '..', '..');

export default async function setup(): Promise<(() => void) | undefined> {
  // Another project of the same run has done it.
  if (process.env[BUNDLES_VARIABLE] !== undefined) return undefined;
  mkdirSync(path.join(ROOT, '.cache'), { recursive: true });
  // Inside the project, so that packages are found.
  const outDir = mkdtempSync(path.join(ROOT, '.cache', 'processes-'));
  await build({
    ...{ root: ROOT, configFile: false, logLevel: 'error', publicDir: false },
    build: {
      ...{ ssr: true, outDir, target: 'node20' },
      rolldownOptions: {
        input: BUNDLED.map((file) => path.join(ROOT, file)),
        output: { entryFileNames: '[name].mjs', chunkFileNames: 'chunk-[hash].mjs' },
      },
    },
  });
  process.env[BUNDLES_VARIABLE] = outDir;
  return () => {
    delete process.env[BUNDLES_VARIABLE];
    rmSync(outDir, { recursive: true, force: true });
  };
}
