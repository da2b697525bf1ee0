/** A chat that runs on one device is taken over by another: what the server says of it, also while the first is silent. */
import { afterEach, expect, test } from 'vitest';
import {
  createDevice,
  createScene,
  memberActor,
  projectionOf,
  seed,
  totalsOf,
  type CoreScene,
  type SceneDevice,
} from '../support/core-scene.ts';

let scene: CoreScene;
afterEach(() => scene.stop());

/** Lea's laptop has run chat-1 for 20 s and said so; her desktop is there too. */
async function laptopRuns(): Promise<{ laptop: SceneDevice; desktop: SceneDevice }> {
  scene = await createScene();
  await seed(scene.core);
  const laptop = createDevice(scene, memberActor('lea', 'laptop'));
  const desktop = createDevice(scene, memberActor('lea', 'desktop'), 'boot-2');
  await laptop.anchor();
  await desktop.anchor();
  scene.clock.advance(1_000);
  await laptop.push(laptop.segment('l1', 'chat-1', { agoMs: 0, closed: false }));
  scene.clock.advance(20_000);
  await laptop.beat([{ segmentId: 'l1', chatId: 'chat-1', elapsedMs: 20_000 }]);
  return { laptop, desktop };
}

async function takeOver(desktop: SceneDevice): Promise<void> {
  await desktop.push(
    desktop.stopMark('m1', 'chat-1'),
    desktop.segment('d1', 'chat-1', { agoMs: 0, closed: false }),
  );
}

async function runsOn(): Promise<string | undefined> {
  const { chats } = await projectionOf(scene.core, 'lea', 'emma');
  return chats.find(({ chatId }) => chatId === 'chat-1')?.runningOnDeviceId;
}

test('while the first device is silent, the chat runs on the one that took it over, and its later time is cut', async () => {
  const { laptop, desktop } = await laptopRuns();
  scene.clock.advance(4_000); // The laptop's network is gone; it runs on.
  await takeOver(desktop);
  scene.clock.advance(5_000);
  await desktop.beat([{ segmentId: 'd1', chatId: 'chat-1', elapsedMs: 5_000 }]);
  expect(await runsOn()).toBe('desktop');

  scene.clock.advance(55_000);
  await desktop.push(desktop.segment('d1', 'chat-1', { agoMs: 60_000 }));
  scene.clock.advance(60_000);
  // Back with 144 s of its own, 120 s of them after the mark.
  await laptop.push(laptop.segment('l1', 'chat-1', { agoMs: 144_000 }));
  expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 84_000 });
  const { chats } = await projectionOf(scene.core, 'lea', 'emma');
  expect(chats.find(({ chatId }) => chatId === 'chat-1')).toMatchObject({ trackedMs: 84_000 });
});

test('when the second device pauses what it took over, the chat runs nowhere', async () => {
  const { desktop } = await laptopRuns();
  scene.clock.advance(2_000);
  await takeOver(desktop);
  scene.clock.advance(3_000);
  await desktop.push(desktop.segment('d1', 'chat-1', { agoMs: 3_000 }), desktop.stopMark('m2', 'chat-1'));
  expect(await runsOn()).toBeUndefined();
});
