/** A chat that two devices run, each unknown to the other: ending it on one ends it on both, and its time counts once. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  chat,
  createScene,
  memberActor,
  projectionOf,
  seed,
  totalsOf,
  type CoreScene,
} from '../support/core-scene.ts';
import { createLiveWorld, type LiveDevice, type LiveWorld } from '../support/live-device.ts';

const CHAT_1 = chat('chat-1', 'emma', 'lea');
let scene: CoreScene;
let world: LiveWorld;
let laptop: LiveDevice;
let desktop: LiveDevice;

beforeEach(async () => {
  scene = await createScene();
  await seed(scene.core);
  world = createLiveWorld(scene);
  laptop = await world.start(memberActor('lea', 'laptop'));
  desktop = await world.start(memberActor('lea', 'desktop'));
  await world.pass(6_000);
  // The desktop hears nothing when it starts what the laptop runs already.
  desktop.cut(true);
  laptop.open(CHAT_1);
  await world.pass(4_000);
  desktop.open(CHAT_1);
  await world.pass(6_000);
  desktop.cut(false);
  await world.pass(10_000);
  expect([laptop.phase('chat-1'), desktop.phase('chat-1')]).toEqual(['running', 'running']);
});
afterEach(async () => {
  await world.stop();
  await scene.stop();
});

test('its time ends on both at once, the chat itself when the eight seconds of undo are over, and it counts once', async () => {
  laptop.device.timers.end(CHAT_1);
  await world.pass(7_000);
  expect([laptop.phase('chat-1'), desktop.phase('chat-1')]).toEqual(['ending', 'paused']);
  await world.pass(6_000);
  expect(desktop.device.live().chats.find((one) => one.chatId === 'chat-1')?.timer ?? 'ended').toBe('ended');
  const { chats } = await projectionOf(scene.core, 'lea', 'emma');
  expect(chats.map(({ chatId }) => chatId)).not.toContain('chat-1');
  // 20 s until the laptop's end; what the desktop ran after it is cut.
  expect((await totalsOf(scene.core, 'chat-1')).trackedMs).toBe(20_000);
  expect(laptop.segments().map((one) => [one.closed, one.closeReason])).toEqual([[true, 'ended']]);
  expect(desktop.segments().every((one) => one.closed)).toBe(true);
});

test('undone in time, it goes on where it was ended, and the other device waits for its advisor', async () => {
  laptop.device.timers.end(CHAT_1);
  await world.pass(5_000);
  laptop.device.timers.undoEnd('chat-1');
  await world.pass(15_000);
  expect([laptop.phase('chat-1'), desktop.phase('chat-1')]).toEqual(['running', 'paused']);
});
