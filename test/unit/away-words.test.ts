import { expect, test } from 'vitest';
import type { AwayRow } from '../../shared/ipc/away-commands.ts';
import { decisionOf } from '../../renderer/ui/away/draft.ts';
import { costOf, costWordOf, stripOf, subtitleOf, titleOf } from '../../renderer/words/away.ts';

const AT = new Date(2026, 10, 20, 14, 2, 10).getTime();
const SLEPT = 440_000;

function row(parts: Partial<AwayRow> = {}): AwayRow {
  return {
    ...{ id: 's1', chatId: 'c1', userId: 'u1', by: 'sleep', fromMs: AT, lifeAtMs: AT - 9_000 },
    ...{ untilMs: AT + SLEPT, questionMs: SLEPT, cost: { freeMs: 144_000, units: 59_200_000, debtUnits: 0 } },
    ...parts,
  };
}

test('one cause is named with its length, several are counted', () => {
  expect(titleOf([row(), row({ id: 's2' })])).toBe('This computer slept for 7:20');
  expect(titleOf([row({ by: 'lock', questionMs: 3_723_000 })])).toBe('The screen was locked for 1:02:03');
  expect(titleOf([row(), row({ by: 'idle' })])).toBe('2 stops to decide');
});

test('when and how many chats, then what is safe', () => {
  const rows = ['c1', 'c2', 'c3'].map((chatId) => row({ id: chatId, chatId }));
  expect(subtitleOf(rows)).toBe(
    '14:02:10 to 14:09:30 · three chats were running. Nothing has been billed for this time.',
  );
  expect(subtitleOf([row({ by: 'idle', untilMs: null })])).toBe(
    '14:02:10 to now · one chat was running. What ran before it was noticed is taken back.',
  );
  expect(stripOf(rows.slice(0, 1))).toMatch(/^1 stop to decide · 7:20 in question\./);
});

test('minutes and money side by side, never less than it would cost', () => {
  expect([costWordOf(row()), costOf(row())]).toEqual(['Free, then paid', '02:24 free + 9.87 cr']);
  const paid = row({ cost: { freeMs: 0, units: 88_000_000, debtUnits: 60_000 } });
  expect([costWordOf(paid), costOf(paid)]).toEqual(['More than is left', '07:20 = 14.67 cr']);
  expect(costWordOf(row({ cost: null }))).toBe('Not known yet');
  expect(costWordOf(row({ cost: { freeMs: 0, units: 0, debtUnits: 0 } }))).toBe('No charge');
});

test('minutes may be typed as minutes, decimals, or minutes and seconds; anything else asks for all', () => {
  const lengthOf = (minutes: string) => decisionOf(row(), { choice: 'askToCount', minutes }, '').lengthMs;
  expect(['3', '3.5', '3,5', '3:30', '', 'x', '1:2:3', '0', '-2', '99'].map(lengthOf)).toEqual([
    180_000,
    210_000,
    210_000,
    210_000,
    ...Array<undefined>(6).fill(undefined),
  ]);
  expect(decisionOf(row(), { choice: 'askToCount', minutes: '' }, ' phone ')).toMatchObject({
    reason: 'phone',
  });
  expect(decisionOf(row(), { choice: 'notCounted', minutes: '3' }, 'x')).toEqual({
    id: 's1',
    choice: 'notCounted',
  });
});
