/** Seeds that once failed, by what they found. Each must hold for good. */
import { expect, test } from 'vitest';
import type { ProfileName } from '../simulation/profiles.ts';
import { runSeed } from '../simulation/run-seed.ts';

/** Waits for a busy machine, ms. */
const PATIENCE_MS = 60_000;

const FOUND: readonly (readonly [what: string, profile: ProfileName, seed: number])[] = [
  ['time of a boot never anchored, two boots back, is believed', 'crash-storm', 91],
  ['an id that a tampered device used up does not spoil the replica of another', 'hostile', 5125],
  ['a row of an id that is taken is not shown under it', 'hostile', 5141],
  ['time of a chat that only a restored disk knew waits and is not lost', 'long-partition', 5242],
];

test.each(FOUND)(
  '%s (%s, seed %i)',
  async (_what, profile, seed) => {
    expect((await runSeed(seed, profile)).failure).toBeNull();
  },
  PATIENCE_MS,
);
