import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UNDECIDED_FOR_MS, UNDO_DECISION_MS } from '../../shared/away/away-stop.ts';
import type { AwayRow } from '../../shared/ipc/away-commands.ts';
import {
  admissionOf,
  chat,
  createScene,
  memberActor,
  rowOf,
  seed,
  SERVER,
  T0,
  totalsOf,
  type CoreScene,
} from '../support/core-scene.ts';
import { createLiveWorld, type LiveDevice, type LiveWorld } from '../support/live-device.ts';

/** Lea takes 2.00 a minute; Emma has 10 min free with her and 100.00 credits, Finn 20.00 and nothing free. */
const EMMA_1 = chat('chat-1', 'emma', 'lea');
const EMMA_2 = chat('chat-2', 'emma', 'lea');
const FINN = chat('chat-finn', 'finn', 'lea');
const SECOND = 1_000;
const MINUTE = 60_000;
const SLEPT = 7 * MINUTE + 20_000;
const IDLE_AFTER = 5 * MINUTE;

let scene: CoreScene;
let world: LiveWorld;
let laptop: LiveDevice;

beforeEach(async () => {
  scene = await createScene();
  await seed(scene.core);
  await scene.core.write(SERVER, [
    { type: 'topUp', id: 'topup-finn', userId: 'finn', amountMinor: 2_000, atMs: T0 },
    FINN,
  ]);
  world = createLiveWorld(scene);
  laptop = await world.start(memberActor('lea', 'laptop'), { idleAfterMs: IDLE_AFTER });
  await world.pass(100);
});
afterEach(async () => {
  await world.stop();
  await scene.stop();
});

const rows = () => laptop.away.snapshot().rows;
const row = (chatId: string): AwayRow => rows().find((one) => one.chatId === chatId)!;
/** What each segment recorded, and why it closed. */
const recorded = () => laptop.segments().map((one) => [one.chatId, one.elapsedMs, one.closeReason]);
const settled = async (chatId: string) => (await totalsOf(scene.core, chatId)).trackedMs;
const type = (chatId: string) => laptop.device.timers.activity(chatId);

function openAll(): void {
  for (const one of [EMMA_1, EMMA_2, FINN]) laptop.open(one);
}

async function decide(
  choice: 'notCounted' | 'askToCount',
  parts: { lengthMs?: number; reason?: string } = {},
) {
  laptop.away.decide(rows().map(({ id }) => ({ id, choice, ...parts })));
  await world.pass(UNDO_DECISION_MS + SECOND);
}

