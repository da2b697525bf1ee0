import { expect, test } from 'vitest';
import type { Outbox } from '../../electron/outbox/outbox.ts';
import { nodeSchedule } from '../../electron/schedule.ts';
import { ChatTimerManager } from '../../electron/timers/chat-timer-manager.ts';
import { createAllowances } from '../../electron/timers/allowances.ts';
import { createProjections } from '../../electron/timers/projections.ts';
import type { Chat, DeviceRow, TimeSegment, UserProjection } from '../../shared/rows.ts';
import { BEAT_MS } from '../../shared/wire.ts';

const SERVER_AHEAD_MS = 1_700_000_000_000;

/** A device whose time moves because the test moves it; the ticker is stepped by hand. */
function device({ policy = 'stop' as 'stop' | 'run' } = {}) {
  let monoMs = 10_000;
  let nextId = 0;
  const rows: DeviceRow[] = [];
  const beats: (readonly (readonly [string, number])[])[] = [];
  const outbox: Pick<Outbox, 'put' | 'beat' | 'holdEnd' | 'dropEnd'> = {
    put: async (more) => void rows.push(...more),
    beat: async (running) => void beats.push(running),
    holdEnd: async () => undefined,
    dropEnd: async () => undefined,
  };
  const projections = createProjections('lea');
  const manager = new ChatTimerManager({
    schedule: nodeSchedule,
    clock: { bootId: 'boot', monoMs: () => monoMs, wallMs: () => SERVER_AHEAD_MS + monoMs },
    outbox,
    projections,
    allowances: createAllowances(null),
    leaseEndsMs: () => null,
    newRowId: () => `d1.n.${(nextId += 1)}`,
    deviceId: 'd1',
    knownSeq: () => 5,
    serverNowMs: () => SERVER_AHEAD_MS + monoMs,
    previousChatInPair: () => policy,
    onSaveFailed: (error) => {
      throw error;
    },
  });
  return {
    manager,
    rows,
    beats,
    projections,
    pass(ms: number) {
      for (let left = ms; left > 0; left -= 1_000) {
        monoMs += Math.min(1_000, left);
        manager.tick();
      }
    },
    sleep(ms: number) {
      monoMs += ms;
      manager.tick();
    },
    now: () => SERVER_AHEAD_MS + monoMs,
    closed: () => rows.filter((row): row is TimeSegment => row.type === 'timeSegment' && row.closed),
  };
}
const chat = (id: string, userId: string): Chat => ({
  type: 'chat',
  id,
  userId,
  advisorId: 'lea',
  openedAtMs: 1,
});

function projection(userId: string, parts: Partial<UserProjection>): UserProjection {
  return {
    type: 'userProjection',
    id: `lea:${userId}`,
    userId,
    advisorId: 'lea',
    stateSeq: 1,
    asOfMs: 0,
    balanceUnits: 0,
    reservedUnits: 0,
    creditedMinor: 0,
    othersBurnUnitsPerMs: 0,
    freeGrantedMs: 0,
    freeLeftMs: 0,
    ratePerMinuteMinor: 200,
    chats: [],
    foldVersion: 1,
    ...parts,
  };
}

test('chats of different clients run side by side, each with a segment of its own', () => {
  const d = device();
  d.manager.start(chat('c1', 'u1'));
  d.pass(3_000);
  d.manager.start(chat('c2', 'u2'));
  d.pass(2_500);
  d.manager.pause('c1');
  d.pass(1_000);
  d.manager.closeWindow('c2');
  expect(d.closed().map(({ chatId, elapsedMs, closeReason }) => [chatId, elapsedMs, closeReason])).toEqual([
    ['c1', 5_500, 'paused'],
    ['c2', 3_500, 'windowClosed'],
  ]);
});

test('a chat of the same pair stops the one before with a stop mark, unless the policy lets it run', () => {
  const stopping = device();
  stopping.manager.start(chat('c1', 'u1'));
  stopping.pass(4_000);
  stopping.manager.start(chat('c2', 'u1'));
  expect(stopping.closed()).toMatchObject([
    { chatId: 'c1', elapsedMs: 4_000, closeReason: 'previousChatStopped' },
  ]);
  expect(stopping.rows.filter((row) => row.type === 'stopMark')).toMatchObject([
    { chatId: 'c1', knownSeq: 5 },
  ]);

  const running = device({ policy: 'run' });
  running.manager.start(chat('c1', 'u1'));
  running.pass(4_000);
  running.manager.start(chat('c2', 'u1'));
  expect(running.manager.running().map(({ chatId }) => chatId)).toEqual(['c1', 'c2']);
});

