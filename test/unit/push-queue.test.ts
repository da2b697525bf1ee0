import { expect, test } from 'vitest';
import { createPushQueue } from '../../renderer/replication/push-queue.ts';
import type { DeviceRow } from '../../shared/rows.ts';
import type { PushAnswer } from '../../shared/wire.ts';
import { messageRow, segmentRow } from '../support/replicator-scene.ts';

const MANY_BYTES = 1_000_000;
const stored = (row: DeviceRow, change: Partial<PushAnswer> = {}): PushAnswer =>
  ({
    verdict: 'stored',
    id: row.id,
    type: row.type,
    seq: 1,
    code: 'accepted',
    ...(row.type === 'timeSegment' ? { elapsedMs: row.elapsedMs, closed: row.closed } : {}),
    ...change,
  }) as PushAnswer;
const idsOf = (batch: { rows: DeviceRow[] } | null) => batch?.rows.map((row) => row.id) ?? null;

test('rows leave in the order in which they came, as many as fit', () => {
  const queue = createPushQueue();
  queue.offer([messageRow(1), messageRow(2), messageRow(3)]);
  expect(idsOf(queue.take(2, MANY_BYTES))).toEqual(['m1', 'm2']);
  expect(idsOf(queue.take(200, 1))).toEqual(['m1']);
});

test('copies of a segment that wait become one, the longest', () => {
  const queue = createPushQueue();
  queue.offer([segmentRow(1000, false), segmentRow(5000, true), segmentRow(3000, false)]);
  expect(queue.take(10, MANY_BYTES)!.rows).toEqual([segmentRow(5000, true)]);
});

test('taking drops nothing, and neither does an answer before it was dropped on purpose', () => {
  const queue = createPushQueue();
  queue.offer([messageRow(1)]);
  const batch = queue.take(10, MANY_BYTES)!;
  const matched = queue.match(batch, [stored(messageRow(1))]);
  expect(queue.waiting()).toBe(1);
  queue.drop(matched);
  expect(queue.waiting()).toBe(0);
});

test('what grew while it was under way stays; the answered version never comes again', () => {
  const queue = createPushQueue();
  queue.offer([segmentRow(1000, false)]);
  const batch = queue.take(10, MANY_BYTES)!;
  queue.offer([segmentRow(2000, false)]);
  queue.drop(queue.match(batch, [stored(segmentRow(1000, false))]));
  expect(queue.take(10, MANY_BYTES)!.rows).toEqual([segmentRow(2000, false)]);
  expect(queue.offer([segmentRow(1000, false)])).toBe(false);
});

test('an answered version is not taken again, whoever offers it', () => {
  const queue = createPushQueue();
  queue.offer([messageRow(1)]);
  queue.drop(queue.match(queue.take(10, MANY_BYTES)!, [stored(messageRow(1))]));
  expect(queue.offer([messageRow(1)])).toBe(false);
  expect(queue.take(10, MANY_BYTES)).toBeNull();
});

test('an answer without a length covers no segment: sent twice in all, never a third time', () => {
  const queue = createPushQueue();
  queue.offer([segmentRow(1000, true)]);
  const lengthless = stored(segmentRow(1000, true), { elapsedMs: undefined, closed: undefined });
  let pushes = 0;
  for (let turn = 0; turn < 30; turn++) {
    const batch = queue.take(10, MANY_BYTES);
    if (batch === null) continue;
    pushes++;
    queue.drop(queue.match(batch, [lengthless]));
  }
  expect(pushes).toBe(2);
});

test('a refused row may be offered again, a stored one not', () => {
  const queue = createPushQueue();
  queue.offer([messageRow(1)]);
  const refused: PushAnswer = { verdict: 'refused', id: 'm1', type: 'message', code: 'notAllowed' };
  queue.drop(queue.match(queue.take(10, MANY_BYTES)!, [refused]));
  expect(queue.waiting()).toBe(0);
  expect(queue.offer([messageRow(1)])).toBe(true);
});

test('answers to what was not sent are ignored; a refusal without a readable id counts at its place', () => {
  const queue = createPushQueue();
  queue.offer([messageRow(1), messageRow(2)]);
  const batch = queue.take(10, MANY_BYTES)!;
  expect(queue.match(batch, [stored(messageRow(9))])).toEqual([]);
  const nameless: PushAnswer = { verdict: 'refused', id: '', type: '?', code: 'badInput' };
  expect(
    queue.match(batch, [stored(messageRow(1)), nameless]).map(({ answer }) => [answer.id, answer.verdict]),
  ).toEqual([
    ['m1', 'stored'],
    ['m2', 'refused'],
  ]);
});

test('a row on which the server fails lets the others pass and comes again', () => {
  const queue = createPushQueue();
  queue.offer([messageRow(1), messageRow(2)]);
  queue.postpone(messageRow(1));
  expect(idsOf(queue.take(10, MANY_BYTES))).toEqual(['m2']);
  queue.take(10, MANY_BYTES);
  expect(idsOf(queue.take(10, MANY_BYTES))).toContain('m1');
});