describe('sleep', () => {
  for (const [announced, suspends] of [
    ['announced once', 1],
    ['announced twice', 2],
    ['announced by nobody', 0],
  ] as const) {
    it(`of 7:20 with three running chats, ${announced}, is never recorded and makes three rows`, async () => {
      openAll();
      await world.pass(3 * MINUTE);
      for (let times = 0; times < suspends; times += 1) laptop.device.timers.suspend();
      const atMs = scene.clock.ms;
      world.sleep(SLEPT);
      // Nobody says that it is awake: the first tick finds the gap.
      await world.pass(SECOND);
      const lastTick = suspends === 0 ? 100 : 0;
      expect(laptop.segments().map((one) => one.closeReason)).toEqual(
        Array(3).fill(suspends === 0 ? 'tickGap' : 'suspended'),
      );
      expect(recorded().map(([, ms]) => ms)).toEqual(Array(3).fill(3 * MINUTE - lastTick));
      expect(rows()).toHaveLength(3);
      for (const one of rows()) {
        expect(one).toMatchObject({ by: 'sleep', fromMs: atMs - lastTick });
        // Up to the first tick after it: at most one late tick.
        expect(one.questionMs - SLEPT).toBe(lastTick);
        expect(one.untilMs).toBe(one.fromMs + one.questionMs);
      }
      expect(laptop.sheets()).toBe(1);
      await decide('notCounted');
      expect(rows()).toEqual([]);
      expect(await settled('chat-1')).toBe(3 * MINUTE - lastTick);
      expect(await settled('chat-finn')).toBe(3 * MINUTE - lastTick);
    });
  }

  it('is asked about once for the whole night, however often the computer woke by itself', async () => {
    laptop.open(FINN);
    await world.pass(MINUTE);
    laptop.device.timers.suspend();
    const atMs = scene.clock.ms;
    world.sleep(2 * MINUTE);
    laptop.device.timers.resume();
    await world.pass(30 * SECOND);
    laptop.device.timers.suspend();
    world.sleep(5 * 60 * MINUTE);
    laptop.device.timers.resume();
    laptop.device.timers.resume();
    laptop.away.sawInput();
    expect(rows()).toMatchObject([{ fromMs: atMs, untilMs: scene.clock.ms }]);
    expect(row('chat-finn').questionMs).toBe(302 * MINUTE + 30 * SECOND);
    await world.pass(10 * SECOND);
    expect(row('chat-finn').questionMs).toBe(302 * MINUTE + 30 * SECOND);
    expect(recorded()).toEqual([['chat-finn', MINUTE, 'suspended']]);
  });

  it('that a top-up falls into starts nothing by itself', async () => {
    await scene.core.write(SERVER, [
      { type: 'debit', id: 'most', userId: 'finn', amountMinor: 1_980, atMs: scene.clock.ms },
    ]);
    await world.pass(SECOND);
    laptop.open(FINN);
    await world.pass(7 * SECOND);
    expect(laptop.phase('chat-finn')).toBe('exhausted');
    laptop.device.timers.suspend();
    world.sleep(MINUTE);
    await scene.core.write(SERVER, [
      { type: 'topUp', id: 'more', userId: 'finn', amountMinor: 500, atMs: scene.clock.ms },
    ]);
    await world.pass(2 * SECOND);
    expect(laptop.phase('chat-finn')).toBe('exhausted');
    expect(laptop.device.live().chats.find((one) => one.chatId === 'chat-finn')?.mayResume).toBe('ask');
  });

  it('says what counting would cost, free time first, to the unit', async () => {
    openAll();
    await world.pass(3 * MINUTE);
    laptop.device.timers.suspend();
    world.sleep(SLEPT);
    laptop.device.timers.resume();
    await world.pass(SECOND);
    // Emma's 10 minutes: two chats used 6; of 7:20 4:00 would be free and 3:20 paid.
    expect(row('chat-1').cost).toEqual({ freeMs: 4 * MINUTE, units: 200 * 200 * SECOND, debtUnits: 0 });
    // Finn had 20.00, used 6.00; 7:20 at 2.00 are 14.6666, more than is left.
    expect(row('chat-finn').cost).toMatchObject({ freeMs: 0, units: 200 * 440 * SECOND });
    expect(row('chat-finn').cost!.debtUnits).toBe(200 * 440 * SECOND - 1_400 * 60_000);
  });
});

describe('a locked screen', () => {
  it('stops every chat at once; unlocking or a key ends the minutes in question, typing goes on', async () => {
    openAll();
    await world.pass(2 * MINUTE);
    laptop.device.timers.lock();
    laptop.device.timers.lock();
    await world.pass(12 * MINUTE);
    expect(recorded()).toEqual([
      ['chat-1', 2 * MINUTE, 'idle'],
      ['chat-2', 2 * MINUTE, 'idle'],
      ['chat-finn', 2 * MINUTE, 'idle'],
    ]);
    laptop.away.unlocked();
    expect(laptop.sheets()).toBe(1);
    expect(rows().map((one) => [one.by, one.questionMs])).toEqual(Array(3).fill(['lock', 12 * MINUTE]));
    type('chat-1');
    await world.pass(MINUTE);
    expect(row('chat-1').questionMs).toBe(12 * MINUTE);
    expect(recorded().at(-1)).toEqual(['chat-1', 0, undefined]);
    await decide('notCounted');
    laptop.device.timers.pause('chat-1');
    await world.pass(SECOND);
    expect(await settled('chat-1')).toBe(3 * MINUTE + UNDO_DECISION_MS + SECOND);
    expect(await settled('chat-2')).toBe(2 * MINUTE);
  });

  it('for less than a minute asks nothing', async () => {
    laptop.open(FINN);
    await world.pass(MINUTE);
    laptop.device.timers.lock();
    await world.pass(40 * SECOND);
    laptop.away.unlocked();
    type('chat-finn');
    await world.pass(MINUTE);
    expect([rows(), laptop.sheets()]).toEqual([[], 0]);
    expect(recorded().map(([, ms]) => ms)).toEqual([MINUTE, 0]);
  });
});

