import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALLOWANCE_MS } from '../../shared/live/offline-allowance.ts';
import { RESUME_WITHIN_MS } from '../../shared/timer-machine.ts';
import { GRACE_MS, LEASE_MS } from '../../shared/wire.ts';
import {
  admissionOf,
  chat,
  createScene,
  memberActor,
  projectionOf,
  seed,
  SERVER,
  T0,
  totalsOf,
  type CoreScene,
} from '../support/core-scene.ts';
import { createLiveWorld, type LiveDevice, type LiveWorld } from '../support/live-device.ts';

/** Emma has 100.00 credits and 10 min free with lea; lea takes 2.00 a minute, max 1.00. */
const CHAT_1 = chat('chat-1', 'emma', 'lea');
const CHAT_2 = chat('chat-2', 'emma', 'lea');
const CHAT_MAX = chat('chat-max', 'emma', 'max');
const MINUTE = 60_000;

let scene: CoreScene;
let world: LiveWorld;

beforeEach(async () => {
  scene = await createScene();
  await seed(scene.core);
  world = createLiveWorld(scene);
});
afterEach(async () => {
  await world.stop();
  await scene.stop();
});

const money = (type: 'topUp' | 'debit', id: string, amountMinor: number) =>
  scene.core.write(SERVER, [{ type, id, userId: 'emma', amountMinor, atMs: scene.clock.ms }]);
const balance = async () => (await projectionOf(scene.core, 'lea', 'emma')).balanceUnits;
const emma = (one: LiveDevice) => one.device.live().clients.find((client) => client.userId === 'emma')!;
const lengths = (one: LiveDevice) =>
  one.segments().map((s) => [s.chatId, s.elapsedMs, s.closeReason, s.funding]);

describe('the joint stop', () => {
  it('ends all paid chats of a client at the same millisecond on every device and at every advisor', async () => {
    await money('debit', 'most', 9_400);
    const laptop = await world.start(memberActor('lea', 'laptop'));
    const desktop = await world.start(memberActor('lea', 'desktop'));
    const max = await world.start(memberActor('max', 'max-pc'));
    await world.pass(100);
    laptop.open(CHAT_1);
    await world.pass(3_123);
    desktop.open(CHAT_2);
    await world.pass(2_000);
    max.open(CHAT_MAX);
    await world.pass(1_000);
    const ends = [laptop, desktop].map((one) => emma(one).endsAtMs);
    expect(ends[0]).toBe(ends[1]);
    // 6.00 credits: max at 1.00 alone until the free time of the pair with lea is used up.
    await world.pass(ends[0]! - scene.clock.ms + 2_000);
    expect([laptop.phase('chat-1'), desktop.phase('chat-2'), max.phase('chat-max')]).toEqual([
      'exhausted',
      'exhausted',
      'exhausted',
    ]);
    const endOf = (one: LiveDevice) => one.segments().map((s) => s.startedAtMs + s.elapsedMs);
    expect([...endOf(laptop), ...endOf(desktop), ...endOf(max)]).toEqual([ends[0], ends[0], ends[0]]);
    expect(await balance()).toBeGreaterThanOrEqual(0);
    expect(await balance()).toBeLessThan(500);
    expect(emma(laptop)).toMatchObject({ kind: 'exhausted', startBlockedBy: 'noCredits', debtUnits: 0 });
  });

  it('is undone by a top-up within three minutes, once; later the advisor is asked', async () => {
    await money('debit', 'most', 9_980);
    const laptop = await world.start(memberActor('lea', 'laptop'));
    await world.pass(100);
    laptop.open(CHAT_1);
    await world.pass(10 * MINUTE + 6_000 + 1_000);
    expect(lengths(laptop)).toEqual([['chat-1', 10 * MINUTE + 6_000, 'exhausted', 'funded']]);
    expect(laptop.device.live().chats[0]).toMatchObject({ stoppedBy: 'exhausted', mayResume: 'auto' });
    await money('topUp', 'more', 20);
    await world.pass(1_000);
    expect(laptop.phase('chat-1')).toBe('running');
    await world.pass(10_000);
    expect(laptop.phase('chat-1')).toBe('exhausted');
    expect(laptop.device.live().chats[0]).toMatchObject({ mayResume: null });
    await money('topUp', 'again', 20);
    await world.pass(1_000);
    expect(laptop.phase('chat-1')).toBe('exhausted');
    expect(laptop.device.live().chats[0]).toMatchObject({ mayResume: 'ask' });
    laptop.open(CHAT_1);
    expect(laptop.phase('chat-1')).toBe('running');
  });

  it('is announced at five, two and one minute, each once', async () => {
    await money('debit', 'most', 8_800);
    const laptop = await world.start(memberActor('lea', 'laptop'));
    await world.pass(100);
    laptop.open(CHAT_1);
    const said: (number | null)[] = [];
    laptop.device.live$.subscribe(({ clients }) => {
      const warning = clients[0]?.warningMs ?? null;
      if (said.at(-1) !== warning) said.push(warning);
    });
    await world.pass(16 * MINUTE + 5_000);
    expect(said).toEqual([null, 300_000, 120_000, 60_000, null]);
  });
});

