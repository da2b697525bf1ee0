/** A whole practice in one world: server, advisors with their devices, clients with chats, money and free time. */
import type { Chat, Row } from '../../shared/rows.ts';
import { createComputer } from './computer.ts';
import { checkTold } from './invariants/check-zero.ts';
import { noteOverdrafts } from './invariants/check-overdraft.ts';
import { createLink } from './link.ts';
import type { Profile } from './profiles.ts';
import type { Scene } from './scene-shape.ts';
import type { Random } from './random.ts';
import { createSimDevice } from './sim-device.ts';
import { createSimServer, PLATFORM, SERVER } from './sim-server.ts';
import { countFault, type Tally } from './tally.ts';
import { createTruth } from './truth.ts';
import { T0, type World } from './world.ts';

export async function createScene(world: World, tally: Tally, profile: Profile): Promise<Scene> {
  const random = world.random('scene');
  const server = await createSimServer(world, tally);
  const truth = createTruth();
  let made = 0;
  const scene: Scene = {
    ...{
      world,
      tally,
      truth,
      profile,
      server,
      devices: [],
      users: [],
      chats: [],
      isHealing: false,
      hasInventedTime: profile.hostileEveryMs > 0,
      broken: undefined,
      random: world.random('checks'),
      neverAdmitted: new Set(),
      tampered: new Set(),
      chatsOpenedHere: new Set(),
      pricedUnseen: new Map(),
      clockSteps: [],
      overdrafts: new Map(),
      reports: new Map(),
    },
    chatsOf: (memberId) => scene.chats.filter((chat) => chat.advisorId === memberId),
    addDevice(given) {
      const computer = createComputer(world, given.name);
      const link = createLink(world, tally, world.random(`link-${given.name}`));
      Object.assign(link.faults, profile.link);
      const device = createSimDevice({
        ...{ world, tally, truth, server, computer, link },
        ...{ memberId: given.memberId, name: given.name, deviceId: given.deviceId ?? `device-${given.name}` },
      });
      scene.devices.push(device);
      return device;
    },
    write: (rows) => void server.write(PLATFORM, rows),
    newId: (kind) => `${kind}-${(made += 1)}`,
  };
  server.afterBeat = (deviceId, response) => {
    try {
      checkTold(scene, deviceId, response);
    } catch (error) {
      scene.broken ??= error;
    }
  };
  server.beforeCrash = () => noteOverdrafts(scene);
  await server.start();
  await writeFacts(scene, random);
  server.slowCommits = profile.slowCommits;
  addDevices(scene, random);
  return scene;
}

async function writeFacts(scene: Scene, random: Random): Promise<void> {
  const { server, profile } = scene;
  const rows: Row[] = [];
  const advisors = ['lea', 'max'];
  for (const id of advisors) {
    rows.push({ type: 'advisor', id, name: id });
    const ratePerMinuteMinor = random.pick([0, 60, 100, 200, 350]);
    rows.push({ type: 'rateChange', id: `rate-${id}`, advisorId: id, ratePerMinuteMinor, atMs: T0 - 1_000 });
  }
  scene.users = ['emma', 'finn', 'gus'].slice(0, random.between(1, 3));
  for (const userId of scene.users) {
    rows.push({ type: 'user', id: userId, name: userId });
    const amountMinor = random.between(...profile.creditsMinor);
    rows.push({ type: 'topUp', id: scene.newId('topup'), userId, amountMinor, atMs: T0 });
    for (const advisorId of advisors)
      if (random.chance(0.6))
        rows.push({
          ...{ type: 'freeTimeGrant', id: scene.newId('grant'), userId, advisorId },
          ...{ ms: random.between(...profile.freeMs), atMs: T0 - 1_000 },
        });
    const chats = random.between(2, 4);
    for (let i = 0; i < chats; i += 1) {
      const advisorId = i === 0 ? 'lea' : random.pick(advisors);
      const chat: Chat = { type: 'chat', id: `chat-${userId}-${i}`, userId, advisorId, openedAtMs: T0 };
      scene.chats.push(chat);
      rows.push(chat);
    }
  }
  const policy = random.pick(['stop', 'run', 'none'] as const);
  if (policy !== 'none')
    rows.push({
      type: 'policyChange',
      id: 'policy-1',
      key: 'previousChatInPair',
      value: policy,
      atMs: T0 - 1_000,
    });
  if (random.chance(0.3))
    rows.push({
      ...{ type: 'policyChange', id: 'policy-2', key: 'billingIncrementMs' },
      ...{ value: random.pick([1_000, 15_000, 60_000]), atMs: T0 - 1_000 },
    } as Row);
  await server.write(SERVER, rows);
}

function addDevices(scene: Scene, random: Random): void {
  scene.addDevice({ memberId: 'lea', name: 'A' });
  scene.addDevice({ memberId: 'lea', name: 'B' });
  if (random.chance(0.4)) scene.addDevice({ memberId: 'max', name: 'C' });
  for (const device of scene.devices) {
    const { computer } = device;
    const { profile, tally } = scene;
    computer.driftPpm = random.between(-profile.driftPpm, profile.driftPpm);
    if (Math.abs(computer.driftPpm) > 20) countFault(tally, 'drift');
    if (random.chance(profile.skewed)) {
      computer.wallSkewMs = random.between(-86_400_000, 86_400_000);
      countFault(tally, 'wallSkew');
    }
    computer.disk.beforeSync = async () => {
      computer.atNextSync?.('before');
      if (computer.random.chance(0.1))
        await new Promise<void>((resolve) => scene.world.after(computer.random.between(1, 60), resolve));
    };
    computer.disk.afterSync = () => computer.atNextSync?.('after');
  }
}
