import { expect, test } from 'vitest';
import {
  differenceOf,
  findReceipts,
  reasonOf,
  receiptSentence,
  RECEIPT_TITLES,
} from '../../renderer/words/receipts.ts';
import { receiptKindSchema, receiptSchema, type Receipt } from '../../shared/receipts.ts';
import { quarantineReasonSchema } from '../../shared/rows.ts';

const AT = new Date(2026, 10, 20, 12, 44).getTime();
const receipt = (more: Partial<Receipt> = {}): Receipt =>
  receiptSchema.parse({
    ...{ id: 'r1', chatId: 'c1', userId: 'mara', clientName: 'Mara Lindt', atMs: AT, kind: 'clamped' },
    ...{ fromMs: AT - 250_000, untilMs: AT, shownMs: 250_000, confirmedMs: 220_000 },
    ...{ shownUnits: 50_000_000, confirmedUnits: 44_000_000, isSeen: false, ...more },
  });

test('the difference says minutes confirmed, minutes not covered, and credits', () => {
  expect(differenceOf(receipt(), 'en')).toBe('03:40 confirmed · 00:30 not covered · 1.00 cr less');
  expect(differenceOf(receipt({ confirmedMs: 250_000, confirmedUnits: 56_000_000 }), 'en')).toBe(
    '04:10 confirmed · 1.00 cr more',
  );
  expect(differenceOf(receipt({ confirmedMs: 249_500, confirmedUnits: 50_000_000 }), 'en')).toBe(
    '04:09 confirmed',
  );
});

test('every kind has a title and one reason that ends as a sentence', () => {
  for (const kind of receiptKindSchema.options) {
    expect(RECEIPT_TITLES[kind]).not.toBe('');
    expect(reasonOf(receipt({ kind }))).toMatch(/^[A-Z].*\.$/u);
  }
});

test('every reason to wait for a ruling has words of its own', () => {
  const words = quarantineReasonSchema.options.map((reason) =>
    reasonOf(receipt({ kind: 'quarantined', reason })),
  );
  expect(new Set(words).size).toBe(quarantineReasonSchema.options.length);
});

test('a take-over names the device and the minute', () => {
  const one = receipt({ kind: 'takenOver', deviceName: 'Desktop', confirmedMs: 250_000 });
  expect(reasonOf(one, 'en')).toContain('Taken over by Desktop at 12:44.');
  expect(reasonOf({ ...one, deviceName: undefined } as unknown as Receipt)).toContain('another device');
});

test('a resume says nothing of a difference', () => {
  expect(receiptSentence(receipt({ kind: 'resumed' }))).not.toContain('confirmed');
});

test('receipts are found by client, chat and reason, newest first', () => {
  const receipts = [
    receipt(),
    receipt({ id: 'r2', kind: 'unfunded', clientName: 'Tom Kern', chatId: 'c2', atMs: AT + 1 }),
  ];
  const chatName = (chatId: string) => (chatId === 'c2' ? 'Tarot #812' : 'Coaching #815');
  const ids = (query: string) => findReceipts(receipts, query, chatName).map((one) => one.id);
  expect(ids('')).toEqual(['r2', 'r1']);
  expect(ids('mara')).toEqual(['r1']);
  expect(ids('#812 tom')).toEqual(['r2']);
  expect(ids('allowance')).toEqual(['r2']);
  expect(ids('mara allowance')).toEqual([]);
});
