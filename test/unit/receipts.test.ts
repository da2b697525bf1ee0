/** The receipts of one device: real outbox and journal on a real disk, real timers; time moves because the test moves it. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOutbox, type Outbox } from '../../electron/outbox/outbox.ts';
import { openReceipts, type Receipts } from '../../electron/receipts/receipts.ts';
import { createAllowances } from '../../electron/timers/allowances.ts';
import { ChatTimerManager } from '../../electron/timers/chat-timer-manager.ts';
import { createProjections, type Projections } from '../../electron/timers/projections.ts';
import { FOLD_VERSION } from '../../shared/fold/settlement.ts';
import { evidenceSchema, type Evidence } from '../../shared/receipts.ts';
import type { Chat, ProjectedChat, TimeSegment, UserProjection } from '../../shared/rows.ts';

const AHEAD_MS = 1_700_000_000_000;
const CHAT: Chat = { type: 'chat', id: 'c1', userId: 'mara', advisorId: 'lea', openedAtMs: 1 };
let folder: string;
let monoMs: number;
let device: Awaited<ReturnType<typeof start>>;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-receipts-'));
  monoMs = 10_000;
});
afterEach(async () => {
  await device.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start() {
  const clock = { bootId: 'boot', monoMs: () => monoMs, wallMs: () => AHEAD_MS + monoMs };
  const serverNowMs = () => AHEAD_MS + monoMs;
  const outbox: Outbox = await openOutbox(path.join(folder, 'outbox.jsonl'), 'x');
  const projections: Projections = createProjections('lea');
  let nextId = 0;
  const timers = new ChatTimerManager({
    ...{ clock, outbox, projections, deviceId: 'd1', serverNowMs },
    allowances: createAllowances(null),
    leaseEndsMs: () => null,
    schedule: () => () => undefined,
    newRowId: () => `d1.${monoMs}.${(nextId += 1)}`,
    knownSeq: () => 0,
    previousChatInPair: () => 'stop',
    onSaveFailed: (error) => {
      throw error;
    },
  });
  const receipts: Receipts = await openReceipts({
    ...{ file: path.join(folder, 'receipts.jsonl'), deviceId: 'd1', clock, outbox, projections, timers },
    serverNowMs,
    onSaveFailed: (error) => {
      throw error;
    },
  });
  const wanted: string[] = [];
  receipts.wanted$.subscribe((chatIds) => wanted.push(...chatIds));
  return {
    ...{ outbox, projections, timers, receipts, wanted },
    pass(ms: number) {
      for (let left = ms; left > 0; left -= 1_000) {
        monoMs += Math.min(1_000, left);
        timers.tick();
      }
    },
    /** The server answers for all that waits. */
    async answer() {
      for (const row of outbox.waiting()) {
        const segment = row as TimeSegment;
        await outbox.acknowledge(
          [
            {
              ...{ verdict: 'stored', id: row.id, type: row.type, seq: 1, code: 'admitted' },
              ...{ elapsedMs: segment.elapsedMs, closed: segment.closed },
            },
          ],
          monoMs,
        );
      }
    },
    async stop() {
      await timers.stop();
      await outbox.close();
      await receipts.close();
    },
  };
}

function project(stateSeq: number, more: Partial<UserProjection> = {}, chat: Partial<ProjectedChat> = {}) {
  device.projections.take([
    {
      ...{ type: 'userProjection', id: 'lea:mara', userId: 'mara', advisorId: 'lea', stateSeq },
      ...{ asOfMs: AHEAD_MS + monoMs, balanceUnits: 600_000_000, reservedUnits: 0, creditedMinor: 10_000 },
      ...{ othersBurnUnitsPerMs: 0, freeGrantedMs: 0, freeLeftMs: 0, ratePerMinuteMinor: 200 },
      ...{ foldVersion: FOLD_VERSION, ...more },
      chats: [
        {
          ...{ chatId: 'c1', trackedMs: 0, freeMs: 0, paidMs: 0, costUnits: 0, ratePerMinuteMinor: 200 },
          ...chat,
        },
      ],
    },
  ]);
}

function evidence(segments: TimeSegment[], admittedMs: (segment: TimeSegment) => number): Evidence {
  return evidenceSchema.parse({
    ...{ chatId: 'c1', clientName: 'Mara Lindt', segments, marks: [], markAdmissions: [], totals: null },
    ...{ isSettled: true, beside: [] },
    segmentAdmissions: segments.map((segment) => ({
      ...{ type: 'segmentAdmission', id: `a${segment.id}`, segmentId: segment.id, chatId: 'c1' },
      ...{ code: 'clamped', startMs: AHEAD_MS + segment.startedAtMonoMs, flags: [], pendingMs: 0 },
      admittedElapsedMs: admittedMs(segment),
    })),
  });
}

/** Four minutes of the chat, closed and answered; the rows the replica then holds. */
async function runChat(): Promise<TimeSegment[]> {
  const saved = new Map<string, TimeSegment>();
  const following = device.outbox.rowsSaved$.subscribe((rows) => {
    for (const row of rows) if (row.type === 'timeSegment') saved.set(row.id, row);
  });
  device.timers.start(CHAT);
  device.pass(240_000);
  device.timers.pause('c1');
  await settle();
  await device.answer();
  following.unsubscribe();
  return [...saved.values()];
}

