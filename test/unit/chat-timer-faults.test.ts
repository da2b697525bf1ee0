import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOutbox, type Outbox } from '../../electron/outbox/outbox.ts';
import { createRowIds } from '../../electron/row-ids.ts';
import { nodeSchedule } from '../../electron/schedule.ts';
import { ChatTimerManager } from '../../electron/timers/chat-timer-manager.ts';
import { createAllowances } from '../../electron/timers/allowances.ts';
import { createProjections, type Projections } from '../../electron/timers/projections.ts';
import { countDown, stretchesOf } from '../../shared/countdown.ts';
import { AppError } from '../../shared/errors.ts';
import type { Chat, StopMark, TimeSegment, UserProjection } from '../../shared/rows.ts';

const START_MS = 1_000_000;
const SERVER_MS = 1_700_000_000_000;
const MINUTE = 60_000;

let folder: string;
let outbox: Outbox;
let manager: ChatTimerManager;
let projections: Projections;
/** The boot's clock, ms, and what the device adds to it for the server's now. */
let monoMs: number;
let offsetMs: number;
let previousChatInPair: 'stop' | 'run';
let isDiskFull: boolean;
let failures: unknown[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'chatclock-timers-'));
  outbox = await openOutbox(path.join(folder, 'outbox.jsonl'), 'test');
  projections = createProjections('lea');
  monoMs = START_MS;
  offsetMs = SERVER_MS - START_MS;
  previousChatInPair = 'stop';
  isDiskFull = false;
  failures = [];
  manager = new ChatTimerManager({
    schedule: nodeSchedule,
    clock: { monoMs: () => monoMs, wallMs: () => SERVER_MS + (monoMs - START_MS), bootId: 'boot' },
    outbox: {
      put: (rows) => (isDiskFull ? Promise.reject(new AppError('diskFull')) : outbox.put(rows)),
      beat: (running) => (isDiskFull ? Promise.reject(new AppError('diskFull')) : outbox.beat(running)),
      holdEnd: (row) => (isDiskFull ? Promise.reject(new AppError('diskFull')) : outbox.holdEnd(row)),
      dropEnd: (chatId) => (isDiskFull ? Promise.reject(new AppError('diskFull')) : outbox.dropEnd(chatId)),
    },
    projections,
    allowances: createAllowances(null),
    leaseEndsMs: () => null,
    newRowId: createRowIds('d1'),
    deviceId: 'd1',
    knownSeq: () => 7,
    serverNowMs: () => monoMs + offsetMs,
    previousChatInPair: () => previousChatInPair,
    onSaveFailed: (error) => void failures.push(error),
  });
});
afterEach(async () => {
  isDiskFull = false;
  await manager.stop();
  await outbox.close();
  await rm(folder, { recursive: true, force: true });
});

const chat = (id: string, userId = 'mara'): Chat => ({
  type: 'chat',
  id,
  userId,
  advisorId: 'lea',
  openedAtMs: SERVER_MS,
});
const serverNow = () => monoMs + offsetMs;

function projection(chats: string[], parts: Partial<UserProjection> = {}): UserProjection {
  return {
    type: 'userProjection',
    id: 'lea:mara',
    userId: 'mara',
    advisorId: 'lea',
    stateSeq: 1,
    asOfMs: serverNow(),
    balanceUnits: 200 * 10 * MINUTE,
    reservedUnits: 0,
    creditedMinor: 2_000,
    othersBurnUnitsPerMs: 0,
    freeGrantedMs: 0,
    freeLeftMs: 0,
    ratePerMinuteMinor: 200,
    chats: chats.map((chatId) => ({ chatId, trackedMs: 0, freeMs: 0, paidMs: 0, ratePerMinuteMinor: 200 })),
    foldVersion: 1,
    ...parts,
  };
}

/** Lets time pass tick by tick, as the shared ticker does. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 1_000) {
    monoMs += Math.min(1_000, left);
    manager.tick();
  }
}

/** Lets pending appends reach the disk. */
async function saved(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await outbox.beat([['none', 0]]);
}

async function segments(): Promise<TimeSegment[]> {
  await saved();
  return outbox.waiting().filter((row): row is TimeSegment => row.type === 'timeSegment');
}

