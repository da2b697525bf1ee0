/** What goes wrong in a seed, by its profile: each kind comes on its own, at random, until the healing begins. */
import type { Chat } from '../../shared/rows.ts';
import { PLATFORM, SERVER } from './sim-server.ts';
import { readStoredRows } from './invariants/stored.ts';
import type { Scene } from './scene-shape.ts';
import type { SimDevice } from './sim-device.ts';
import { countFault } from './tally.ts';
import type { Random } from './random.ts';

/** Calls `happen` again and again, so far apart on average; never when 0. */
export function every(scene: Scene, random: Random, meanMs: number, happen: () => void): void {
  if (meanMs === 0) return;
  scene.world.after(random.between(Math.ceil(meanMs / 4), Math.ceil(meanMs * 1.75)), () => {
    if (scene.isHealing) return;
    happen();
    every(scene, random, meanMs, happen);
  });
}

export function letThingsHappen(scene: Scene): void {
  const { world, profile, server, tally } = scene;
  const random = world.random('happenings');
  for (const device of scene.devices) happenTo(scene, device);
  server.crashesAtCommit = profile.crashesAtCommit;
  every(scene, random, profile.serverCrashEveryMs, () => server.crash(random.between(100, 20_000)));
  every(scene, random, profile.serverClockEveryMs, () => stepServerClock(scene, random));
  every(scene, random, 60_000, () => writeSomeFact(scene, random));
  if (random.chance(0.3 * profile.oddities + 0.02))
    world.after(random.between(60_000, 400_000), () => {
      countFault(tally, 'resyncStorm');
      for (const device of scene.devices) device.desk()?.replicator.retryNow();
    });
}

function happenTo(scene: Scene, device: SimDevice): void {
  const { world, profile, tally } = scene;
  const { computer, link } = device;
  const random = world.random(`happens-${device.name}`);

  every(scene, random, profile.partitionEveryMs, () => {
    const ms = random.between(...profile.partitionMs);
    const isOneWay = random.chance(0.3);
    const up = !isOneWay || random.chance(0.5);
    link.cut(up, !isOneWay || !up);
    tally.partitions += 1;
    countFault(tally, isOneWay ? 'oneWayPartition' : 'partition');
    if (ms >= 120_000) countFault(tally, 'longPartition');
    world.note(`${device.name} is cut off for ${ms}`);
    world.after(ms, () => link.heal());
  });
  every(scene, random, profile.crashEveryMs, () => {
    const isPowerLost = random.chance(0.4);
    const crash = (): void => {
      device.crash(isPowerLost);
      world.after(random.between(500, 30_000), () => device.start());
    };
    // In the very moment in which something is written, or any other.
    const moment = random.pick(['before', 'after', 'any'] as const);
    if (moment === 'any') return crash();
    computer.atNextSync = (when) => {
      if (when !== moment || scene.isHealing) return;
      computer.atNextSync = null;
      countFault(tally, when === 'before' ? 'crashBeforePersist' : 'crashAfterPersist');
      crash();
    };
  });
  every(scene, random, profile.deskEveryMs, () => {
    if (random.chance(0.6)) return device.killDesk();
    countFault(tally, 'throttledRenderer');
    device.throttleMs = random.between(500, 20_000);
    world.after(60_000, () => (device.throttleMs = 0));
  });
  every(scene, random, profile.sleepEveryMs, () => {
    if (computer.isAsleep()) return;
    countFault(tally, 'sleep');
    // The system says so before it sleeps, or does not.
    if (random.chance(0.5)) device.device()?.timers.suspend();
    computer.sleep();
    world.note(`${device.name} sleeps`);
    world.after(random.pick([3_000, 9_000, 15_000, 60_000, 240_000]), () => {
      world.note(`${device.name} wakes`);
      computer.wake();
    });
  });
  every(scene, random, profile.diskFullEveryMs, () => {
    computer.disk.freeBytes = random.between(0, 600);
    world.note(`${device.name}: the disk is full`);
    world.after(random.between(5_000, 60_000), () => (computer.disk.freeBytes = Number.POSITIVE_INFINITY));
  });
  every(scene, random, profile.wallStepEveryMs, () => {
    const step = random.between(-86_400_000, 86_400_000);
    countFault(tally, step < 0 ? 'wallBackStep' : 'wallSkew');
    computer.wallSkewMs = Math.max(-86_400_000, Math.min(86_400_000, computer.wallSkewMs + step));
  });
}

