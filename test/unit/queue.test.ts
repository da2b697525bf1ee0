/** What the queue's page shows, and the facts file of refused rows. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nodeDisk, type Disk } from '../../electron/outbox/disk.ts';
import { openOutbox } from '../../electron/outbox/outbox.ts';
import { exportRefusedFacts } from '../../electron/outbox/outbox-export.ts';
import { createOutboxPages, OUTBOX_PAGE_ROWS } from '../../electron/outbox/outbox-pages.ts';
import { groupQueue } from '../../shared/queue.ts';
import type { DeviceRow } from '../../shared/rows.ts';
import { settle } from '../../sync-server/settle.ts';
import { messageRow } from '../support/replicator-scene.ts';
import { sampleRow } from '../support/sample-rows.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'chatclock-queue-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('what waits is told by chat: pieces of time and their length, the unfunded part, messages, the rest', () => {
  const rows: DeviceRow[] = [
    sampleRow('timeSegment', { id: 's1', chatId: 'c1', elapsedMs: 60_000, startedAtMs: 2_000 }),
    sampleRow('timeSegment', { id: 's2', chatId: 'c1', elapsedMs: 5_000, funding: 'unfunded' }),
    sampleRow('message', { id: 'm1', chatId: 'c2', atMs: 7 }),
    sampleRow('message', { id: 'm2', chatId: 'c1', atMs: 1_000 }),
    sampleRow('conversationTimeRecord', { id: 'c2' }),
    sampleRow('stopMark', { id: 'p1', chatId: 'c1', atMs: 9_000 }),
  ];
  expect(groupQueue(rows)).toEqual([
    {
      ...{ chatId: 'c1', rows: 4, segments: 2, timeMs: 65_000, unfundedMs: 5_000, messages: 1, notes: 0 },
      ...{ others: 1, sinceMs: 1_000 },
    },
    {
      ...{ chatId: 'c2', rows: 2, segments: 0, timeMs: 0, unfundedMs: 0, messages: 1, notes: 0 },
      ...{ others: 1, sinceMs: 7 },
    },
  ]);
});

test('the pages of an outbox are of one moment, whatever is answered meanwhile', () => {
  let waiting = Array.from({ length: 2 * OUTBOX_PAGE_ROWS + 3 }, (_, n) => messageRow(n));
  const read = createOutboxPages(() => waiting);
  const ids: string[] = [];
  for (let from: number | null = 0; from !== null;) {
    const page = read(from);
    ids.push(...page.rows.map((row) => row.id));
    from = page.nextFrom;
    waiting = waiting.slice(500);
  }
  expect(ids).toEqual(Array.from({ length: 2 * OUTBOX_PAGE_ROWS + 3 }, (_, n) => `m${n}`));
});

test('refused rows are exported as a facts file that settle reads without leaving a line out', async () => {
  const folder = await temporaryFolder();
  const chat = sampleRow('chat', { id: 'c1', openedAtMs: 1_000 });
  const cut = sampleRow('timeSegment', { id: 's9', chatId: 'c1', startedAtMs: 500_000, elapsedMs: 9_000 });
  const refused: DeviceRow[] = [
    sampleRow('timeSegment', { id: 's1', chatId: 'c1', startedAtMs: 2_000, elapsedMs: 60_000 }),
    sampleRow('trimMark', {
      id: 't1',
      chatId: 'c1',
      segmentId: 's9',
      deviceId: cut.deviceId,
      elapsedMs: 4_000,
    }),
    sampleRow('stopMark', { id: 'p1', chatId: 'c1', atMs: 62_000 }),
    sampleRow('message', { id: 'm1', chatId: 'c1' }),
    sampleRow('conversationTimeRecord', { id: 'c1' }),
    sampleRow('chat', { id: 'c2', openedAtMs: 5 }),
    sampleRow('message', { id: 'm2', chatId: 'c2' }),
  ];
  const { file, rows } = await exportRefusedFacts(
    { refused: () => refused.map((row) => ({ row, code: 'notAllowed', atMs: 99 })) },
    [chat, cut, sampleRow('chat', { id: 'c3' })],
    folder,
    0,
  );
  expect(rows).toBe(refused.length);
  const { stdout, stderr, exitStatus } = await settle([file]);
  expect([stderr, exitStatus]).toEqual(['', 0]);
  const settled = JSON.parse(stdout) as { chats: { chatId: string; trackedMs: number }[] };
  expect(settled.chats.map(({ chatId, trackedMs }) => [chatId, trackedMs])).toEqual([
    ['c1', 64_000],
    ['c2', 0],
  ]);
});

test('an outbox of many megabytes is not rewritten with every line', async () => {
  const folder = await temporaryFolder();
  let rewrites = 0;
  const disk: Disk = {
    ...nodeDisk,
    rename(from, to) {
      rewrites++;
      return nodeDisk.rename(from, to);
    },
  };
  const outbox = await openOutbox(path.join(folder, 'outbox.jsonl'), 'test', disk);
  const text = 'x'.repeat(10_000);
  await outbox.put(Array.from({ length: 600 }, (_, n) => ({ ...messageRow(n), text }) as DeviceRow)); // 6 MB
  for (let n = 0; n < 20; n++) await outbox.put([messageRow(1_000 + n)]);
  expect(rewrites).toBeLessThanOrEqual(1);
  await outbox.close();
});

test('all refused rows can be tried again at once', async () => {
  const folder = await temporaryFolder();
  const outbox = await openOutbox(path.join(folder, 'outbox.jsonl'), 'test');
  await outbox.put([messageRow(1), messageRow(2), messageRow(3)]);
  const refuse = (id: string) => ({ verdict: 'refused', id, type: 'message', code: 'notAllowed' }) as const;
  await outbox.acknowledge([refuse('m1'), refuse('m3')], 5);
  expect(outbox.counts()).toEqual({ waiting: 1, refused: 2 });
  expect(await outbox.retryAllRefused()).toBe(2);
  expect(outbox.counts()).toEqual({ waiting: 3, refused: 0 });
  await outbox.close();
});