test('a chat of the pair that another device runs is stopped by a mark too', () => {
  const d = device();
  const elsewhere = {
    chatId: 'c9',
    trackedMs: 0,
    freeMs: 0,
    paidMs: 0,
    ratePerMinuteMinor: 0,
    runningOnDeviceId: 'laptop',
  };
  d.projections.take([projection('u1', { ratePerMinuteMinor: 0, chats: [elsewhere] })]);
  d.manager.start(chat('c1', 'u1'));
  expect(d.rows.filter((row) => row.type === 'stopMark')).toMatchObject([{ chatId: 'c9' }]);
});

test('each beat holds the lengths of all running segments', () => {
  const d = device();
  d.manager.start(chat('c1', 'u1'));
  d.manager.start(chat('c2', 'u2'));
  d.pass(9_000);
  expect(d.beats).toEqual([
    [
      ['d1.n.1', 4_000],
      ['d1.n.2', 4_000],
    ],
    [
      ['d1.n.1', 8_000],
      ['d1.n.2', 8_000],
    ],
  ]);
});

test('however unevenly the ticks come, never more than one beat of running time is unsaved', () => {
  const d = device();
  d.manager.start(chat('one', 'mara'));
  let savedMs = 0;
  let lateBeforeMs = 0;
  for (const lateMs of [0, 40, 1, 0, 0, 3, 0, 0, 0, 250, 0, 0, 0, 30, 0, 0, 1, 0, 0, 0]) {
    d.sleep(1_000 + lateMs - lateBeforeMs); // Ticks are planned for the full seconds, however late one was.
    lateBeforeMs = lateMs;
    // What a crash just before this tick would have taken:
    expect(d.manager.running()[0]!.elapsedMs - savedMs).toBeLessThanOrEqual(BEAT_MS);
    savedMs = d.beats.at(-1)?.[0]?.[1] ?? 0;
  }
});

test('no minute through sleep: a gap closes at the last tick, a message opens a new segment', () => {
  const d = device();
  d.manager.start(chat('c1', 'u1'));
  d.pass(6_000);
  d.sleep(7 * 60_000);
  expect(d.closed()).toMatchObject([{ elapsedMs: 6_000, closeReason: 'tickGap' }]);
  d.manager.activity('c1');
  d.pass(2_000);
  expect(d.manager.running()).toMatchObject([{ chatId: 'c1', elapsedMs: 2_000 }]);
});

test('a stop keeps to where the server placed the segment: what ran over by milliseconds would be charged', () => {
  const d = device();
  const startedMs = d.now();
  d.manager.start(chat('c1', 'u1'));
  d.pass(1_000);
  const placedMs = startedMs + 3;
  const placed = {
    ...{ chatId: 'c1', trackedMs: 900, freeMs: 0, paidMs: 900, ratePerMinuteMinor: 200 },
    ...{ runningOnDeviceId: 'd1', runningSinceMs: placedMs },
    ...{ confirmedUntilMs: placedMs + 900, settledUntilMs: placedMs + 900 },
  };
  d.projections.take([projection('u1', { asOfMs: d.now(), balanceUnits: 1_600 * 200, chats: [placed] })]);
  d.pass(3_000);
  expect(d.closed()).toMatchObject([{ elapsedMs: 2_500, closeReason: 'exhausted' }]);
});

test('the last projection stops a paid timer at zero, to the millisecond, and a top-up resumes it', () => {
  const d = device();
  const listed = { chatId: 'c1', trackedMs: 0, freeMs: 0, paidMs: 0, ratePerMinuteMinor: 200 };
  d.projections.take([projection('u1', { asOfMs: d.now(), balanceUnits: 7_300 * 200, chats: [listed] })]);
  d.manager.start(chat('c1', 'u1'));
  d.pass(9_000);
  expect(d.closed()).toMatchObject([{ elapsedMs: 7_300, closeReason: 'exhausted' }]);
  expect(d.rows.some((row) => row.type === 'stopMark')).toBe(false);
  const settled = { ...listed, trackedMs: 7_300, settledUntilMs: d.now() };
  d.projections.take([
    projection('u1', {
      ...{ stateSeq: 2, asOfMs: d.now(), balanceUnits: 60_000 * 200, creditedMinor: 200 },
      chats: [settled],
    }),
  ]);
  expect(d.manager.running()).toHaveLength(1);
});

