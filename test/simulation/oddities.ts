/** What happens rarely, and what nobody honest does: copies, backups, other versions, revocations, invented rows. */
import type { Chat, DeviceRow, TimeSegment } from '../../shared/rows.ts';
import { OLDEST_PUSH_PROTOCOL, PROTOCOL_VERSION } from '../../shared/wire.ts';
import { every } from './happenings.ts';
import type { Random } from './random.ts';
import type { Scene } from './scene-shape.ts';
import type { SimDevice } from './sim-device.ts';
import { SERVER } from './sim-server.ts';
import { countFault } from './tally.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export function letOddThingsHappen(scene: Scene): void {
  const { world, profile } = scene;
  const random = world.random('oddities');
  const odd: ((random: Random) => void)[] = [
    () => signOutAndIn(scene, random),
    () => copyProfile(scene, random),
    () => restoreBackup(scene, random),
    () => runOldVersion(scene, random),
    () => revoke(scene, random),
    () => startTwice(scene, random),
    () => claimByHand(scene, random),
    () => rule(scene, random),
    () => closePeriod(scene),
  ];
  for (const happen of odd)
    if (random.chance(0.06 + profile.oddities))
      world.after(random.between(40_000, 480_000), () => !scene.isHealing && happen(random));
  every(scene, random, profile.hostileEveryMs, () => lie(scene, random));
  if (random.chance(0.15))
    world.after(random.between(100_000, 500_000), () => !scene.isHealing && topUpAtZero(scene, random));
}

/** Rows stay sealed for their author, who signs in again later. */
function signOutAndIn(scene: Scene, random: Random): void {
  const device = random.pick(scene.devices);
  if (device.device() === null || device.isRevoked || device.computer.isAsleep()) return;
  device.link.cut(true, true);
  for (const chatId of device.openChats.keys()) device.device()?.timers.pause(chatId);
  void device.quit().then((unsent) => {
    if (unsent > 0) countFault(scene.tally, 'signOutUnsent');
    device.isSignedOut = true;
    scene.world.note(`${device.name} signed out, ${unsent} unsent`);
    scene.world.after(random.between(10_000, 120_000), () => {
      device.isSignedOut = false;
      device.link.heal();
      device.start();
    });
  });
}

/** The whole profile on a second computer, under the same device id, while the first one goes on. */
function copyProfile(scene: Scene, random: Random): void {
  const from = scene.devices[0]!;
  countFault(scene.tally, 'copiedProfile');
  const copy = scene.addDevice({
    memberId: from.memberId,
    name: `${from.name}copy`,
    deviceId: from.deviceId,
  });
  copy.computer.disk.restore(from.computer.disk.snapshot());
  copy.replica.restore(from.replica.snapshot());
  copy.keptAnchor = from.keptAnchor;
  copy.start();
  scene.world.after(2_000, () => {
    const chat = random.pick(scene.chatsOf(copy.memberId));
    copy.openChats.set(chat.id, chat);
    copy.device()?.timers.start(chat);
  });
}

/** The disk as it was some minutes ago: what was only on the newer one is gone for good. */
function restoreBackup(scene: Scene, random: Random): void {
  const device = scene.devices.at(-1)!;
  const disk = device.computer.disk.snapshot();
  const replica = device.replica.snapshot();
  scene.world.after(random.between(10_000, 150_000), () => {
    if (scene.isHealing || device.isSignedOut) return;
    countFault(scene.tally, 'restoredBackup');
    for (const row of device.device()?.outbox.waiting() ?? [])
      scene.truth.forgotten.add(`${row.type}:${row.id}`);
    // Also what was under way, what beats had kept of segments that ran, and what lies on the disk of an app that is off.
    for (const [key, row] of scene.truth.saved)
      if ('advisorId' in row ? row.advisorId === device.memberId : row.deviceId === device.deviceId)
        scene.truth.forgotten.add(key);
    device.crash(false);
    scene.truth.losses.length = 0;
    device.forgetAnswers();
    device.computer.disk.restore(disk);
    device.replica.restore(replica);
    device.start();
  });
}

function runOldVersion(scene: Scene, random: Random): void {
  const device = random.pick(scene.devices);
  countFault(scene.tally, 'oldProtocol');
  countFault(scene.tally, 'oldFoldVersion');
  device.protocol = OLDEST_PUSH_PROTOCOL;
  scene.world.after(random.between(20_000, 90_000), () => {
    device.protocol = PROTOCOL_VERSION;
  });
}

