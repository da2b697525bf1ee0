/** The two devices of a chaos run: what an advisor does on them, what breaks, and what was acknowledged meanwhile. */
import type { Page } from 'playwright';
import { expect } from 'vitest';
import { BEAT_MS } from '../../shared/wire.ts';
import { isAlive } from './e2e-process-tree.ts';
import { returnToDesk, signInAsLea, type Scene, type SceneDevice } from './e2e-scene.ts';
import { call, callRaw, deskWindow, eventually, liveChat, readLive } from './e2e-windows.ts';

/** The read of the live snapshot and the kill after it are not one instant, ms. */
const READ_MS = 1_500;
/** The server places a segment by a clock exchange that is this far off at most (I8): a settled length may differ from the one shown, ms. */
const PLACING_MS = 60;

export interface Player {
  name: string;
  /** Run on this device alone: what is missing of it after a kill is what the kill cost. */
  ownChat: string;
  device: SceneDevice;
  desk: Page;
}

export interface Chaos {
  scene: Scene;
  sharedChat: string;
  players: Player[];
  /** Messages that were to be written. */
  wanted: number;
  /** Texts of messages that a device called saved. */
  saved: string[];
  /** What device kills cost of running chats, ms each. */
  lostMs: number[];
  happened: Record<string, number>;
}

export async function joinPlayer(scene: Scene, name: string, ownChat: string): Promise<Player> {
  const device = await scene.start(name);
  const desk = await signInAsLea(scene, device);
  return { name, ownChat, device, desk };
}

/** Opens the chats' windows, which starts their timers. */
export async function openChats({ scene, sharedChat }: Chaos, player: Player): Promise<void> {
  for (const chatId of [player.ownChat, sharedChat]) {
    const chat = scene.chats.get(chatId)!;
    await call(player.desk, 'openChat', { chat, clientName: scene.clientName(chatId) });
  }
  await liveChat(player.desk, player.ownChat, (chat) => chat.timer === 'running');
  await liveChat(
    player.desk,
    sharedChat,
    (chat) => chat.isOpen && (chat.timer === 'running' || chat.runningElsewhere !== null),
  );
}

/** Writes a message; noted only when the device says that it is saved. Resolves also when the window dies meanwhile. */
export async function write(chaos: Chaos, player: Player, chatId: string): Promise<void> {
  const text = `message ${(chaos.wanted += 1)} of ${player.name}`;
  try {
    const result = await callRaw(player.desk, 'writeRow', { row: { type: 'message', chatId, text } });
    if (result.ok) chaos.saved.push(text);
  } catch {
    // The window or its device was killed: nobody was told that this message is saved.
  }
}

/** Pauses a running timer, runs a paused one. */
export async function toggle({ scene }: Chaos, player: Player, chatId: string): Promise<void> {
  const live = (await readLive(player.desk)).chats.find((chat) => chat.chatId === chatId);
  if (live?.timer === 'running') await call(player.desk, 'pauseTimer', { chatId });
  else if (live?.isOpen === true) await call(player.desk, 'startTimer', { chat: scene.chats.get(chatId)! });
}

async function trackedMs(player: Player): Promise<number> {
  return (await liveChat(player.desk, player.ownChat, () => true)).trackedMs;
}

/** kill -9 of the whole device after its chat ran on for `runsMs`: at most one beat of it is missing, nothing is invented (I17). */
export async function killDevice(chaos: Chaos, player: Player, runsMs: number): Promise<void> {
  const from = await liveChat(player.desk, player.ownChat, () => true);
  if (from.timer !== 'running') await toggle(chaos, player, player.ownChat);
  await liveChat(player.desk, player.ownChat, (chat) => chat.trackedMs > from.trackedMs + runsMs);
  const before = await trackedMs(player);
  // One is called saved in the very moment before the kill, others are on their way.
  await write(chaos, player, player.ownChat);
  const writing = [1, 2].map(() => write(chaos, player, player.ownChat));
  await player.device.kill();
  await Promise.all(writing);
  expect(isAlive(player.device.pid)).toBe(false);
  player.device.proxy.restore();
  player.device = await chaos.scene.start(player.name);
  player.desk = await returnToDesk(chaos.scene, player.device);
  await eventually(async () => (await readLive(player.desk)).outbox.waiting === 0, 'an empty outbox');
  const settled = await eventually(async () => {
    const { totals } = await chaos.scene.organisation.platform.readChat(player.ownChat);
    return totals !== null && totals.trackedMs >= before - BEAT_MS && totals.trackedMs;
  }, `${player.ownChat} settled to within a beat of ${before} ms`);
  expect(settled).toBeLessThanOrEqual(before + READ_MS);
  chaos.lostMs.push(Math.max(0, before - settled));
  await openChats(chaos, player);
}

/** kill -9 of the desk's renderer: main goes on, and nothing at all is missing. */
export async function killDeskRenderer(chaos: Chaos, player: Player): Promise<void> {
  const before = await trackedMs(player);
  const pid = await player.device.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find((one) => one.webContents.getURL().includes('/desk'))
      ?.webContents.getOSProcessId(),
  );
  const writing = write(chaos, player, player.ownChat);
  process.kill(pid!, 'SIGKILL');
  await eventually(async () => !isAlive(pid!), 'the renderer’s end');
  await writing;
  player.desk = await deskWindow(player.device);
  expect(await trackedMs(player)).toBeGreaterThanOrEqual(before - PLACING_MS);
}

/** kill -9 of the server, and one on the same database; devices go on and nothing they show goes back, but for what placing moves. */
export async function killServer(chaos: Chaos): Promise<void> {
  const before = await Promise.all(chaos.players.map(trackedMs));
  const writing = chaos.players.map((player) => write(chaos, player, chaos.sharedChat));
  await chaos.scene.killServer();
  await Promise.all(writing);
  const after = await Promise.all(chaos.players.map(trackedMs));
  after.forEach((ms, n) => expect(ms).toBeGreaterThanOrEqual(before[n]! - PLACING_MS));
}