async function marks(): Promise<StopMark[]> {
  await saved();
  return outbox.waiting().filter((row): row is StopMark => row.type === 'stopMark');
}

const phase = (chatId: string) => manager.timerOf(chatId)?.timer.phase;

test('starting twice is starting once', async () => {
  manager.start(chat('c1'));
  pass(1_000);
  manager.start(chat('c1'));
  expect(await segments()).toHaveLength(1);
});

test('a chat of the pair that runs on another device is marked too, under run nothing is', async () => {
  const elsewhere = projection(['c1']);
  elsewhere.chats[0] = { ...elsewhere.chats[0]!, runningOnDeviceId: 'd2', confirmedUntilMs: serverNow() };
  projections.take([elsewhere]);
  manager.start(chat('c2', 'mara'));
  expect((await marks()).map((mark) => mark.chatId)).toEqual(['c1']);
  previousChatInPair = 'run';
  manager.start(chat('c3', 'mara'));
  expect([phase('c2'), phase('c3')]).toEqual(['running', 'running']);
  expect(await marks()).toHaveLength(1);
});

test('a gap of more than two beats closes at the last tick; a sign of life opens a new segment', async () => {
  manager.start(chat('c1'));
  pass(4_000);
  monoMs += 60_000;
  manager.tick();
  expect(phase('c1')).toBe('gapped');
  expect((await segments())[0]).toMatchObject({ elapsedMs: 4_000, closed: true, closeReason: 'tickGap' });
  pass(5_000);
  manager.activity('c1');
  expect(phase('c1')).toBe('running');
  expect((await segments())[1]).toMatchObject({ elapsedMs: 0, closed: false });
});

test('sleep closes what runs, and hearing of it twice does no harm', async () => {
  manager.start(chat('c1'));
  pass(2_000);
  manager.suspend();
  manager.suspend();
  monoMs += 3_600_000;
  manager.tick();
  expect((await segments()).map((one) => [one.elapsedMs, one.closeReason])).toEqual([[2_000, 'suspended']]);
});

test('a paid chat ends at the very millisecond at which its credits do, without a stopMark', async () => {
  projections.take([projection(['c1'], { balanceUnits: 200 * 2_500 })]);
  manager.start(chat('c1'));
  pass(5_000);
  expect(phase('c1')).toBe('exhausted');
  expect((await segments())[0]).toMatchObject({ elapsedMs: 2_500, closed: true, closeReason: 'exhausted' });
  expect(await marks()).toEqual([]);
});

test('free time runs first, and a chat without a price never ends by itself', async () => {
  projections.take([
    projection(['c1'], { balanceUnits: 200 * 1_000, freeLeftMs: 2_000, freeGrantedMs: 2_000 }),
  ]);
  projections.take([
    { ...projection([]), id: 'lea:jonas', userId: 'jonas', balanceUnits: 0, ratePerMinuteMinor: 0 },
  ]);
  manager.start(chat('c1'));
  manager.start(chat('j1', 'jonas'));
  pass(20_000);
  expect([phase('c1'), phase('j1')]).toEqual(['exhausted', 'running']);
  expect((await segments()).find((one) => one.chatId === 'c1')).toMatchObject({ elapsedMs: 3_000 });
});

test('a top-up within three minutes resumes, once; what others leave over when they are settled does not use that up', async () => {
  projections.take([projection(['c1'], { balanceUnits: 200 * 2_000 })]);
  manager.start(chat('c1'));
  pass(3_000);
  expect(phase('c1')).toBe('exhausted');
  const settled = (stateSeq: number, balanceUnits: number, creditedMinor = 2_000) => {
    const next = projection(['c1'], { stateSeq, balanceUnits, creditedMinor });
    next.chats[0] = { ...next.chats[0]!, trackedMs: 2_000, settledUntilMs: SERVER_MS + 2_000 };
    projections.take([next]);
  };
  settled(2, 200 * 4);
  settled(3, 200 * 1_400);
  expect(phase('c1')).toBe('exhausted');
  pass(60_000);
  settled(4, 200 * 5_000, 2_010);
  expect(phase('c1')).toBe('running');
  // An older state changes nothing.
  settled(2, 0);
  expect(phase('c1')).toBe('running');
});

