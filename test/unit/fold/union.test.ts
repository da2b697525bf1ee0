import { expect, it } from 'vitest';
import { unionIntervals } from '../../../shared/fold/union.ts';

const union = (...pairs: [number, number][]): [number, number][] =>
  unionIntervals(pairs.map(([startMs, endMs]) => ({ startMs, endMs }))).map(({ startMs, endMs }) => [
    startMs,
    endMs,
  ]);

it('nothing has no union', () => expect(union()).toEqual([]));
it('empty intervals vanish', () => expect(union([5, 5], [9, 3])).toEqual([]));
it('overlapping intervals become one', () => expect(union([5, 9], [1, 6])).toEqual([[1, 9]]));
it('touching intervals become one', () => expect(union([1, 2], [2, 3])).toEqual([[1, 3]]));
it('an interval inside another changes nothing', () =>
  expect(union([1, 9], [3, 4], [8, 10])).toEqual([[1, 10]]));
it('a gap stays', () =>
  expect(union([4, 5], [1, 3])).toEqual([
    [1, 3],
    [4, 5],
  ]));
