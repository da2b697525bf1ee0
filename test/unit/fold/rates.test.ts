import { expect, it } from 'vitest';
import { rateSteps } from '../../../shared/fold/rates.ts';

const change = (atMs: number, ratePerMinuteMinor: number, order = 0) => ({
  id: `${atMs}`,
  atMs,
  ratePerMinuteMinor,
  order,
});

it('without changes there is no step', () => expect(rateSteps([], [])).toEqual([]));
it('of two changes at one instant the later in server order holds', () =>
  expect(rateSteps([change(5, 1, 1), change(5, 2, 2)], [])).toEqual([{ atMs: 5, ratePerMinuteMinor: 2 }]));
it("a chat's own rate outranks its advisor's from its instant on, also an advisor's of the same instant or later", () =>
  expect(rateSteps([change(5, 7)], [change(0, 1), change(5, 2), change(9, 3)])).toEqual([
    { atMs: 0, ratePerMinuteMinor: 1 },
    { atMs: 5, ratePerMinuteMinor: 7 },
  ]));
