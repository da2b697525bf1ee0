/** The simulation by itself: it replays to the same bytes. That every profile holds and planted bugs are caught is a part of its own of `npm test`. */
import { expect, test } from 'vitest';
import { PLANTED } from '../simulation/planted.ts';
import { profileOf } from '../simulation/profiles.ts';
import { runSeed } from '../simulation/run-seed.ts';

/** scripts/test.mjs says the same. */
const SEEDS_OF_NPM_TEST = 300;
/** Waits for a busy machine, ms. */
const PATIENCE_MS = 240_000;

test(
  'a seed replays to the same bytes, and another seed does not',
  async () => {
    const first = await runSeed(11, 'crash-storm');
    const again = await runSeed(11, 'crash-storm');
    const other = await runSeed(19, 'crash-storm');
    expect(first.failure).toBeNull();
    expect(again).toEqual(first);
    expect(other.logHash).not.toBe(first.logHash);
  },
  PATIENCE_MS,
);

test('the seed of each planted bug is one of those that npm test runs without it', () => {
  for (const { name, profile, seed } of PLANTED) expect([name, profileOf(seed)]).toEqual([name, profile]);
  expect(Math.max(...PLANTED.map(({ seed }) => seed))).toBeLessThanOrEqual(SEEDS_OF_NPM_TEST);
});
