import { expect, it } from 'vitest';
import { shareFreeTime } from '../../../shared/fold/free-time.ts';

const chat = (startMs: number, endMs: number) => ({
  intervals: [{ startMs, endMs }],
  rates: [{ atMs: 0, ratePerMinuteMinor: 2 }],
});
const shared = (...args: Parameters<typeof shareFreeTime>): [number, number, number][] =>
  shareFreeTime(...args).map(({ freeMs, paidMs, costUnits }) => [freeMs, paidMs, costUnits]);

it('two running chats use two ms of the pool per ms', () =>
  expect(shared([chat(0, 5), chat(0, 5)], [{ atMs: 0, ms: 10 }])).toEqual([
    [5, 0, 0],
    [5, 0, 0],
  ]));
it('the last ms go to the first chats', () =>
  expect(shared([chat(0, 5), chat(0, 5)], [{ atMs: 0, ms: 7 }])).toEqual([
    [4, 1, 2],
    [3, 2, 4],
  ]));
it('a grant in the middle is used from there on', () =>
  expect(shared([chat(0, 10)], [{ atMs: 6, ms: 3 }])).toEqual([[3, 7, 14]]));
it('a grant after the last ms is used by nobody', () =>
  expect(shared([chat(0, 10)], [{ atMs: 10, ms: 3 }])).toEqual([[0, 10, 20]]));
it('free time that no chat runs on stays', () =>
  expect(shared([chat(0, 1), chat(8, 9)], [{ atMs: 0, ms: 2 }])).toEqual([
    [1, 0, 0],
    [1, 0, 0],
  ]));
it('counts exactly where chats times length passes 2^53', () => {
  const long = 2 ** 52;
  const free = { intervals: [{ startMs: 0, endMs: long }], rates: [] };
  expect(shared([free, free, free], [{ atMs: 0, ms: 2 ** 53 - 1 }]).map(([freeMs]) => freeMs)).toEqual([
    3002399751580331, 3002399751580330, 3002399751580330,
  ]);
});