/** A device of its own is revoked with rows unsent: they come as quarantined. */
function revoke(scene: Scene, random: Random): void {
  const device = scene.addDevice({ memberId: 'lea', name: 'R' });
  countFault(scene.tally, 'rightsChanged');
  device.start();
  scene.world.after(3_000, () => {
    const chat = random.pick(scene.chatsOf('lea'));
    device.openChats.set(chat.id, chat);
    device.device()?.timers.start(chat);
  });
  scene.world.after(random.between(8_000, 20_000), () => {
    device.link.cut(true, true);
    device.device()?.timers.pause([...device.openChats.keys()][0] ?? '');
    const chatId = [...device.openChats.keys()][0];
    if (chatId !== undefined) device.device()?.timers.start(device.openChats.get(chatId)!);
    device.isRevoked = true;
    scene.server.core()?.endSubscriptions(device.deviceId);
    scene.world.after(4_000, () => {
      device.device()?.timers.pause(chatId ?? '');
      device.link.heal();
    });
  });
}

/** The profile's lock lets no second app in (electron/main.ts asks the system for it). */
function startTwice(scene: Scene, random: Random): void {
  const device = random.pick(scene.devices);
  if (device.device() === null) return;
  countFault(scene.tally, 'twoInstances');
  device.start();
}

/** A session held outside, time without funds, and idle time taken back: what other screens of the app write. */
function claimByHand(scene: Scene, random: Random): void {
  const device = random.pick(scene.devices);
  const running = device.device();
  const chat = random.pick(scene.chatsOf(device.memberId));
  if (running === null || chat === undefined || device.computer.isAsleep()) return;
  const clock = device.computer.clock();
  const base: TimeSegment = {
    ...{ type: 'timeSegment', id: scene.newId('by-hand'), chatId: chat.id, deviceId: device.deviceId },
    ...{
      bootId: clock.bootId,
      knownSeq: 0,
      startedAtMonoMs: clock.monoMs() - 4_000,
      startedAtMs: clock.wallMs() - 4_000,
    },
    ...{ elapsedMs: 3_000, closed: true, closeReason: 'paused', source: 'timer', funding: 'funded' },
  };
  const rows: DeviceRow[] = [
    { ...base, source: 'manual', elapsedMs: 600_000 },
    { ...base, id: scene.newId('unfunded'), funding: 'unfunded' },
  ];
  const own = [...scene.truth.saved.values()].filter(
    (row): row is TimeSegment => row.type === 'timeSegment' && row.deviceId === device.deviceId && row.closed,
  );
  if (own.length > 0) {
    const segment = random.pick(own);
    for (const elapsedMs of [segment.elapsedMs, Math.floor(segment.elapsedMs / 2)])
      rows.push({
        ...{ type: 'trimMark', id: scene.newId('trim'), segmentId: segment.id, chatId: segment.chatId },
        ...{ deviceId: device.deviceId, elapsedMs },
      });
  }
  running.outbox.put(rows).catch(() => undefined);
}

function rule(scene: Scene, random: Random): void {
  const targets = [...scene.truth.segments.keys()];
  if (targets.length === 0) return;
  const action = random.pick(['admit', 'trim', 'void'] as const);
  void scene.server.write(SERVER, [
    {
      ...{ type: 'ruling', id: scene.newId('ruling'), targetId: random.pick(targets), action },
      ...(action === 'trim' ? { elapsedMs: random.between(0, 20_000) } : {}),
    },
  ]);
}

/** The books of a period are closed while time of it still lies in outboxes. */
function closePeriod(scene: Scene): void {
  const core = scene.server.core();
  const isLate = scene.devices.some((device) => (device.device()?.outbox.counts().waiting ?? 0) > 0);
  if (core === null) return;
  const id = scene.newId('period');
  core.closePeriod(SERVER, { id, untilMs: scene.world.nowMs() - 2_000 }).then(
    async () => {
      if (isLate) countFault(scene.tally, 'periodCloseRacingLateTime');
      scene.reports.set(id, (await core.periodReport(SERVER, id)).report);
    },
    (error: unknown) => scene.world.note(`period not closed: ${String(error)}`),
  );
}

