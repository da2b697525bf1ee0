import { expect } from 'vitest';

/**
 * `toEqual` for many thousand cases: comparing as text first, because looking for differences where there are none takes
 * longer than folding.
 */
export function expectSame(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) === JSON.stringify(expected)) return;
  expect(actual).toEqual(expected);
}
