/**
 * Stories that chance alone would tell too seldom: each needs two devices and an order of events. Every one draws from a
 * stream of its own, so that the rest of a seed stays as it was.
 */
import type { Chat } from '../../shared/rows.ts';
import { SERVER } from './sim-server.ts';
import type { Random } from './random.ts';
import type { Scene } from './scene-shape.ts';
import { countFault } from './tally.ts';

const STEP_MS = 5_000;

export function tellRareStories(scene: Scene): void {
  const { world, profile } = scene;
  const tell = (name: string, chance: number, story: (random: Random) => void) => {
    const random = world.random(name);
    if (random.chance(chance))
      world.after(random.between(30_000, 300_000), () => !scene.isHealing && story(random));
  };
  tell('held', profile.serverCrashEveryMs > 0 ? 0.15 : 0.03, (random) => runBeforeItsChat(scene, random));
  tell('turns', profile.serverClockEveryMs > 0 ? 0.25 : 0.03, (random) => takeTurns(scene, random));
  tell('unseen-free', profile.creditsMinor[1] < 1_000 ? 0.25 : 0, (random) => burnFreeUnseen(scene, random));
}

/**
 * A chat opened on a device that is cut off, and run on another one whose client has told of it: its rows come before the
 * chat and wait for it, also while the server dies.
 */
function runBeforeItsChat(scene: Scene, random: Random): void {
  const { world, server, profile } = scene;
  const [opener, runner] = scene.devices;
  if (!isThere(opener) || !isThere(runner)) return;
  opener.link.cut(true, true);
  const userId = random.pick(scene.chatsOf(opener.memberId)).userId;
  opener
    .device()!
    .write({ type: 'chat', userId, topic: 'told by phone' })
    .then((row) => {
      if (row.type !== 'chat') return;
      scene.chats.push(row);
      scene.chatsOpenedHere.add(row.id);
      runner.openChats.set(row.id, row);
      runner.device()?.timers.start(row);
      world.after(random.between(2_000, 8_000), () => runner.device()?.timers.pause(row.id));
    })
    .catch((error: unknown) => world.note(`no chat by phone: ${String(error)}`));
  world.after(random.between(20_000, 90_000), () => opener.link.heal());
  if (profile.serverCrashEveryMs > 0)
    world.after(random.between(9_000, 19_000), () => server.crash(random.between(100, 3_000)));
}

/**
 * Two devices take a chat from each other, the second as soon as it has heard of the first one's mark; the server's clock
 * has just stepped on, and only the first has noticed.
 */
function takeTurns(scene: Scene, random: Random): void {
  const { world, server, profile } = scene;
  const [first, second] = scene.devices;
  const own = first === undefined ? [] : scene.chatsOf(first.memberId);
  if (!isThere(first) || !isThere(second) || own.length < 2) return;
  const [chat, other] = [own[0]!, own[1]!];
  for (const device of [first, second]) device.openChats.set(chat.id, chat);
  second.device()!.timers.start(chat);
  world.after(3_000, () => {
    if (profile.serverClockEveryMs > 0) {
      countFault(scene.tally, 'serverClockForward');
      server.wallOffsetMs += STEP_MS;
      scene.clockSteps.push({ atMs: world.nowMs(), byMs: STEP_MS });
    }
    // Each change is told with a beat of its own, and the next beat closes the exchange: so it learns the new clock at once.
    first.openChats.set(other.id, other);
    for (const [n, act] of (['start', 'pause', 'start', 'pause'] as const).entries())
      world.after(200 * n, () => {
        const timers = first.device()?.timers;
        if (act === 'start') timers?.start(other);
        else timers?.pause(other.id);
      });
    world.after(1_000 + random.between(0, 1_500), () => {
      first.device()?.timers.takeOver(chat);
      world.note(`${first.name} takes ${chat.id} over`);
      takeBack(scene, second, chat, 200);
    });
  });
}

/** As soon as the device has heard that the chat is no longer its own; at most so many looks. */
function takeBack(scene: Scene, device: Device, chat: Chat, looksLeft: number): void {
  if (looksLeft === 0 || scene.isHealing) return;
  scene.world.after(20, () => {
    const timers = device.device()?.timers;
    if (timers === undefined) return;
    if (timers.timerOf(chat.id)?.timer.phase === 'running')
      return takeBack(scene, device, chat, looksLeft - 1);
    timers.takeOver(chat);
    scene.world.note(`${device.name} takes ${chat.id} back`);
  });
}

/** A client with free time and next to no credits: one device runs on it unseen while another one goes on. */
function burnFreeUnseen(scene: Scene, random: Random): void {
  const { world, server } = scene;
  const [one, another] = scene.devices;
  if (!isThere(one) || !isThere(another)) return;
  const unseen: Device = one;
  const seen: Device = another;
  const atMs = world.nowMs();
  const userId = scene.newId('guest');
  const chats = [1, 2].map((n) => ({
    ...{ type: 'chat' as const, id: `chat-${userId}-${n}`, userId, advisorId: unseen.memberId },
    openedAtMs: atMs,
  }));
  void server
    .write(SERVER, [
      { type: 'user', id: userId, name: userId },
      { type: 'topUp', id: scene.newId('topup'), userId, amountMinor: 20, atMs },
      {
        ...{ type: 'freeTimeGrant', id: scene.newId('grant'), userId, advisorId: unseen.memberId },
        ...{ ms: random.between(120_000, 300_000), atMs },
      },
      ...chats,
      ...chats.map((chat) => ({
        ...{ type: 'rateChange' as const, id: `rate-${chat.id}`, chatId: chat.id },
        ...{ ratePerMinuteMinor: 300, atMs },
      })),
    ])
    .then(() => world.after(2_000, begin));

  // A chat comes to a device together with what its client has.
  const knows = (device: Device) => isThere(device) && device.device()!.projections.of(userId) !== undefined;

  function begin(): void {
    const [first, second] = [chats[0]!, chats[1]!];
    if (scene.isHealing || !knows(unseen) || !knows(seen)) return;
    unseen.openChats.set(first.id, first);
    unseen.device()!.timers.start(first);
    world.after(12_000, () => {
      unseen.link.cut(true, true);
      if (!knows(seen)) return;
      seen.openChats.set(second.id, second);
      seen.device()?.timers.start(second);
    });
    world.after(12_000 + random.between(150_000, 260_000), () => unseen.link.heal());
  }
}

type Device = Scene['devices'][number];

function isThere(device: Device | undefined): device is Device {
  return (
    device !== undefined &&
    device.memberId === 'lea' &&
    device.device() !== null &&
    !device.isRevoked &&
    !device.isSignedOut &&
    !device.computer.isAsleep()
  );
}