describe('idle', () => {
  it('in one chat while another is busy closes only that one, and not counted goes back to its last sign of life', async () => {
    laptop.open(EMMA_1);
    laptop.open(FINN);
    await world.pass(90 * SECOND);
    type('chat-1');
    const lifeMs = scene.clock.ms;
    for (let minutes = 0; minutes < 7; minutes += 1) {
      await world.pass(MINUTE);
      type('chat-finn');
      laptop.away.sawInput();
    }
    expect(laptop.phase('chat-finn')).toBe('running');
    expect(recorded()[0]).toEqual(['chat-1', 90 * SECOND + IDLE_AFTER, 'idle']);
    expect(laptop.device.live().chats.find((one) => one.chatId === 'chat-1')).toMatchObject({
      timer: 'paused',
      away: { by: 'idle', sinceMs: lifeMs },
    });
    expect(rows()).toMatchObject([
      { chatId: 'chat-1', fromMs: lifeMs, lifeAtMs: lifeMs, untilMs: null, questionMs: 7 * MINUTE },
    ]);
    // Somebody who is busy elsewhere is not interrupted.
    expect(laptop.sheets()).toBe(0);
    // All of it is free time so far, of which five minutes are recorded.
    expect(row('chat-1').cost).toEqual({ freeMs: 7 * MINUTE, units: 0, debtUnits: 0 });
    expect(await settled('chat-1')).toBe(90 * SECOND + IDLE_AFTER);
    await decide('notCounted');
    expect(await settled('chat-1')).toBe(90 * SECOND);
    expect(laptop.device.live().chats.find((one) => one.chatId === 'chat-1')?.trackedMs).toBe(90 * SECOND);
  });

  it('ends with a message of the client, which keeps what runs and starts nothing', async () => {
    laptop.open(FINN);
    await world.pass(4 * MINUTE);
    laptop.device.heard([{ chatId: 'chat-finn', atMs: scene.clock.ms - 10 * SECOND }]);
    await world.pass(4 * MINUTE);
    expect(laptop.phase('chat-finn')).toBe('running');
    await world.pass(MINUTE);
    expect(recorded()).toEqual([['chat-finn', 8 * MINUTE + 50 * SECOND, 'idle']]);
    laptop.device.heard([{ chatId: 'chat-finn', atMs: scene.clock.ms }]);
    await world.pass(MINUTE);
    expect(laptop.phase('chat-finn')).toBe('gapped');
    await decide('notCounted');
    expect(await settled('chat-finn')).toBe(3 * MINUTE + 50 * SECOND);
  });

  it('in all chats opens the sheet when somebody comes back', async () => {
    laptop.open(EMMA_1);
    laptop.open(EMMA_2);
    await world.pass(20 * MINUTE);
    expect(laptop.sheets()).toBe(0);
    type('chat-2');
    laptop.away.sawInput();
    expect(laptop.sheets()).toBe(1);
    expect(rows().map((one) => one.questionMs)).toEqual([20 * MINUTE, 20 * MINUTE]);
    await world.pass(10 * MINUTE);
    expect(rows().map((one) => [one.chatId, one.questionMs, one.untilMs === null])).toEqual([
      ['chat-1', 30 * MINUTE, true],
      ['chat-2', 20 * MINUTE, false],
      ['chat-2', 10 * MINUTE, true],
    ]);
  });

  it('reaches back over a change of funds within the same silence', async () => {
    const atMs = scene.clock.ms;
    await scene.core.write(SERVER, [
      { type: 'policyChange', id: 'go-on', key: 'offlineAfterAllowance', value: 'continue', atMs },
      { type: 'debit', id: 'most', userId: 'finn', amountMinor: 1_200, atMs },
    ]);
    await world.pass(SECOND);
    laptop.open(FINN);
    await world.pass(10 * SECOND);
    laptop.cut(true);
    await world.pass(7 * MINUTE);
    const before = laptop.segments();
    expect(before.map((one) => [one.closeReason, one.funding])).toEqual([
      ['lapsed', 'funded'],
      ['idle', 'unfunded'],
    ]);
    expect(before.reduce((sum, one) => sum + one.elapsedMs, 0)).toBe(IDLE_AFTER);
    laptop.cut(false);
    await world.pass(10 * SECOND);
    expect(await settled('chat-finn')).toBe(before[0]!.elapsedMs);
    await decide('notCounted');
    expect(await settled('chat-finn')).toBe(0);
  });
});