function stepServerClock(scene: Scene, random: Random): void {
  const { server, tally, world } = scene;
  const isBack = random.chance(0.6);
  const by = random.pick([700, 5_000, 40_000]);
  countFault(tally, isBack ? 'serverClockBack' : 'serverClockForward');
  world.note(`server clock ${isBack ? 'back' : 'forward'} ${by}`);
  server.wallOffsetMs += isBack ? -by : by;
  scene.clockSteps.push({ atMs: world.nowMs(), byMs: isBack ? -by : by });
}

/** How often it is looked whether every device is heard, and how long each must be until it knows a new price, ms. */
const LOOK_MS = 5_000;
const KNOWN_AFTER_MS = 25_000;

/**
 * A device that is not heard cannot know that a price was raised, and its reservation was made at the price before: what
 * it runs until it is heard may be owed by the difference, and a begun increment's rest.
 */
function notePriceUnseen(scene: Scene, { id, userId, advisorId }: Chat, ratePerMinuteMinor: number): void {
  const { byKey } = readStoredRows(scene);
  const rows = [...byKey.values()].sort((a, b) => b.seq - a.seq).map(({ row }) => row);
  const rates = rows.filter((row) => row.type === 'rateChange');
  const before = rates.find((row) => row.chatId === id) ?? rates.find((row) => row.advisorId === advisorId);
  const raisedBy = ratePerMinuteMinor - (before?.ratePerMinuteMinor ?? 0);
  if (raisedBy <= 0) return;
  const policy = rows.find((row) => row.type === 'policyChange' && row.key === 'billingIncrementMs');
  const incrementMs = policy?.type === 'policyChange' ? Number(policy.value) : 1;
  let heardMs = 0;
  let isNoted = false;
  const look = (): void => {
    const isUnheard = scene.devices.some(
      ({ memberId, link, computer, device }) =>
        memberId === advisorId &&
        (!link.isUpOpen || !link.isDownOpen || computer.isAsleep() || device() === null),
    );
    if (isUnheard || !scene.server.isUp()) {
      const ms = isNoted ? heardMs + LOOK_MS : heardMs + KNOWN_AFTER_MS + incrementMs;
      scene.pricedUnseen.set(userId, (scene.pricedUnseen.get(userId) ?? 0) + raisedBy * ms);
      isNoted = true;
      heardMs = 0;
    } else heardMs += LOOK_MS;
    if (heardMs < KNOWN_AFTER_MS) scene.world.after(LOOK_MS, look);
  };
  look();
}

/** Money, free time and prices move while everything runs. */
function writeSomeFact(scene: Scene, random: Random): void {
  const { server, world } = scene;
  const userId = random.pick(scene.users);
  const atMs = world.nowMs();
  const advisorId = random.pick(['lea', 'max']);
  const kind = random.next();
  if (kind < 0.45)
    scene.write([
      { type: 'topUp', id: scene.newId('topup'), userId, amountMinor: random.between(1, 500), atMs },
    ]);
  else if (kind < 0.6)
    scene.write([
      {
        type: 'freeTimeGrant',
        id: scene.newId('grant'),
        userId,
        advisorId,
        ms: random.between(0, 90_000),
        atMs,
      },
    ]);
  else if (kind < 0.7)
    scene.write([
      { type: 'debit', id: scene.newId('debit'), userId, amountMinor: random.between(1, 50), atMs },
    ]);
  else if (kind < 0.85) {
    const chat = random.pick(scene.chats);
    const ratePerMinuteMinor = random.pick([0, 50, 200, 400]);
    notePriceUnseen(scene, chat, ratePerMinuteMinor);
    const id = scene.newId('rate');
    void server.write(SERVER, [{ type: 'rateChange', id, chatId: chat.id, ratePerMinuteMinor, atMs }]);
  } else {
    const chat = random.pick(scene.chats);
    void server.write(PLATFORM, [
      { type: 'message', id: scene.newId('said'), chatId: chat.id, from: 'user', text: 'hello', atMs },
    ]);
  }
}