/** Writes are on the disk when the outbox has been asked to do one more. */
async function settle(): Promise<void> {
  await device.outbox.dropEnd('none');
  await device.receipts.markSeen([]);
}

test('what the server did not count becomes one receipt, with what was shown as paid', async () => {
  device = await start();
  project(1);
  const rows = await runChat();
  expect(device.wanted).toContain('c1');
  await device.receipts.take(evidence(rows, (row) => row.elapsedMs - 30_000));
  expect(device.receipts.list()).toMatchObject([
    {
      ...{ kind: 'clamped', clientName: 'Mara Lindt', userId: 'mara', isSeen: false },
      ...{ shownMs: 240_000, confirmedMs: 210_000 },
      ...{ shownUnits: 240_000 * 200, confirmedUnits: 210_000 * 200 },
    },
  ]);
});

test('paid time is remembered over states of the server that came while the chat ran', async () => {
  device = await start();
  project(1, { freeLeftMs: 100_000, freeGrantedMs: 100_000 });
  device.timers.start(CHAT);
  device.pass(120_000);
  await settle();
  project(2, { freeGrantedMs: 100_000 }, { trackedMs: 120_000, settledUntilMs: AHEAD_MS + monoMs });
  device.pass(60_000);
  device.timers.pause('c1');
  await settle();
  const rows = device.outbox.waiting().filter((row) => row.type === 'timeSegment');
  await device.answer();
  await device.receipts.take(evidence(rows, () => 0));
  expect(device.receipts.list()).toMatchObject([{ shownMs: 180_000, shownUnits: 80_000 * 200 }]);
});

test('the same evidence twice makes no second receipt, nor after a restart, nor does a seen one come back', async () => {
  device = await start();
  project(1);
  const rows = await runChat();
  const lost = evidence(rows, (row) => row.elapsedMs - 30_000);
  await device.receipts.take(lost);
  await device.receipts.take(lost);
  expect(device.receipts.list()).toHaveLength(1);
  await device.receipts.markSeen(device.receipts.list().map((one) => one.id));
  await device.stop();
  device = await start();
  project(1);
  await device.receipts.take(lost);
  expect(device.receipts.list()).toMatchObject([{ isSeen: true, shownUnits: 240_000 * 200 }]);
});

test('what ran before a restart is compared after it', async () => {
  device = await start();
  project(1);
  device.timers.start(CHAT);
  device.pass(240_000);
  await settle();
  const rows = device.outbox.waiting().filter((row) => row.type === 'timeSegment');
  await device.stop();
  device = await start();
  project(1);
  await device.answer();
  device.receipts.replicated(7);
  expect(device.wanted).toContain('c1');
  const closed = rows.map((row) => ({ ...row, elapsedMs: 240_000, closed: true }));
  await device.receipts.take(evidence(closed, () => 0));
  expect(device.receipts.list()).toMatchObject([{ confirmedMs: 0, shownMs: 240_000 }]);
});

test('nothing is asked for while the chat runs or rows of it wait, and nothing said before the server settled', async () => {
  device = await start();
  project(1);
  device.timers.start(CHAT);
  device.pass(60_000);
  await settle();
  device.receipts.replicated(1);
  expect(device.wanted).toEqual([]);
  device.timers.pause('c1');
  await settle();
  device.receipts.replicated(2);
  expect(device.wanted).toEqual([]);
  const rows = device.outbox.waiting().filter((row) => row.type === 'timeSegment');
  await device.answer();
  expect(device.wanted).toEqual(['c1']);
  await device.receipts.take({ ...evidence(rows, () => 0), isSettled: false });
  expect(device.receipts.list()).toEqual([]);
  monoMs += 11_000;
  device.receipts.replicated(2);
  expect(device.wanted).toEqual(['c1', 'c1']);
});

test('settled time that shrinks later is looked at again', async () => {
  device = await start();
  project(1);
  const rows = await runChat();
  await device.receipts.take(evidence(rows, (row) => row.elapsedMs));
  device.wanted.length = 0;
  project(2, {}, { trackedMs: 240_000 });
  expect(device.wanted).toEqual([]);
  project(3, {}, { trackedMs: 200_000 });
  expect(device.wanted).toEqual(['c1']);
  await device.receipts.take(evidence(rows, () => 200_000));
  expect(device.receipts.list()).toMatchObject([{ kind: 'clamped', confirmedMs: 200_000 }]);
});

test('a line of a later version is set aside, not lost, and the rest is read', async () => {
  device = await start();
  project(1);
  await device.receipts.take(evidence(await runChat(), () => 0));
  await device.stop();
  appendFileSync(path.join(folder, 'receipts.jsonl'), '{"v":9,"kind":"hologram"}\n');
  device = await start();
  expect(device.receipts.list()).toHaveLength(1);
  const aside = path.join(folder, `receipts.jsonl.unreadable-${AHEAD_MS + monoMs}`);
  expect(readFileSync(aside, 'utf8')).toContain('hologram');
});