/** Credits come in the very moment in which they end. */
function topUpAtZero(scene: Scene, random: Random): void {
  for (const device of scene.devices) {
    const running = device.device();
    if (running === null) continue;
    const subscription = running.timers.changed$.subscribe(() => {
      if ([...running.timers.timers()].every(({ timer }) => timer.phase !== 'exhausted')) return;
      subscription.unsubscribe();
      countFault(scene.tally, 'topUpRacingZero');
      const atMs = scene.world.nowMs();
      scene.write(
        scene.users.map((userId) => ({
          ...{
            type: 'topUp' as const,
            id: scene.newId('topup'),
            userId,
            amountMinor: random.between(1, 90),
            atMs,
          },
        })),
      );
    });
  }
}

/** Rows that a tampered device sends past its own outbox. They block nobody and are paid by nobody. */
function lie(scene: Scene, random: Random): void {
  const device = random.pick(scene.devices);
  const own = scene.chatsOf(device.memberId);
  const chat = random.pick(own);
  if (chat === undefined) return;
  const rows = liesOf(scene, device, chat, random);
  scene.tampered.add(`${device.deviceId} ${device.computer.clock().bootId} ${chat.id}`);
  const body = JSON.stringify({ rows });
  void scene.server.push(device.actor(), PROTOCOL_VERSION, body).catch(() => undefined);
}

function liesOf(scene: Scene, device: SimDevice, chat: Chat, random: Random): unknown[] {
  const { tally } = scene;
  const clock = device.computer.clock();
  const mono = clock.monoMs();
  const segment = (given: Partial<TimeSegment>): TimeSegment => ({
    ...{ type: 'timeSegment', id: scene.newId('lie'), chatId: chat.id, deviceId: device.deviceId },
    ...{ bootId: clock.bootId, knownSeq: 0, startedAtMonoMs: mono, startedAtMs: clock.wallMs() },
    ...{ elapsedMs: 1_000, closed: true, source: 'timer', funding: 'funded' },
    ...given,
  });
  switch (random.between(0, 7)) {
    case 0:
      countFault(tally, 'hostileLongClaim');
      return [neverAdmitted(scene, segment({ elapsedMs: 10 * HOUR }))];
    case 1:
      countFault(tally, 'hostileFutureTime');
      return [neverAdmitted(scene, segment({ startedAtMonoMs: mono + DAY }))];
    case 2:
      countFault(tally, 'hostileMarkTomorrow');
      return [
        {
          ...{ type: 'stopMark', id: scene.newId('lie'), chatId: chat.id, deviceId: device.deviceId },
          ...{ bootId: clock.bootId, knownSeq: 0, atMonoMs: mono + DAY, atMs: clock.wallMs() + DAY },
        },
      ];
    case 3: {
      const open = segment({ startedAtMonoMs: Math.max(0, mono - 5 * HOUR), elapsedMs: 0, closed: false });
      return [open, { ...open, elapsedMs: 4.5 * HOUR, closed: true }];
    }
    case 4: {
      const old = Math.max(0, mono - 36 * DAY);
      return [
        segment({ startedAtMonoMs: old, elapsedMs: 60_000 }),
        {
          ...{ type: 'stopMark', id: scene.newId('lie'), chatId: chat.id, deviceId: device.deviceId },
          ...{ bootId: clock.bootId, knownSeq: 0, atMonoMs: old, atMs: 0 },
        },
      ];
    }
    case 5: {
      const other = scene.chats.find((one) => one.advisorId !== device.memberId);
      const known = random.pick([...scene.truth.segments.values()]);
      return [
        ...(other === undefined ? [] : [segment({ chatId: other.id })]),
        ...(known === undefined ? [] : [segment({ id: known.id, startedAtMonoMs: mono + 1 })]),
      ];
    }
    case 6:
      // A mark of a boot that never had an anchor, and time of a chat nobody has heard of.
      return [
        {
          ...{ type: 'stopMark', id: scene.newId('lie'), chatId: chat.id, deviceId: device.deviceId },
          ...{ bootId: 'never-anchored', knownSeq: 0, atMonoMs: 5, atMs: clock.wallMs() },
        },
        segment({ chatId: `nowhere-${random.hex(8)}` }),
      ];
    default:
      countFault(tally, 'malformedRow');
      return [
        { type: 'timeSegment', id: 5 },
        null,
        'row',
        { ...segment({}), elapsedMs: -1 },
        { ...segment({}), extra: '\u0000', id: 'admission:mine' },
        {
          type: 'message',
          id: scene.newId('lie'),
          chatId: chat.id,
          from: 'advisor',
          text: 'x'.repeat(20_001),
          atMs: 1,
        },
      ];
  }
}

function neverAdmitted(scene: Scene, segment: TimeSegment): TimeSegment {
  scene.neverAdmitted.add(segment.id);
  return segment;
}
