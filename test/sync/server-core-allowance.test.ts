import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALLOWANCE_MS, RESERVATION_LAPSES_MS } from '../../shared/live/offline-allowance.ts';
import { overdraftBoundUnits } from '../../shared/live/overdraft-bound.ts';
import { GRACE_MS } from '../../shared/wire.ts';
import {
  createDevice,
  createScene,
  memberActor,
  projectionOf,
  rowOf,
  seed,
  SERVER,
  T0,
  type CoreScene,
  type SceneDevice,
} from '../support/core-scene.ts';

/** Emma has 100.00 credits and 10 min free with lea; lea takes 2.00 a minute, max 1.00. */
const MINUTE = 60_000;

let scene: CoreScene;
let laptop: SceneDevice;
let desktop: SceneDevice;
let max: SceneDevice;

beforeEach(async () => {
  scene = await createScene();
  await seed(scene.core);
  laptop = createDevice(scene, memberActor('lea', 'laptop'));
  desktop = createDevice(scene, memberActor('lea', 'desktop'));
  max = createDevice(scene, memberActor('max'));
  for (const device of [laptop, desktop, max]) await device.anchor();
});
afterEach(() => scene.stop());

const running = (segmentId: string, chatId: string, elapsedMs: number) => ({ segmentId, chatId, elapsedMs });
const debit = (id: string, amountMinor: number) =>
  scene.core.write(SERVER, [{ type: 'debit', id, userId: 'emma', amountMinor, atMs: scene.clock.ms }]);

async function startsOn(device: SceneDevice, id: string, chatId: string) {
  await device.push(device.segment(id, chatId, { agoMs: 0, closed: false }));
  return device.beat([running(id, chatId, 0)], ['emma']);
}

describe('leases', () => {
  it('are 20 s with a beat every 5 s, 10 s with a beat every 2 s when T* is under a minute away', async () => {
    const far = await startsOn(laptop, 's1', 'chat-1');
    expect(far).toMatchObject({ leaseMs: 20_000, nextBeatMs: 5_000 });
    expect(far.projections[0]).toMatchObject({ zeroAtMs: T0 + 10 * MINUTE + 50 * MINUTE });
    scene.clock.advance(10 * MINUTE);
    await debit('most', 9_900);
    const near = await laptop.beat([running('s1', 'chat-1', 10 * MINUTE)], ['emma']);
    expect(near.projections[0]).toMatchObject({ freeLeftMs: 0, zeroAtMs: scene.clock.ms + 30_000 });
    expect(near).toMatchObject({ leaseMs: 10_000, nextBeatMs: 2_000 });
  });
});

describe('the offline allowance', () => {
  it('is ten minutes of what the device runs, and never more than half of what is left', async () => {
    const { allowances, offlineAfterAllowance } = await startsOn(laptop, 's1', 'chat-1');
    expect(allowances).toEqual([{ userId: 'emma', creditUnits: 200 * ALLOWANCE_MS, freeMs: 5 * MINUTE }]);
    expect(offlineAfterAllowance).toBe('stop');
    await debit('most', 9_000);
    scene.clock.advance(5_000);
    const { allowances: shrunk } = await laptop.beat([running('s1', 'chat-1', 5_000)], ['emma']);
    expect(shrunk).toEqual([{ userId: 'emma', creditUnits: 30_000_000, freeMs: (10 * MINUTE - 5_000) / 2 }]);
  });

  it('changes nobody’s countdown while its device beats, and no stored row', async () => {
    const { projections } = await startsOn(laptop, 's1', 'chat-1');
    expect(projections[0]).toMatchObject({ reservedUnits: 0 });
    await startsOn(max, 's-max', 'chat-max');
    const before = await scene.core.status();
    scene.clock.advance(5_000);
    await laptop.beat([running('s1', 'chat-1', 5_000)], ['emma']);
    const seen = await max.beat([running('s-max', 'chat-max', 5_000)], ['emma']);
    expect(seen.projections[0]).toMatchObject({ reservedUnits: 0 });
    expect((await scene.core.status()).highSeq).toBe(before.highSeq);
    expect(await projectionOf(scene.core, 'lea', 'emma')).toMatchObject({ reservedUnits: 0 });
  });

  it('of a silent device is out of reach for the others, across a restart, until it speaks again', async () => {
    await startsOn(laptop, 's1', 'chat-1');
    scene.clock.advance(GRACE_MS + 1);
    await scene.core.sweep();
    const again = await scene.restart();
    const other = createDevice(again, max.actor);
    const lone = createDevice(again, desktop.actor);
    const seen = (await other.beat([], ['emma'])).projections[0];
    expect(seen).toMatchObject({ reservedUnits: 200 * ALLOWANCE_MS });
    expect(seen).not.toHaveProperty('reservedFreeMs');
    expect((await lone.beat([], ['emma'])).projections[0]).toMatchObject({
      reservedUnits: 200 * ALLOWANCE_MS,
      reservedFreeMs: 5 * MINUTE,
    });
    const own = createDevice(again, laptop.actor);
    const back = await own.beat([running('s1', 'chat-1', GRACE_MS + 1)], ['emma']);
    expect(back.projections[0]).toMatchObject({ reservedUnits: 0 });
    expect((await other.beat([], ['emma'])).projections[0]).toMatchObject({ reservedUnits: 0 });
    await again.stop();
  });

  it('is returned when its device runs nothing any more, and a day after its last sign of life', async () => {
    await startsOn(laptop, 's1', 'chat-1');
    scene.clock.advance(5_000);
    await laptop.beat([], [], [running('s1', 'chat-1', 5_000)]);
    scene.clock.advance(GRACE_MS + 1);
    expect((await max.beat([], ['emma'])).projections[0]).toMatchObject({
      reservedUnits: 0,
      balanceUnits: 600_000_000,
    });
    // What the farewell named is proven: the client's free time is used by it.
    expect(await rowOf(scene.core, 'recordTotals', 'chat-1')).toMatchObject({ freeMs: 5_000 });

    await startsOn(laptop, 's2', 'chat-2');
    scene.clock.advance(RESERVATION_LAPSES_MS);
    expect((await max.beat([], ['emma'])).projections[0]?.reservedUnits).toBeGreaterThan(0);
    scene.clock.advance(1);
    expect((await max.beat([], ['emma'])).projections[0]?.reservedUnits).toBe(0);
  });

  it('stays reserved while the device names time of which the server has no row yet', async () => {
    await startsOn(laptop, 's1', 'chat-1');
    await laptop.push(laptop.segment('s1', 'chat-1', { agoMs: 0, closed: true }));
    await laptop.beat([], [], [running('offline', 'chat-1', 120_000)]);
    scene.clock.advance(GRACE_MS + 1);
    expect((await max.beat([], ['emma'])).projections[0]).toMatchObject({
      reservedUnits: 200 * ALLOWANCE_MS,
    });
  });

  it('of all devices together never exceeds what the client has', async () => {
    await debit('most', 9_500);
    const all = [
      await startsOn(laptop, 's1', 'chat-1'),
      await startsOn(desktop, 's2', 'chat-2'),
      await startsOn(max, 's3', 'chat-max'),
    ];
    const sum = all.reduce((units, answer) => units + answer.allowances![0]!.creditUnits, 0);
    expect(sum).toBeLessThanOrEqual(500 * 60_000);
    expect(all.map((answer) => answer.allowances![0]!.creditUnits)).toEqual([
      15_000_000, 7_500_000, 3_750_000,
    ]);
  });

  it('says what comes after it, as the policy has it', async () => {
    await scene.core.write(SERVER, [
      {
        type: 'policyChange',
        id: 'p',
        key: 'offlineAfterAllowance',
        value: 'continue',
        atMs: scene.clock.ms,
      },
    ]);
    expect((await laptop.beat([], ['emma'])).offlineAfterAllowance).toBe('continue');
  });
});

