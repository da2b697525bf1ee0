/** One instance per profile, links from outside, and the question before quitting. */
import { spawn } from 'node:child_process';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { electronEnvironment } from '../support/e2e-device.ts';
import { isAlive } from '../support/e2e-process-tree.ts';
import { signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import { eventually, liveChat, openChat, readLive } from '../support/e2e-windows.ts';
import { electronPath, ROOT } from '../support/electron-path.ts';

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

/** Starts the app once more with the same profile; resolves with what it said when it has ended. */
async function startAgain(...args: string[]): Promise<{ status: number | null; said: string }> {
  const { env, flags } = await electronEnvironment();
  const child = spawn(electronPath(), [...flags, ROOT, '--user-data', a.userDataDir, ...args], { env });
  let said = '';
  child.stdout.on('data', (part: Buffer) => (said += part.toString()));
  return new Promise((resolve) => child.on('exit', (status) => resolve({ status, said })));
}

const selected = () => desk.locator('[role="row"][aria-selected="true"]').getAttribute('data-chat-id');

test(
  'a link from outside shows its chat in the app that runs, and starts nothing',
  { timeout: 60_000 },
  async () => {
    for (const id of ['jonas-1', 'mara-1']) {
      const { status, said } = await startAgain(`chatclock://chat/${id}`);
      expect({ status, said }).toMatchObject({ status: 0, said: expect.stringContaining('profileInUse') });
      await eventually(async () => (await selected()) === id, `the selected chat ${id}`);
    }
    const { chats } = await readLive(desk);
    expect(chats.filter(({ timer, isOpen }) => timer === 'running' || isOpen)).toEqual([]);
  },
);

test(
  'a link to what is not here is said, and anything but a chat is no link',
  { timeout: 60_000 },
  async () => {
    await startAgain('chatclock://chat/somebody-elses');
    await desk.getByText('This chat is not on this computer.').waitFor({ timeout: 10_000 });
    await startAgain('chatclock://topup/mara?amount=100');
    expect(await selected()).toBe('mara-1');
  },
);

test('quitting while a chat runs asks, and goes on when the answer is no', { timeout: 60_000 }, async () => {
  await openChat(a, desk, scene.chats.get('mara-1')!, 'Mara Lindt');
  await liveChat(desk, 'mara-1', (chat) => chat.timer === 'running' && chat.trackedMs > 1_000);
  await a.app.evaluate(({ dialog, app }) => {
    const heard = globalThis as unknown as { asked: string[] };
    heard.asked = [];
    dialog.showMessageBox = (...given: unknown[]) => {
      heard.asked.push((given.at(-1) as { message: string }).message);
      return Promise.resolve({ response: 1, checkboxChecked: false });
    };
    app.quit();
  });
  const asked = await eventually(async () => {
    const heard = await a.app.evaluate(() => (globalThis as unknown as { asked: string[] }).asked);
    return heard.length > 0 && heard;
  }, 'the question');
  expect(asked).toEqual(['One chat is running.']);
  await liveChat(desk, 'mara-1', (chat) => chat.timer === 'running' && chat.trackedMs > 2_000);
});

test('a signal is not kept waiting by a question', { timeout: 60_000 }, async () => {
  await a.app.evaluate(({ dialog, app }) => {
    dialog.showMessageBox = () => new Promise(() => undefined);
    app.quit();
  });
  process.kill(a.pid, 'SIGTERM');
  await eventually(() => Promise.resolve(!isAlive(a.pid)), 'the end of the app');
});
