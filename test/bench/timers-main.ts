/**
 * An Electron main process that runs the product's ChatTimerManager with a real outbox on disk, one client per chat, and
 * takes the live snapshot of all of them every second, as the product does. Measures itself: one JSON line per round on
 * stdout. Bundled and started by timers.ts.
 */
import { app } from 'electron';
import path from 'node:path';
import type { Chat, UserProjection } from '../../shared/rows.ts';
import type { Beat } from '../../electron/beat.ts';
import { createDeviceClock } from '../../electron/clock.ts';
import { takeLiveSnapshot } from '../../electron/live-board.ts';
import { openOutbox } from '../../electron/outbox/outbox.ts';
import { createRowIds } from '../../electron/row-ids.ts';
import { nodeSchedule } from '../../electron/schedule.ts';
import { ChatTimerManager } from '../../electron/timers/chat-timer-manager.ts';
import { createWarnings } from '../../electron/timers/warnings.ts';
import { createAllowances } from '../../electron/timers/allowances.ts';
import { createProjections } from '../../electron/timers/projections.ts';

const { timers, seconds, rounds, folder } = JSON.parse(process.env.BENCH_TIMERS ?? '{}') as {
  timers: number;
  seconds: number;
  rounds: number;
  folder: string;
};

/** What the server would say of the client of chat `n`. */
function projectionOf(n: number, nowMs: number): UserProjection {
  return {
    type: 'userProjection',
    id: `lea:user-${n}`,
    userId: `user-${n}`,
    advisorId: 'lea',
    stateSeq: 1,
    asOfMs: nowMs,
    balanceUnits: 60_000_000_000,
    reservedUnits: 0,
    creditedMinor: 1_000_000,
    othersBurnUnitsPerMs: 0,
    freeGrantedMs: 300_000,
    freeLeftMs: 300_000,
    ratePerMinuteMinor: 200,
    chats: [{ chatId: `chat-${n}`, trackedMs: 0, freeMs: 0, paidMs: 0, ratePerMinuteMinor: 200 }],
    foldVersion: 1,
  };
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const hrtimeMs = () => Number(process.hrtime.bigint()) / 1e6;

/** Processor time of this process while `seconds` pass, ms. */
async function cpuOfOneSpan(): Promise<{ cpuMs: number; spanMs: number }> {
  const from = hrtimeMs();
  const cpu = process.cpuUsage();
  await sleep(seconds * 1000);
  const used = process.cpuUsage(cpu);
  return { cpuMs: (used.user + used.system) / 1000, spanMs: hrtimeMs() - from };
}

async function run(): Promise<void> {
  app.setPath('userData', folder);
  await app.whenReady();
  await sleep(5_000); // What Electron does after its start is not the timers' cost.
  const idle = await cpuOfOneSpan();

  const clock = createDeviceClock(folder);
  const outbox = await openOutbox(path.join(folder, 'outbox.jsonl'), 'bench');
  const projections = createProjections('lea');
  const manager = new ChatTimerManager({
    schedule: nodeSchedule,
    clock,
    outbox,
    projections,
    allowances: createAllowances(null),
    leaseEndsMs: () => null,
    newRowId: createRowIds('device-1'),
    deviceId: 'device-1',
    knownSeq: () => 0,
    serverNowMs: () => clock.wallMs(),
    previousChatInPair: () => 'run',
    onSaveFailed: (error) => {
      throw error;
    },
  });
  const beat: Pick<Beat, 'serverNowMs' | 'isAnchored' | 'isLeaseAlive' | 'connection'> = {
    serverNowMs: () => clock.wallMs(),
    isAnchored: () => true,
    isLeaseAlive: () => true,
    connection: () => ({ phase: 'online', syncedAtMs: clock.wallMs() }),
  };
  const board = {
    clock,
    beat: beat as Beat,
    outbox,
    timers: manager,
    projections,
    warnings: createWarnings(),
    allowances: createAllowances(null),
    deviceId: 'device-1',
    isChatOpen: () => true,
  };
  manager.ticked$.subscribe(() => void takeLiveSnapshot(board));
  projections.take(Array.from({ length: timers }, (_, n) => projectionOf(n, clock.wallMs())));
  manager.startTicker();

  for (let n = 0; n < timers; n += 1) {
    const chat: Chat = {
      type: 'chat',
      id: `chat-${n}`,
      userId: `user-${n}`,
      advisorId: 'lea',
      openedAtMs: clock.wallMs(),
    };
    manager.start(chat);
  }
  await sleep(2_000);

  for (let round = 0; round < rounds; round += 1) {
    const note = () => new Map(manager.running().map(({ chatId, elapsedMs }) => [chatId, elapsedMs]));
    const startedHr = hrtimeMs();
    const begun = note();
    const { cpuMs, spanMs } = await cpuOfOneSpan();
    const endedHr = hrtimeMs();
    const drifts = [...note()].map(([chatId, elapsedMs]) => {
      return Math.abs(elapsedMs - begun.get(chatId)! - (endedHr - startedHr));
    });
    const line = {
      running: drifts.length,
      cpuMs,
      spanMs,
      idleCpuMs: idle.cpuMs,
      maxDriftMs: Math.max(...drifts),
    };
    process.stdout.write(`round ${JSON.stringify(line)}\n`);
  }
  await manager.stop();
  await outbox.close();
  app.quit();
}

run().catch((error: unknown) => {
  process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
  app.exit(1);
});
