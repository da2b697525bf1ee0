/**
 * How often a property is tried. `npm test` tries the plain number; CHATCLOCK_PROOF_RUNS=10 ten times as many (npm run
 * proof), 0.1 a tenth (npm run check). A failure prints its seed and path: CHATCLOCK_PROPERTY_SEED and
 * CHATCLOCK_PROPERTY_PATH with `vitest -t` replay that one case.
 */
import type fc from 'fast-check';

const FACTOR = Number(process.env['CHATCLOCK_PROOF_RUNS'] ?? '1') || 1;

/** How many cases stand for `cases` in this run. */
export const casesOf = (cases: number): number => Math.ceil(cases * FACTOR);

/** Time for a test file: its cases in a plain run take well under a minute on a busy machine, ms. */
export const PROPERTY_TIMEOUT_MS = 90_000 * Math.max(1, FACTOR);

export function runs(cases = 10_000): fc.Parameters<unknown> {
  const { CHATCLOCK_PROPERTY_SEED: seed, CHATCLOCK_PROPERTY_PATH: path } = process.env;
  return {
    numRuns: casesOf(cases),
    seed: seed === undefined ? 20_251_122 : Number(seed),
    ...(path !== undefined && { path, endOnFailure: true }),
  };
}
