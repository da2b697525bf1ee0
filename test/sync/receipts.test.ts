/** Receipts on a real core, from the timers' rows to the sentence: what ran beside, what is paid after all, what went on by itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openReceipts, type Receipts } from '../../electron/receipts/receipts.ts';
import { isPulledRow, toDocument } from '../../renderer/database/documents.ts';
import { openDatabase, type LocalDatabase } from '../../renderer/database/local-database.ts';
import { readEvidence } from '../../renderer/records/receipt-evidence.ts';
import { applyDocuments } from '../../renderer/replication/apply-documents.ts';
import { differenceOf, reasonOf } from '../../renderer/words/receipts.ts';
import {
  chat,
  createScene,
  memberActor,
  pullAll,
  seed,
  SERVER,
  T0,
  type CoreScene,
  type MemberActor,
} from '../support/core-scene.ts';
import { createDisk, loadFreshRxdb, type FreshRxdb } from '../support/fresh-rxdb.ts';
import { createLiveWorld, type LiveDevice, type LiveWorld } from '../support/live-device.ts';
import { memoryGenerations } from '../support/memory-generations.ts';

/** Emma has 100.00 credits and 10 min free with lea; lea takes 2.00 a minute. */
const CHAT_1 = chat('chat-1', 'emma', 'lea');
const CHAT_2 = chat('chat-2', 'emma', 'lea');
const MINUTE = 60_000;
const LAPTOP = memberActor('lea', 'laptop');
const DESKTOP = memberActor('lea', 'desktop');
const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-receipts-'));
let rxdb: FreshRxdb;
let scene: CoreScene;
let world: LiveWorld;
const open: { close(): Promise<unknown> }[] = [];
let made = 0;

beforeAll(() => {
  rxdb = loadFreshRxdb();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  scene = await createScene();
  await seed(scene.core);
  world = createLiveWorld(scene);
});
afterEach(async () => {
  await world.stop();
  for (const one of open.splice(0)) await one.close();
  await scene.stop();
});

async function start(actor: MemberActor): Promise<{ live: LiveDevice; receipts: Receipts }> {
  const live = await world.start(actor);
  const { outbox, projections, timers, beat } = live.device;
  const clock = { bootId: 'boot-1', monoMs: () => scene.clock.ms - T0, wallMs: () => scene.clock.ms };
  const receipts = await openReceipts({
    ...{ file: path.join(folder, `${actor.deviceId}-${(made += 1)}.jsonl`), deviceId: actor.deviceId, clock },
    ...{ outbox, projections, timers, serverNowMs: beat.serverNowMs },
    onSaveFailed(error) {
      throw error;
    },
  });
  open.push(receipts);
  return { live, receipts };
}

/** What the desk does when main wants a chat's rows: its replica, as far as the server has it, is read and handed over. */
async function confirm(actor: MemberActor, receipts: Receipts, chatId: string): Promise<void> {
  const { database } = await openDatabase(`d-${actor.deviceId}-${(made += 1)}`, {
    ...{ mayRebuild: false, generations: memoryGenerations(), multiInstance: false },
    ...{ storage: rxdb.storageOn(createDisk()), create: rxdb.create },
  });
  open.push(database);
  await pullInto(database, actor);
  const evidence = await readEvidence(database, chatId, { isSettled: true, nowMs: scene.clock.ms });
  await receipts.take(evidence!);
}

async function pullInto(database: LocalDatabase, actor: MemberActor): Promise<void> {
  const { rows, seqs } = await pullAll(scene.core, actor);
  const documents = rows.flatMap((row, at) => (isPulledRow(row) ? [toDocument(row, seqs[at]!)] : []));
  await applyDocuments(database, documents, () => Promise.resolve());
}

test('a chat of the pair that ran unknown on another device is said to have run beside, and both are charged', async () => {
  const laptop = await start(LAPTOP);
  const desktop = await start(DESKTOP);
  for (const { live } of [laptop, desktop]) live.device.setPreviousChatInPair('stop');
  await world.pass(6_000);
  desktop.live.cut(true);
  laptop.live.open(CHAT_1);
  await world.pass(10_000);
  desktop.live.open(CHAT_2);
  await world.pass(20_000);
  laptop.live.device.timers.pause('chat-1');
  desktop.live.device.timers.pause('chat-2');
  desktop.live.cut(false);
  await world.pass(10_000);
  await confirm(LAPTOP, laptop.receipts, 'chat-1');
  const [receipt] = laptop.receipts.list();
  expect(receipt).toMatchObject({ kind: 'ranBeside', chatId: 'chat-1', clientName: 'Emma' });
  // Offline, the desktop ran to the end of its lease: that long the two ran at once.
  const ranMs = desktop.live.segments().reduce((sum, one) => sum + one.elapsedMs, 0);
  expect([receipt!.shownMs, receipt!.confirmedMs]).toEqual([ranMs, ranMs]);
  expect(ranMs).toBeGreaterThan(5_000);
  expect(reasonOf(receipt!)).toMatch(/both/i);
});

test('the same minutes are paid after all when another device used the free time: minutes stay, credits are said', async () => {
  const laptop = await start(LAPTOP);
  const desktop = await start(DESKTOP);
  for (const one of [laptop, desktop]) one.receipts.setPreviousChatInPair('run');
  await world.pass(6_000);
  // The desktop runs to the end of its lease, and the laptop shows nearly all of the 10 free minutes as its own.
  desktop.live.cut(true);
  desktop.live.open(CHAT_2);
  laptop.live.open(CHAT_1);
  await world.pass(9 * MINUTE + 55_000);
  laptop.live.device.timers.pause('chat-1');
  await world.pass(1_000);
  expect(laptop.receipts.list()).toEqual([]);
  desktop.live.cut(false);
  await world.pass(10_000);
  await confirm(LAPTOP, laptop.receipts, 'chat-1');
  const [receipt] = laptop.receipts.list();
  expect(receipt).toMatchObject({ kind: 'morePaid', chatId: 'chat-1', shownUnits: 0 });
  expect(receipt!.shownMs).toBe(receipt!.confirmedMs);
  expect(receipt!.confirmedUnits).toBeGreaterThan(0);
  expect(differenceOf(receipt!)).toContain('cr');
});

test('a clock that went on by itself after a top-up says so once, at the instant it went on', async () => {
  await scene.core.write(SERVER, [
    { type: 'debit', id: 'most', userId: 'emma', amountMinor: 9_980, atMs: scene.clock.ms },
  ]);
  const laptop = await start(LAPTOP);
  await world.pass(100);
  laptop.live.open(CHAT_1);
  await world.pass(10 * MINUTE + 7_000);
  expect(laptop.live.phase('chat-1')).toBe('exhausted');
  await scene.core.write(SERVER, [
    { type: 'topUp', id: 'more', userId: 'emma', amountMinor: 20, atMs: scene.clock.ms },
  ]);
  const toppedUpMs = scene.clock.ms;
  await world.pass(5_000);
  expect(laptop.live.phase('chat-1')).toBe('running');
  const resumed = laptop.receipts.list().filter(({ kind }) => kind === 'resumed');
  expect(resumed).toHaveLength(1);
  expect(resumed[0]).toMatchObject({ chatId: 'chat-1', userId: 'emma' });
  expect(Math.abs(resumed[0]!.atMs - toppedUpMs)).toBeLessThan(2_000);
});