describe('debt', () => {
  it('blocks the start of paid chats until it is paid; free time and a rate of 0 still start', async () => {
    const max = await world.start(memberActor('max', 'max-pc'));
    const laptop = await world.start(memberActor('lea', 'laptop'));
    await world.pass(100);
    max.open(CHAT_MAX);
    laptop.open(CHAT_1);
    await world.pass(5_000);
    await money('debit', 'all', 10_500);
    await world.pass(3_000);
    expect([max.phase('chat-max'), laptop.phase('chat-1')]).toEqual(['exhausted', 'running']);
    expect(emma(max)).toMatchObject({ startBlockedBy: 'debt' });
    expect(emma(max).debtUnits).toBeGreaterThan(500 * 60_000);
    max.open(CHAT_MAX);
    await world.pass(1_000);
    expect(max.phase('chat-max')).toBe('exhausted');
    await scene.core.write(SERVER, [
      { type: 'rateChange', id: 'gift', chatId: 'chat-max', ratePerMinuteMinor: 0, atMs: scene.clock.ms },
    ]);
    await world.pass(1_000);
    expect(max.phase('chat-max')).toBe('running');
  });
});

describe('without the server', () => {
  it('a device runs on what is reserved for it, stops there to the ms, and nobody else spends it meanwhile', async () => {
    await money('debit', 'most', 7_000);
    const laptop = await world.start(memberActor('lea', 'laptop'));
    const max = await world.start(memberActor('max', 'max-pc'));
    await world.pass(100);
    laptop.open(CHAT_1);
    max.open(CHAT_MAX);
    await world.pass(5_000);
    // Reserved: half of 30.00 less what is reserved for max, and half of the free time.
    const lastBeatMs = scene.clock.ms;
    laptop.cut(true);
    await world.pass(GRACE_MS + 6_000);
    expect(emma(laptop).offlineAllowance).toMatchObject({ after: 'stop' });
    expect(emma(max).totalLeftMs).toBeLessThan(20 * MINUTE);
    await world.pass(30 * MINUTE);
    expect([laptop.phase('chat-1'), max.phase('chat-max')]).toEqual(['exhausted', 'exhausted']);
    expect(laptop.device.live().chats[0]).toMatchObject({ stoppedBy: 'lapsed' });
    const [ran] = laptop.segments();
    expect(ran).toMatchObject({ closeReason: 'lapsed' });
    const freeMs = (10 * MINUTE - (lastBeatMs - ran!.startedAtMs)) / 2;
    const paidMs = ran!.elapsedMs - (lastBeatMs - ran!.startedAtMs) - freeMs;
    expect(paidMs).toBeGreaterThan(4.5 * MINUTE);
    expect(paidMs).toBeLessThanOrEqual(7.5 * MINUTE);
    laptop.cut(false);
    await world.pass(10_000);
    // What it ran was covered: free time after all, the rest by the reservation.
    expect(await balance()).toBeGreaterThanOrEqual(0);
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: ran!.elapsedMs });
  });

  it('a lease lets a device run on at least for its length, and a short silence stops nothing', async () => {
    await money('debit', 'most', 9_999);
    await scene.core.write(SERVER, [chat('chat-3', 'emma', 'max')]);
    const max = await world.start(memberActor('max', 'max-pc'));
    await world.pass(100);
    await money('topUp', 'little', 499);
    await world.pass(100);
    max.open(CHAT_MAX);
    await world.pass(5_000);
    max.cut(true);
    await world.pass(LEASE_MS - 1_000);
    expect(max.phase('chat-max')).toBe('running');
    max.cut(false);
    await world.pass(6_000);
    expect(max.phase('chat-max')).toBe('running');
  });

  it('chats opened offline use the same allowance', async () => {
    await money('debit', 'most', 5_000);
    const laptop = await world.start(memberActor('lea', 'laptop'));
    await world.pass(100);
    laptop.open(CHAT_1);
    await world.pass(5_000);
    laptop.cut(true);
    await world.pass(LEASE_MS);
    laptop.open(CHAT_2);
    await world.pass(30 * MINUTE);
    const [first, second] = laptop.segments();
    expect([first!.closeReason, second!.closeReason]).toEqual(['lapsed', 'lapsed']);
    expect(first!.startedAtMs + first!.elapsedMs).toBe(second!.startedAtMs + second!.elapsedMs);
    const unseenMs = first!.elapsedMs + second!.elapsedMs - 5_000;
    expect(unseenMs).toBeLessThanOrEqual(5 * MINUTE + ALLOWANCE_MS);
    expect(unseenMs).toBeGreaterThan(5 * MINUTE + ALLOWANCE_MS - 10_000);
  });

  it('an app that crashed and came back offline has used what it used before', async () => {
    await money('debit', 'most', 5_000);
    const laptop = await world.start(memberActor('lea', 'laptop'));
    await world.pass(100);
    laptop.open(CHAT_1);
    await world.pass(5_000);
    laptop.cut(true);
    await world.pass(8 * MINUTE);
    await laptop.crash();
    await world.pass(2_000);
    laptop.open(CHAT_1);
    await world.pass(30 * MINUTE);
    const ran = laptop.segments().map((one) => [one.closeReason, one.elapsedMs] as const);
    expect(ran.map(([reason]) => reason)).toEqual(['crashed', 'lapsed']);
    const unseenMs = ran.reduce((sum, [, elapsedMs]) => sum + elapsedMs, 0) - 5_000;
    // The crash took up to one beat from the disk.
    expect(unseenMs).toBeLessThanOrEqual(5 * MINUTE + ALLOWANCE_MS);
    expect(unseenMs).toBeGreaterThan(5 * MINUTE + ALLOWANCE_MS - 10_000);
  });

  it('under the policy continue time goes on unfunded: recorded, not billed before a ruling', async () => {
    await scene.core.write(SERVER, [
      {
        type: 'policyChange',
        id: 'p',
        key: 'offlineAfterAllowance',
        value: 'continue',
        atMs: scene.clock.ms,
      },
    ]);
    await money('debit', 'most', 9_980);
    const max = await world.start(memberActor('max', 'max-pc'));
    await world.pass(100);
    await money('topUp', 'some', 380);
    await world.pass(100);
    max.open(CHAT_MAX);
    await world.pass(5_000);
    max.cut(true);
    await world.pass(3 * MINUTE);
    expect(max.phase('chat-max')).toBe('running');
    expect(emma(max).offlineAllowance).toMatchObject({ after: 'continue' });
    expect(max.device.live().chats[0]).toMatchObject({ funding: 'unfunded' });
    max.cut(false);
    await world.pass(10_000);
    const [funded, unfunded, again] = max.segments();
    expect(lengths(max).map(([, , reason, funding]) => [reason, funding])).toEqual([
      ['lapsed', 'funded'],
      ['lapsed', 'unfunded'],
      [undefined, 'funded'],
    ]);
    expect(funded!.startedAtMs + funded!.elapsedMs).toBe(unfunded!.startedAtMs);
    expect(unfunded!.startedAtMs + unfunded!.elapsedMs).toBe(again!.startedAtMs);
    expect(await admissionOf(scene.core, unfunded!.id)).toMatchObject({
      code: 'quarantined',
      reason: 'unfunded',
    });
    max.device.timers.pause('chat-max');
    await world.pass(1_000);
    const before = (await totalsOf(scene.core, 'chat-max')).trackedMs;
    await scene.core.write({ kind: 'server' }, [
      { type: 'ruling', id: 'r', targetId: unfunded!.id, action: 'admit', byId: 'sue' },
    ]);
    expect((await totalsOf(scene.core, 'chat-max')).trackedMs).toBe(before + unfunded!.elapsedMs);
  });

  it('what a lapse stopped goes on by itself when the server is back within three minutes, later the advisor is asked', async () => {
    await money('debit', 'most', 9_400);
    const max = await world.start(memberActor('max', 'max-pc'));
    await world.pass(100);
    max.open(CHAT_MAX);
    await world.pass(1_000);
    max.cut(true);
    await world.pass(4 * MINUTE);
    expect(max.phase('chat-max')).toBe('exhausted');
    max.cut(false);
    await world.pass(6_000);
    expect(max.phase('chat-max')).toBe('running');
    max.cut(true);
    await world.pass(6 * MINUTE + RESUME_WITHIN_MS);
    max.cut(false);
    await world.pass(6_000);
    expect(max.phase('chat-max')).toBe('exhausted');
    expect(max.device.live().chats[0]).toMatchObject({ mayResume: 'ask', stoppedBy: 'lapsed' });
    expect(scene.clock.ms).toBeGreaterThan(T0);
  });
});
