import { expect, test } from 'vitest';
import {
  firstNameOf,
  formatCountdown,
  formatCredits,
  formatElapsed,
  formatHoursMinutes,
  formatUnits,
  initialsOf,
  spellOutCountdown,
} from '../../renderer/words/format.ts';

test('elapsed time counts whole seconds only', () => {
  expect([0, 999, 1_000, 312_999, 3_800_000].map(formatElapsed)).toEqual([
    '00:00',
    '00:00',
    '00:01',
    '05:12',
    '1:03:20',
  ]);
});

test('a countdown says 00:00 only when nothing is left', () => {
  expect([0, 1, 1_000, 71_001, 3_600_000, -5].map(formatCountdown)).toEqual([
    '00:00',
    '00:01',
    '00:01',
    '01:12',
    '1:00:00',
    '00:00',
  ]);
});

test('amounts have two digits, and a balance is never rounded up', () => {
  expect(formatCredits(3_140, 'en')).toBe('31.40 cr');
  expect(formatCredits(123_456_789, 'en')).toBe('1,234,567.89 cr');
  expect(formatUnits(3_140 * 60_000 + 59_999, 'en')).toBe('31.40 cr');
  expect(formatUnits(-59_999, 'en')).toBe('0.00 cr');
  expect(formatUnits(-60_000, 'en')).toBe('0.01 cr debt');
  expect(formatUnits(-125.9 * 60_000, 'en')).toBe('1.25 cr debt');
});

test('sums of a day are in hours and minutes', () => {
  expect([0, 59_999, 38 * 60_000, 8_700_000].map(formatHoursMinutes)).toEqual([
    '0 m',
    '0 m',
    '38 m',
    '2 h 25 m',
  ]);
});

test('a countdown can be read aloud', () => {
  expect([0, 30_000, 60_000, 61_000, 300_000].map(spellOutCountdown)).toEqual([
    '0 seconds',
    '30 seconds',
    '1 minute',
    '1 minute 1 second',
    '5 minutes',
  ]);
});

test('names of one word, of several and of none have initials and a short form', () => {
  expect(['Mara Lindt', 'Ana', 'Ana  María de Ruiz', ''].map(initialsOf)).toEqual(['ML', 'A', 'AR', '']);
  expect(['Mara Lindt', 'Ana', ''].map(firstNameOf)).toEqual(['Mara', 'Ana', '']);
});
