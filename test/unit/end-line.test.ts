import { expect, test } from 'vitest';
import { endLineOf } from '../../renderer/words/end-line.ts';

const free = { kind: 'free', countdownMs: 71_200, balanceUnits: 3_840 * 60_000 } as const;

test('while free time runs it says when paid time starts, or that nothing follows', () => {
  expect(endLineOf('free', free, 0)).toBe('Paid time starts in 01:12');
  expect(endLineOf('unconf', free, 0)).toBe('Paid time starts in 01:12');
  expect(endLineOf('free', { ...free, balanceUnits: 0 }, 0)).toBe('Free time ends in 01:12');
});

test('a clock that stands still is said to bill nothing', () => {
  expect(endLineOf('paused', free, 0)).toMatch(/nothing is billed/);
  expect(endLineOf('out', { ...free, kind: 'exhausted' }, 0)).toMatch(/nothing is billed/);
});

test('paid time and waiting chats need no line', () => {
  expect(endLineOf('paid', { ...free, kind: 'paid' }, 0)).toBeNull();
  expect(endLineOf('wait', free, 0)).toBeNull();
  expect(endLineOf('free', undefined, 0)).toBeNull();
  expect(endLineOf('ended', free, 0)).toBeNull();
});
