/** The simulation by itself: it replays to the same bytes and catches planted bugs. That every profile holds is a part of its own of `npm test`. */
import { describe, expect, test } from 'vitest';
import { PLANTED } from '../simulation/planted.ts';
import { hunt } from '../simulation/run-planted.ts';
import { runSeed } from '../simulation/run-seed.ts';

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

/** Found with their own seed; the rest of the list is hunted by `npm run simulate -- --planted`. */
const QUICK = [
  'last writer wins instead of join',
  'sequence hole',
  'verdict sent as conflict',
  'grace counted as time',
];

describe('a planted bug is caught by its seed', () => {
  test.each(PLANTED.filter((bug) => QUICK.includes(bug.name)))(
    '$name',
    async (bug) => {
      expect(await hunt(bug, 3)).toMatchObject({ seeds: expect.any(Number) as number });
    },
    PATIENCE_MS,
  );
});
