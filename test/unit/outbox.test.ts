import { appendFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOutbox } from '../../electron/outbox/outbox.ts';
import type { DeviceRow, TimeSegment } from '../../shared/rows.ts';
import type { PushAnswer } from '../../shared/wire.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'chatclock-outbox-'));
  file = path.join(folder, 'outbox.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const segment = (parts: Partial<TimeSegment> = {}): TimeSegment => ({
  type: 'timeSegment',
  id: 'd1.n.1',
  chatId: 'c1',
  deviceId: 'd1',
  bootId: 'b1',
  knownSeq: 0,
  startedAtMonoMs: 1_000,
  startedAtMs: 1_700_000_000_000,
  elapsedMs: 0,
  closed: false,
  source: 'timer',
  funding: 'funded',
  ...parts,
});
const message = (n: number): DeviceRow => ({
  type: 'message',
  id: `m${n}`,
  chatId: 'c1',
  from: 'advisor',
  deviceId: 'd1',
  text: `message ${n}`,
  atMs: n,
});
const stored = (
  row: DeviceRow,
  parts: Partial<Extract<PushAnswer, { verdict: 'stored' }>> = {},
): PushAnswer => ({
  verdict: 'stored',
  id: row.id,
  type: row.type,
  seq: 7,
  code: 'accepted',
  ...parts,
});
const open = () => openOutbox(file, 'test');

test('what was saved is there after a restart, in its order', async () => {
  const first = await open();
  await Promise.all([first.put([message(1)]), first.put([message(2)]), first.put([message(3)])]);
  // No close: as after kill -9.
  const second = await open();
  expect(second.waiting().map((row) => row.id)).toEqual(['m1', 'm2', 'm3']);
  await first.close();
});

test('a row leaves only by an answer that covers what is held of it', async () => {
  const outbox = await open();
  const grown = segment({ elapsedMs: 9_000, closed: true, closeReason: 'paused' });
  await outbox.put([segment({ elapsedMs: 4_000 })]);
  await outbox.put([grown]);
  await outbox.acknowledge([stored(grown, { elapsedMs: 4_000, closed: false })], 0);
  await outbox.acknowledge([stored(grown)], 0);
  await outbox.acknowledge([stored(grown, { elapsedMs: 9_000, closed: false })], 0);
  expect(outbox.waiting()).toEqual([grown]);
  await outbox.acknowledge([stored(grown, { elapsedMs: 9_000, closed: true })], 0);
  expect(outbox.waiting()).toEqual([]);
  await outbox.close();
});

test('a row that grows while its answer is being written stays', async () => {
  const outbox = await open();
  await outbox.put([segment({ elapsedMs: 4_000 })]);
  const growing = outbox.put([segment({ elapsedMs: 6_000, closed: true, closeReason: 'paused' })]);
  await Promise.all([
    growing,
    outbox.acknowledge([stored(segment(), { elapsedMs: 4_000, closed: false })], 0),
  ]);
  expect(outbox.waiting()).toMatchObject([{ elapsedMs: 6_000, closed: true }]);
  await outbox.close();
  expect((await open()).waiting()).toMatchObject([{ elapsedMs: 6_000, closed: true }]);
});

test('a crash closes an open segment at its last beat, also when its start was already at the server', async () => {
  const outbox = await open();
  await outbox.put([segment()]);
  await outbox.acknowledge([stored(segment(), { elapsedMs: 0, closed: false })], 0);
  await outbox.beat([['d1.n.1', 5_000]]);
  await outbox.beat([['d1.n.1', 10_000]]);
  const after = await open();
  expect(after.waiting()).toMatchObject([
    { id: 'd1.n.1', elapsedMs: 10_000, closed: true, closeReason: 'crashed' },
  ]);
});

test('closing compacts and keeps waiting, refused and open rows and held ends', async () => {
  const outbox = await open();
  await outbox.put([message(1), message(2), segment()]);
  await outbox.beat([['d1.n.1', 5_000]]);
  await outbox.acknowledge([{ verdict: 'refused', id: 'm1', type: 'message', code: 'unknownReference' }], 99);
  await outbox.holdEnd({ type: 'chatEnd', id: 'e1', chatId: 'c9', atMs: 5 });
  await outbox.close();
  const after = await open();
  expect(after.refused()).toMatchObject([{ code: 'unknownReference', atMs: 99, row: { id: 'm1' } }]);
  expect(
    after
      .waiting()
      .map((row) => row.id)
      .sort(),
  ).toEqual(['d1.n.1', 'e1', 'm2']);
  await after.retryRefused('m1');
  expect(after.waiting().map((row) => row.id)).toContain('m1');
  await after.close();
});

test('a torn tail is set aside under a name and everything before it is kept', async () => {
  const outbox = await open();
  await outbox.put([message(1), message(2)]);
  await outbox.close();
  await appendFile(file, '{"v":1,"kind":"row","row":{"type":"mess');
  const after = await open();
  expect(after.setAside).toMatchObject({ lines: 1 });
  expect(after.waiting().map((row) => row.id)).toEqual(['m1', 'm2']);
  const aside = (await readdir(folder)).find((name) => name.includes('unreadable'))!;
  expect(await readFile(path.join(folder, aside), 'utf8')).toContain('"mess');
  await after.put([message(3)]);
  expect((await open()).waiting()).toHaveLength(3);
});

test('undoing an end forgets it; an end that nobody undid is sent at the next start', async () => {
  const outbox = await open();
  await outbox.holdEnd({ type: 'chatEnd', id: 'e1', chatId: 'c1', atMs: 5 });
  await outbox.holdEnd({ type: 'chatEnd', id: 'e2', chatId: 'c2', atMs: 6 });
  await outbox.dropEnd('c1');
  expect((await open()).waiting().map((row) => row.id)).toEqual(['e2']);
});