test('a projection older than the one held is ignored', () => {
  const d = device();
  d.projections.take([projection('u1', { stateSeq: 9, balanceUnits: 5 })]);
  d.projections.take([projection('u1', { stateSeq: 8, balanceUnits: 7 })]);
  expect(d.projections.of('u1')?.balanceUnits).toBe(5);
});

test('a lapsed lease stops nothing: without news the timer runs on', () => {
  const d = device();
  d.manager.start(chat('c1', 'u1'));
  d.pass(60_000);
  expect(d.manager.running()).toMatchObject([{ elapsedMs: 60_000 }]);
});

test('quitting closes every segment and resolves when all is saved', async () => {
  const d = device();
  d.manager.start(chat('c1', 'u1'));
  d.manager.start(chat('c2', 'u2'));
  d.pass(1_500);
  await d.manager.stop();
  expect(d.closed().map(({ elapsedMs, closeReason }) => [elapsedMs, closeReason])).toEqual([
    [1_500, 'quit'],
    [1_500, 'quit'],
  ]);
});

test('taking a chat over writes the mark first, then runs here', () => {
  const d = device();
  d.manager.takeOver(chat('c1', 'u1'));
  expect(d.rows.map((row) => row.type)).toEqual(['stopMark', 'timeSegment']);
  d.manager.takeOver(chat('c1', 'u1'));
  expect(d.rows).toHaveLength(2);
});

test('a mark of another device ends what runs here at its instant; an own or a known one does not', () => {
  const d = device();
  d.manager.start(chat('c1', 'u1'));
  d.pass(30_000);
  const listed = (stop: { atMs: number; seq: number; deviceId: string }, stateSeq: number) =>
    projection('u1', {
      stateSeq,
      chats: [{ chatId: 'c1', trackedMs: 0, freeMs: 0, paidMs: 0, ratePerMinuteMinor: 0, lastStop: stop }],
    });
  const atMs = d.now() - 10_000;
  d.projections.take([listed({ atMs, seq: 9, deviceId: 'd1' }, 1)]);
  d.projections.take([listed({ atMs, seq: 5, deviceId: 'laptop' }, 2)]);
  d.projections.take([listed({ atMs: d.now() - 40_000, seq: 9, deviceId: 'laptop' }, 3)]);
  expect(d.closed()).toEqual([]);
  d.projections.take([listed({ atMs, seq: 9, deviceId: 'laptop' }, 4)]);
  expect(d.closed()).toMatchObject([{ elapsedMs: 20_000, closeReason: 'previousChatStopped' }]);
  expect(d.manager.timerOf('c1')?.timer.phase).toBe('paused');
  expect(d.rows.filter((row) => row.type === 'stopMark')).toEqual([]);
  d.projections.take([listed({ atMs, seq: 9, deviceId: 'laptop' }, 5)]);
  d.pass(5_000);
  expect(d.closed()).toHaveLength(1);
});

test('what another device paused or took over does not start here by itself', () => {
  const d = device();
  const phaseOf = (chatId: string) => d.manager.timerOf(chatId)?.timer.phase;
  const listed = (chatId: string, parts: object, stateSeq: number, balanceUnits: number) =>
    projection('u1', {
      stateSeq,
      balanceUnits,
      ratePerMinuteMinor: 60,
      chats: [{ chatId, trackedMs: 0, freeMs: 0, paidMs: 0, ratePerMinuteMinor: 60, ...parts }],
    });
  // Ran out here, then paused there: a top-up resumes nothing.
  d.projections.take([listed('c1', {}, 1, 60 * 5_000)]);
  d.manager.start(chat('c1', 'u1'));
  d.pass(10_000);
  expect(phaseOf('c1')).toBe('exhausted');
  const lastStop = { atMs: d.now() - 1_000, seq: 9, deviceId: 'laptop' };
  d.projections.take([listed('c1', { lastStop }, 2, 0)]);
  expect(phaseOf('c1')).toBe('paused');
  d.projections.take([listed('c1', { lastStop }, 3, 60 * 600_000)]);
  expect(phaseOf('c1')).toBe('paused');
  // Slept here, taken over there: a sign of life opens nothing.
  d.manager.start(chat('c1', 'u1'));
  expect(phaseOf('c1')).toBe('running');
  d.sleep(60_000);
  expect(phaseOf('c1')).toBe('gapped');
  d.projections.take([listed('c1', { runningOnDeviceId: 'laptop' }, 4, 60 * 600_000)]);
  d.manager.activity('c1');
  expect(phaseOf('c1')).toBe('paused');
});
