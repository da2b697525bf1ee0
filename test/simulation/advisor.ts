/** What an advisor does on a device: opens and closes chats, pauses, writes, ends, takes it back, quits and comes again. */
import { createTimeTracking } from '../../renderer/records/time-tracking.ts';
import { AppError } from '../../shared/errors.ts';
import type { Scene } from './scene-shape.ts';
import type { SimDevice } from './sim-device.ts';

/** Between two actions on one device, ms. */
const PAUSE_MS: [number, number] = [1_500, 25_000];

export function followAdvisor(scene: Scene, device: SimDevice): void {
  const { world, tally } = scene;
  const random = world.random(`advisor-${device.name}`);

  function plan(): void {
    world.after(random.between(...PAUSE_MS), () => {
      if (scene.isHealing) return;
      plan();
      if (!device.computer.isAsleep()) act();
    });
  }

  function act(): void {
    const running = device.device();
    if (running === null) {
      if (random.chance(0.6)) device.start();
      return;
    }
    const kind = random.next();
    const chat = random.pick(scene.chatsOf(device.memberId));
    // An advisor without a chat has nothing to do yet.
    if (chat === undefined) return;
    const open = [...device.openChats.values()];
    const one = open.length > 0 ? random.pick(open) : undefined;
    if (kind < 0.3 || one === undefined) openWindow(chat.id);
    else if (kind < 0.42) pause(one.id);
    else if (kind < 0.56) running.timers.start(one);
    else if (kind < 0.72) say(one.id);
    else if (kind < 0.78) running.timers.activity(one.id);
    else if (kind < 0.86) closeWindow(one.id);
    else if (kind < 0.89) running.timers.end(one);
    else if (kind < 0.93) undo();
    else if (kind < 0.96) void openNewChat();
    else if (kind < 0.98) void device.quit();
    else running.timers.suspend();
    world.note(`${device.name} acts ${kind.toFixed(3)} ${one?.id ?? chat.id}`);
  }

  function openWindow(chatId: string): void {
    const chat = scene.chats.find((one) => one.id === chatId)!;
    device.openChats.set(chat.id, chat);
    device.device()?.timers.start(chat);
    void track(chat.id);
  }

  /** Paused, and often taken back at once: the next row lies a moment after the mark. */
  function pause(chatId: string): void {
    device.device()!.timers.pause(chatId);
    if (random.chance(0.5)) return;
    const chat = device.openChats.get(chatId)!;
    world.after(random.between(20, 400), () => {
      if (!device.computer.isAsleep() && device.openChats.has(chatId)) device.device()?.timers.start(chat);
    });
  }

  function closeWindow(chatId: string): void {
    device.openChats.delete(chatId);
    device.device()?.timers.closeWindow(chatId);
  }

  function undo(): void {
    const ending = [...device.device()!.timers.timers()].find(({ timer }) => timer.phase === 'ending');
    if (ending !== undefined) device.device()!.timers.undoEnd(ending.chat.id);
  }

  function say(chatId: string): void {
    tally.messages += 1;
    device
      .device()!
      .write({ type: 'message', chatId, text: `message ${tally.messages}` })
      .catch((error: unknown) => world.note(`${device.name} cannot write: ${codeOf(error)}`));
  }

  /** A chat opened on the device, offline too, with a client it has. */
  async function openNewChat(): Promise<void> {
    const userId = random.pick(scene.chatsOf(device.memberId)).userId;
    try {
      const row = await device.device()!.write({ type: 'chat', userId, topic: 'opened here' });
      if (row.type !== 'chat') return;
      scene.chats.push(row);
      scene.chatsOpenedHere.add(row.id);
      if (device.device() === null) return;
      device.openChats.set(row.id, row);
      device.device()!.timers.start(row);
    } catch (error) {
      world.note(`${device.name} cannot open a chat: ${codeOf(error)}`);
    }
  }

  async function track(chatId: string): Promise<void> {
    const running = device.device()!;
    const tracking = createTimeTracking({
      database: device.replica.database,
      memberId: device.memberId,
      api: {
        call: async (_name: string, input: unknown) => ({
          row: await running.write((input as { row: Parameters<typeof running.write>[0] }).row),
        }),
      } as unknown as Parameters<typeof createTimeTracking>[0]['api'],
    });
    await tracking.initializeTimeTrackingForChat(chatId).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
    });
  }

  // In the very moment in which a device learns that the other one has stopped, the advisor may go on here.
  const eager = world.random(`eager-${device.name}`);
  device.onReplicated = () => {
    if (scene.isHealing || device.computer.isAsleep() || !eager.chance(0.1)) return;
    const chat = eager.pick([...device.openChats.values(), undefined]);
    if (chat !== undefined) device.device()?.timers.start(chat);
  };

  world.after(random.between(0, 3_000), () => {
    device.start();
    plan();
  });
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : String(error);
}
