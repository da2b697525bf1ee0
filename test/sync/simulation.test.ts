/** The simulation by itself: it replays to the same bytes, and a run of its command holds. */
import { expect, test } from 'vitest';
import { runSeed } from '../simulation/run-seed.ts';

test('a seed replays to the same bytes, and another seed does not', async () => {
  const first = await runSeed(11, 'crash-storm');
  const again = await runSeed(11, 'crash-storm');
  const other = await runSeed(19, 'crash-storm');
  expect(first.failure).toBeNull();
  expect(again).toEqual(first);
  expect(other.logHash).not.toBe(first.logHash);
});