describe('ask to count', () => {
  it('writes a manual segment of the whole gap that counts only by a ruling, and its reason as a note', async () => {
    laptop.open(FINN);
    await world.pass(MINUTE);
    type('chat-finn');
    const lifeMs = scene.clock.ms;
    await world.pass(8 * MINUTE);
    type('chat-finn');
    const { id } = row('chat-finn');
    await decide('askToCount', { reason: ' On the phone ' });
    laptop.device.timers.pause('chat-finn');
    await world.pass(SECOND);
    const asked = await rowOf(scene.core, 'timeSegment', `${id}:asked`);
    expect(asked).toMatchObject({
      source: 'manual',
      startedAtMs: lifeMs,
      elapsedMs: 8 * MINUTE,
      closed: true,
    });
    expect(await admissionOf(scene.core, asked.id)).toMatchObject({ code: 'quarantined', reason: 'manual' });
    expect((await rowOf(scene.core, 'note', `${id}:why`)).text).toContain(
      '8:00 without the timer: On the phone',
    );
    const typedMs = UNDO_DECISION_MS + SECOND;
    expect(await settled('chat-finn')).toBe(MINUTE + typedMs);
    await scene.core.write(SERVER, [
      { type: 'ruling', id: 'r', targetId: asked.id, action: 'admit', byId: 'sue' },
    ]);
    expect(await settled('chat-finn')).toBe(9 * MINUTE + typedMs);
  });

  it('may ask for less than the whole', async () => {
    laptop.open(FINN);
    await world.pass(9 * MINUTE);
    const { id } = row('chat-finn');
    await decide('askToCount', { lengthMs: 2 * MINUTE });
    expect((await rowOf(scene.core, 'timeSegment', `${id}:asked`)).elapsedMs).toBe(2 * MINUTE);
    await expect(rowOf(scene.core, 'note', `${id}:why`)).rejects.toThrow();
  });
});

describe('a decision', () => {
  it('can be taken back for 8 seconds, and is written by quitting', async () => {
    laptop.open(FINN);
    await world.pass(9 * MINUTE);
    laptop.away.decide([{ id: row('chat-finn').id, choice: 'notCounted' }]);
    expect(laptop.away.snapshot()).toMatchObject({ rows: [], decided: { notCounted: 1, asked: 0 } });
    await world.pass(UNDO_DECISION_MS - SECOND);
    laptop.away.undo();
    await world.pass(5 * SECOND);
    expect(rows()).toHaveLength(1);
    expect(await settled('chat-finn')).toBe(IDLE_AFTER);
    laptop.away.decide([{ id: row('chat-finn').id, choice: 'notCounted' }]);
    await laptop.away.stop();
    await world.pass(SECOND);
    expect(await settled('chat-finn')).toBe(0);
  });

  it('that nobody makes in 24 hours is not counted', async () => {
    laptop.open(FINN);
    await world.pass(7 * MINUTE);
    world.sleep(UNDECIDED_FOR_MS - 3 * MINUTE);
    await world.pass(30 * SECOND);
    expect(rows()).toHaveLength(1);
    await world.pass(MINUTE);
    expect(rows()).toEqual([]);
    expect(await settled('chat-finn')).toBe(0);
  });
});

