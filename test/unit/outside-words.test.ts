import { expect, test } from 'vitest';
import type { RulingDocument } from '../../renderer/database/documents.ts';
import { stateOfManual } from '../../renderer/records/manual-time.ts';
import { overlapsOf } from '../../renderer/records/outside-overlap.ts';
import {
  formatLength,
  fromFields,
  lookOfManual,
  parseLength,
  toFields,
} from '../../renderer/words/outside.ts';

const MINUTE = 60_000;

test('a length is read as minutes, as hours and minutes, or to the second, and written so that it reads the same', () => {
  const read = ['45', '1:20', '1:20:30', ' 0:05 ', '90'].map(parseLength);
  expect(read).toEqual([45 * MINUTE, 80 * MINUTE, 80.5 * MINUTE, 5 * MINUTE, 90 * MINUTE]);
  for (const wrong of ['', '1:', '1:60', 'an hour', '-5', '1.5', '1:2:3:4'])
    expect(parseLength(wrong)).toBeNull();
  for (const ms of [0, 12 * MINUTE + 30_000, 25 * 60 * MINUTE])
    expect(parseLength(formatLength(ms))).toBe(ms);
});

test('a day and a time go there and back, and what is no instant is none', () => {
  const ms = new Date(2026, 10, 20, 12, 41, 8).getTime();
  const { day, time } = toFields(ms);
  expect([day, time, fromFields(day, time)]).toEqual(['2026-11-20', '12:41:08', ms]);
  expect(fromFields('', '12:41')).toBeNull();
  expect(fromFields('2026-11-20', '')).toBeNull();
});

const segment = { id: 's1', deviceId: 'd1', elapsedMs: 20 * MINUTE, seq: 5 };
const trim = { segmentId: 's1', deviceId: 'd1', elapsedMs: 0 };
const ruling = (seq: number, change: Partial<RulingDocument>): RulingDocument => ({
  ...{ type: 'ruling', id: `r${seq}`, targetId: 's1', action: 'admit', claimedElapsedMs: 20 * MINUTE, seq },
  ...change,
});

test('time by hand waits, is withdrawn by its own device, and is what the latest ruling says', () => {
  expect(stateOfManual({ ...segment, seq: 0 }, [], [])).toEqual({ kind: 'kept' });
  expect(stateOfManual(segment, [], [ruling(9, { targetId: 's2' })])).toEqual({ kind: 'waiting' });
  expect(stateOfManual(segment, [{ ...trim, deviceId: 'd2' }], [])).toEqual({ kind: 'waiting' });
  expect(stateOfManual(segment, [trim], [])).toEqual({ kind: 'withdrawn' });
  const counted = { kind: 'counted', countedMs: 20 * MINUTE, reason: undefined };
  expect(stateOfManual(segment, [trim], [ruling(9, {})])).toEqual(counted);
  const both = [ruling(12, { action: 'void', reason: 'Not on the bill' }), ruling(9, {})];
  expect(stateOfManual(segment, [], both)).toEqual({ kind: 'notCounted', reason: 'Not on the bill' });
  const part = stateOfManual(segment, [], [ruling(9, { action: 'trim', elapsedMs: 5 * MINUTE })]);
  expect(lookOfManual(part, 20 * MINUTE).word).toBe('05:00 counted');
});

test('an overlap is each chat’s own time within the session, two devices on one chat once', () => {
  const run = (chatId: string, from: number, to: number) => ({
    ...{ chatId, startMs: from * MINUTE, endMs: to * MINUTE, isOpen: false },
  });
  const stretches = [run('a', 0, 12), run('a', 8, 15), run('b', 18, 40), run('c', 30, 40)];
  expect(overlapsOf(stretches, 10 * MINUTE, 30 * MINUTE)).toEqual([
    { chatId: 'b', ms: 12 * MINUTE },
    { chatId: 'a', ms: 5 * MINUTE },
  ]);
});