test('after three minutes a top-up waits for the advisor', () => {
  projections.take([projection(['c1'], { balanceUnits: 200 * 1_000 })]);
  manager.start(chat('c1'));
  pass(3 * MINUTE + 5_000);
  projections.take([projection(['c1'], { stateSeq: 2 })]);
  expect(phase('c1')).toBe('exhausted');
});

test('ending stops time now and is sent after eight seconds; until then it can be undone', async () => {
  manager.start(chat('c1'));
  pass(2_000);
  manager.end(chat('c1'));
  pass(5_000);
  manager.undoEnd('c1');
  pass(10_000);
  await saved();
  expect(phase('c1')).toBe('running');
  expect(outbox.waiting().filter((row) => row.type === 'chatEnd')).toEqual([]);
  const endedAtMonoMs = monoMs;
  manager.end(chat('c1'));
  pass(9_000);
  await saved();
  expect(outbox.waiting().filter((row) => row.type === 'chatEnd')).toMatchObject([
    { atMonoMs: endedAtMonoMs },
  ]);
  expect(phase('c1')).toBe('ended');
});

test('a chat that the platform ended stops here', async () => {
  projections.take([projection(['c1'])]);
  manager.start(chat('c1'));
  pass(1_000);
  projections.take([projection([], { stateSeq: 2 })]);
  expect(phase('c1')).toBe('ended');
  expect((await segments())[0]).toMatchObject({ closed: true, closeReason: 'ended' });
  expect(await marks()).toEqual([]);
});

test('quitting closes every segment and releases what was about to end', async () => {
  manager.start(chat('c1', 'mara'));
  manager.start(chat('j1', 'jonas'));
  pass(1_000);
  manager.end(chat('j1', 'jonas'));
  pass(1_000);
  await manager.stop();
  expect(outbox.waiting().filter((row) => row.type === 'chatEnd')).toHaveLength(1);
  expect((await segments()).map((one) => [one.chatId, one.closeReason])).toEqual([
    ['c1', 'quit'],
    ['j1', 'ended'],
  ]);
});

test('a wall clock that is a day off moves no countdown when the server’s clock becomes known', () => {
  offsetMs -= 24 * 60 * MINUTE;
  manager.start(chat('c1'));
  pass(10_000);
  offsetMs += 24 * 60 * MINUTE;
  projections.take([projection(['c1'])]);
  const known = projections.of('mara')!;
  const stretches = stretchesOf(known, manager.ownTime.ofChats(new Set(['c1'])), 'd1');
  expect(countDown(known, stretches, serverNow())).toMatchObject({
    balanceUnits: 200 * 10 * MINUTE - 200 * 10_000,
    runningChats: 1,
  });
  pass(1_000);
  expect(phase('c1')).toBe('running');
});

test('what a full disk refused is written when there is room again, to the millisecond', async () => {
  manager.start(chat('c1'));
  pass(2_000);
  await saved();
  isDiskFull = true;
  pass(1_000);
  manager.pause('c1');
  await saved();
  pass(7_000);
  expect(failures.length).toBeGreaterThan(0);
  expect(manager.isAllSaved()).toBe(false);
  isDiskFull = false;
  await saved();
  pass(2_000);
  expect((await segments()).map((one) => [one.elapsedMs, one.closed, one.closeReason])).toEqual([
    [3_000, true, 'paused'],
  ]);
  expect(await marks()).toHaveLength(1);
  expect(manager.isAllSaved()).toBe(true);
});

test('a crash leaves at most one beat behind', async () => {
  manager.start(chat('c1'));
  pass(23_400);
  await saved();
  const again = await openOutbox(path.join(folder, 'outbox.jsonl'), 'after');
  const [crashed] = again.waiting().filter((row): row is TimeSegment => row.type === 'timeSegment');
  expect(crashed).toMatchObject({ closed: true, closeReason: 'crashed' });
  expect(23_400 - crashed!.elapsedMs).toBeLessThanOrEqual(5_000);
  await again.close();
});