describe('a crash', () => {
  it('keeps what ran to the last beat, and asks about the rest when the app is back', async () => {
    openAll();
    await world.pass(3 * MINUTE + 200);
    await laptop.crash();
    const kept = recorded().map(([, ms, reason]) => [reason, (ms as number) > 3 * MINUTE - 5_200]);
    expect(kept).toEqual(Array(3).fill(['crashed', true]));
    // Back at once: nothing worth asking.
    expect(rows()).toEqual([]);
    laptop.open(FINN);
    await world.pass(3 * MINUTE + 200);
    const before = scene.clock.ms;
    await laptop.crash(2 * MINUTE);
    expect(rows()).toHaveLength(1);
    expect(rows()[0]).toMatchObject({ by: 'crash', chatId: 'chat-finn', untilMs: before + 2 * MINUTE });
    const last = laptop.segments().at(-1)!;
    expect(rows()[0]!.questionMs).toBe(before + 2 * MINUTE - last.startedAtMs - last.elapsedMs);
    expect(laptop.sheets()).toBe(1);
    await decide('notCounted');
    expect(await settled('chat-finn')).toBe(
      laptop
        .segments()
        .filter((s) => s.chatId === 'chat-finn')
        .reduce((sum, s) => sum + s.elapsedMs, 0),
    );
  });

  it('forgets no stop and no decision: of sleep, lock or idleness', async () => {
    laptop.open(EMMA_1);
    laptop.open(FINN);
    for (let minutes = 0; minutes < 6; minutes += 1) {
      await world.pass(MINUTE);
      type('chat-finn');
    }
    laptop.device.timers.lock();
    await world.pass(2 * MINUTE);
    await laptop.crash();
    expect(rows().map((one) => [one.chatId, one.by, one.questionMs])).toEqual([
      ['chat-1', 'idle', 8 * MINUTE],
      ['chat-finn', 'lock', 2 * MINUTE],
    ]);
    await decide('notCounted');
    await laptop.crash();
    expect(rows()).toEqual([]);
    expect(await settled('chat-1')).toBe(0);
    expect(await settled('chat-finn')).toBe(6 * MINUTE);
  });
});

it('a wall clock that is set back and forward by hours changes neither rows nor lengths', async () => {
  laptop.open(FINN);
  await world.pass(MINUTE);
  laptop.setWall(-5 * 60 * MINUTE);
  await world.pass(MINUTE);
  type('chat-finn');
  const lifeMs = scene.clock.ms;
  laptop.setWall(9 * 60 * MINUTE);
  await world.pass(4 * MINUTE);
  laptop.setWall(-30 * 60 * MINUTE);
  await world.pass(6 * MINUTE);
  expect(recorded()).toEqual([['chat-finn', 2 * MINUTE + IDLE_AFTER, 'idle']]);
  expect(rows()).toMatchObject([{ fromMs: lifeMs, questionMs: 10 * MINUTE }]);
  await decide('askToCount');
  expect((await rowOf(scene.core, 'timeSegment', `${laptop.segments()[0]!.id}:asked`)).startedAtMs).toBe(
    lifeMs,
  );
  expect(await settled('chat-finn')).toBe(2 * MINUTE);
});

it('without a threshold nobody is ever idle', async () => {
  const calm = await world.start(memberActor('max', 'max-pc'));
  await world.pass(100);
  calm.open(chat('chat-max', 'emma', 'max'));
  await world.pass(12 * MINUTE);
  expect(calm.phase('chat-max')).toBe('running');
  calm.device.timers.suspend();
  world.sleep(SLEPT);
  await world.pass(SECOND);
  // Nobody asked for a proof of life, so none is missing: only the sleep is in question.
  expect(calm.away.snapshot().rows).toMatchObject([{ by: 'sleep' }]);
  world.sleep(UNDECIDED_FOR_MS);
  await world.pass(MINUTE);
  expect((await totalsOf(scene.core, 'chat-max')).trackedMs).toBe(12 * MINUTE);
});
