import { expect, test } from 'vitest';
import { backoffMs } from '../../renderer/replication/backoff.ts';

test('waits double from a quarter of a second to eight seconds, half of it by chance', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map((failures) => backoffMs(failures, 0))).toEqual([
    125, 250, 500, 1000, 2000, 4000, 4000, 4000,
  ]);
  expect([1, 2, 6, 50].map((failures) => backoffMs(failures, 0.999999))).toEqual([249, 499, 7999, 7999]);
});
