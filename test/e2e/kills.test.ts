import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BEAT_MS } from '../../shared/wire.ts';
import { pullAllRows } from '../support/all-rows.ts';
import { isAlive } from '../support/e2e-process-tree.ts';
import { returnToDesk, signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import {
  call,
  deskWindow,
  eventually,
  liveChat,
  openChat,
  readLive,
  sendMessage,
} from '../support/e2e-windows.ts';
import { newestById, ofType } from '../support/http-device.ts';

let scene: Scene;
let a: SceneDevice;
let desk: Page;

beforeAll(async () => {
  scene = await startScene({
    clients: [
      { id: 'mara', name: 'Mara Lindt', creditsMinor: 100_000 },
      { id: 'jonas', name: 'Jonas Pohl', creditsMinor: 100_000 },
    ],
    chats: [
      { id: 'mara-1', userId: 'mara' },
      { id: 'jonas-1', userId: 'jonas' },
    ],
  });
  a = await scene.start('a');
  desk = await signInAsLea(scene, a);
}, 120_000);
afterAll(() => scene.stop(), 60_000);

/** The chat's settled total once all its segments are closed and nothing waits on the device. */
async function settledMs(chatId: string): Promise<number> {
  return eventually(async () => {
    if ((await readLive(desk)).outbox.waiting > 0) return undefined;
    const rows = await pullAllRows(scene.organisation.supervisor);
    const segments = [...newestById(ofType(rows, 'timeSegment')).values()].filter(
      (segment) => segment.chatId === chatId,
    );
    if (segments.length === 0 || segments.some((segment) => !segment.closed)) return undefined;
    return (await scene.organisation.platform.readChat(chatId)).totals?.trackedMs;
  }, `${chatId} settled`);
}

test('after kill -9 of the desk’s renderer alone nothing is missing', { timeout: 120_000 }, async () => {
  const page = await openChat(a, desk, scene.chats.get('jonas-1')!, 'Jonas Pohl');
  await liveChat(desk, 'jonas-1', (chat) => chat.trackedMs > 3_000);
  await sendMessage(page, 'before the kill');
  const rendererPid = await a.app.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows().find((one) => one.webContents.getURL().includes('/desk'));
    return window?.webContents.getOSProcessId();
  });
  process.kill(rendererPid!, 'SIGKILL');
  await eventually(async () => !isAlive(rendererPid!), 'the renderer’s end');
  const before = (await call(page, 'readLive', null)).chats.find(
    (chat) => chat.chatId === 'jonas-1',
  )!.trackedMs;
  await sendMessage(page, 'while the desk is gone');
  desk = await deskWindow(a);
  const live = await liveChat(desk, 'jonas-1', (chat) => chat.timer === 'running');
  expect(live.trackedMs).toBeGreaterThanOrEqual(before);
  await call(page, 'pauseTimer', { chatId: 'jonas-1' });
  const shown = await liveChat(desk, 'jonas-1', (chat) => chat.timer === 'paused');
  expect(await settledMs('jonas-1')).toBe(shown.trackedMs);
  const texts = ofType(await pullAllRows(scene.organisation.supervisor), 'message').map(
    (message) => message.text,
  );
  expect(texts).toEqual(['before the kill', 'while the desk is gone']);
});

test(
  'after kill -9 of the whole device at most one beat of a running chat is missing',
  { timeout: 120_000 },
  async () => {
    const page = await openChat(a, desk, scene.chats.get('mara-1')!, 'Mara Lindt');
    await sendMessage(page, 'saved before the power went');
    const last = await liveChat(desk, 'mara-1', (chat) => chat.trackedMs > BEAT_MS * 2 + 2_000, 30_000);
    await a.kill();
    expect(isAlive(a.pid)).toBe(false);

    a = await scene.start('a');
    desk = await returnToDesk(scene, a);
    const settled = await settledMs('mara-1');
    process.stdout.write(
      `of ${last.trackedMs} ms seen before the kill ${last.trackedMs - settled} ms are missing\n`,
    );
    expect(settled).toBeGreaterThanOrEqual(last.trackedMs - BEAT_MS);
    const texts = ofType(await pullAllRows(scene.organisation.supervisor), 'message').filter(
      (message) => message.chatId === 'mara-1',
    );
    expect(texts.map((message) => message.text)).toEqual(['saved before the power went']);
  },
);
