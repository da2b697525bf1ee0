import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDeviceClock, type DeviceClock } from '../../electron/clock.ts';
import { openOutbox, type Outbox } from '../../electron/outbox/outbox.ts';
import { createRowIds } from '../../electron/row-ids.ts';
import { nodeSchedule } from '../../electron/schedule.ts';
import { createAllowances } from '../../electron/timers/allowances.ts';
import { ChatTimerManager } from '../../electron/timers/chat-timer-manager.ts';
import { createProjections } from '../../electron/timers/projections.ts';
import type { StoppedAway } from '../../electron/timers/proof-of-life.ts';
import type { TimeSegment } from '../../shared/rows.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;
const SLEPT = 440_000;

let folder: string;
let outbox: Outbox;
let manager: ChatTimerManager;
let clock: DeviceClock;
let stopped: StoppedAway[];
/** As Linux has them: one clock that stands still in suspend, one that goes on, and a wall clock that anybody may set. */
let awakeMs: number;
let uptimeMs: number;
let wallMs: number;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'chatclock-sleep-'));
  outbox = await openOutbox(path.join(folder, 'outbox.jsonl'), 'test');
  [awakeMs, uptimeMs, wallMs] = [5_000_000, 5_000_400, 1_700_000_000_000];
  clock = createDeviceClock(folder, {
    bootId: 'boot',
    awakeMs: () => awakeMs,
    uptimeMs: () => uptimeMs,
    wallMs: () => wallMs,
  });
  manager = new ChatTimerManager({
    ...{ schedule: nodeSchedule, clock, outbox, deviceId: 'd1', newRowId: createRowIds('d1') },
    ...{ projections: createProjections('lea'), allowances: createAllowances(null) },
    leaseEndsMs: () => null,
    knownSeq: () => 0,
    serverNowMs: () => clock.monoMs() + 1_000_000,
    previousChatInPair: () => 'run',
    idleAfterMs: () => 5 * 60 * SECOND,
    onSaveFailed(error) {
      throw error;
    },
  });
  stopped = [];
  manager.stoppedAway$.subscribe((one) => stopped.push(one));
  manager.start({ type: 'chat', id: 'c1', userId: 'mara', advisorId: 'lea', openedAtMs: 1 });
});
afterEach(async () => {
  await manager.stop();
  await outbox.close();
  await rm(folder, { recursive: true, force: true });
});

function pass(seconds: number): void {
  for (let n = 0; n < seconds; n += 1) {
    awakeMs += SECOND;
    uptimeMs += SECOND;
    wallMs += SECOND;
    manager.tick();
  }
}

async function segments(): Promise<TimeSegment[]> {
  for (let turn = 0; turn < 20; turn += 1) await outbox.beat([['none', 0]]);
  return outbox.waiting().filter((row): row is TimeSegment => row.type === 'timeSegment');
}

test('sleep that nobody announces, on a clock that stands still in it, is seen by the difference of the two clocks', async () => {
  pass(90);
  uptimeMs += SLEPT;
  wallMs += SLEPT;
  pass(2);
  const [segment] = await segments();
  expect(segment).toMatchObject({ closed: true, closeReason: 'tickGap' });
  // To the last tick of which the clocks were one; what ticked before the difference was seen was awake.
  expect(segment!.elapsedMs).toBeGreaterThanOrEqual(90 * SECOND);
  expect(segment!.elapsedMs).toBeLessThanOrEqual(92 * SECOND);
  expect(stopped).toMatchObject([{ by: 'sleep', segmentId: segment!.id }]);
});

test('a wall clock set back and forward by hours is no sleep and no idleness', async () => {
  for (const hours of [-5, 30, -9, -24]) {
    wallMs += hours * HOUR;
    pass(60);
    manager.activity('c1');
  }
  expect(stopped).toEqual([]);
  manager.pause('c1');
  expect((await segments())[0]).toMatchObject({ elapsedMs: 240 * SECOND, closeReason: 'paused' });
});

test('the idle stop lies at its millisecond, however late the tick', async () => {
  pass(295);
  awakeMs += 9_333;
  uptimeMs += 9_333;
  manager.tick();
  expect((await segments())[0]).toMatchObject({ elapsedMs: 300 * SECOND, closeReason: 'idle' });
});