describe('T*', () => {
  it('counts time that two devices run in one chat once, also ahead of the last beat of one of them', async () => {
    await startsOn(laptop, 's1', 'chat-1');
    scene.clock.advance(5_000);
    await startsOn(desktop, 's2', 'chat-1');
    scene.clock.advance(8_000);
    const { projections } = await desktop.beat([running('s2', 'chat-1', 8_000)], ['emma']);
    expect(projections[0]).toMatchObject({ zeroAtMs: T0 + 60 * MINUTE });
  });
});

describe('the bound on overdrafts', () => {
  it('is the burn of all beating devices over lease, request and clock error, beside the worst that happened', async () => {
    await startsOn(laptop, 's1', 'chat-1');
    await startsOn(max, 's3', 'chat-max');
    const boundUnits = overdraftBoundUnits([
      { chats: [{ unitsPerMs: 200, incrementMs: 1 }], leaseMs: 20_000, clockErrorMs: 0 },
      { chats: [{ unitsPerMs: 100, incrementMs: 1 }], leaseMs: 20_000, clockErrorMs: 0 },
    ]);
    expect(boundUnits).toBe(300 * 25_000);
    const byTheMinute = [{ unitsPerMs: 200, incrementMs: 60_000 }];
    expect(overdraftBoundUnits([{ chats: byTheMinute, leaseMs: 20_000, clockErrorMs: 0 }])).toBe(
      200 * 60_000,
    );
    expect(scene.core.overdrafts()).toEqual([
      { userId: 'emma', balanceUnits: 600_000_000, worstUnits: 0, boundUnits, worstBoundUnits: boundUnits },
    ]);
    await debit('all-but-one', 9_999);
    scene.clock.advance(5_000);
    await max.beat([{ segmentId: 's3', chatId: 'chat-max', elapsedMs: 5_000 }], ['emma']);
    expect(scene.core.overdrafts()).toMatchObject([{ balanceUnits: -440_000, worstUnits: 0 }]);
    scene.clock.advance(2_000);
    await max.beat([], ['emma']);
    expect(scene.core.overdrafts()).toMatchObject([
      { boundUnits: 200 * 25_000, worstBoundUnits: boundUnits },
    ]);
  });
});

describe('T* while a device is silent', () => {
  it('gives no free time to what it ran before that was granted', async () => {
    const price = { atMs: scene.clock.ms, chatId: 'chat-2', ratePerMinuteMinor: 100 };
    await scene.core.write(SERVER, [{ type: 'rateChange', id: 'half', ...price }]);
    await startsOn(laptop, 's1', 'chat-1');
    scene.clock.advance(10 * MINUTE);
    await laptop.beat([running('s1', 'chat-1', 10 * MINUTE)], ['emma']);
    await startsOn(desktop, 's2', 'chat-2');
    scene.clock.advance(10_000);
    const grant = { userId: 'emma', advisorId: 'lea', ms: 60_000, atMs: scene.clock.ms };
    await scene.core.write(SERVER, [{ type: 'freeTimeGrant', id: 'late', ...grant }]);
    scene.clock.advance(10_000);
    const { projections } = await desktop.beat([running('s2', 'chat-2', 20_000)], ['emma']);
    // Both pay for the 10 s before the grant (3,000,000 units), share it for 30 s, and pay 300 units a ms for the rest.
    const isFreeUntilMs = T0 + 10 * MINUTE + 40_000;
    expect(projections[0]).toMatchObject({ freeLeftMs: 50_000, zeroAtMs: isFreeUntilMs + 597_000_000 / 300 });
  });
});
