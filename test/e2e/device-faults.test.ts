import { appendFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bridge } from '../../shared/ipc.ts';
import { pullAllRows } from '../support/all-rows.ts';
import { isAlive } from '../support/e2e-process-tree.ts';
import { returnToDesk, signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import {
  call,
  callRaw,
  composer,
  eventually,
  liveChat,
  openChat,
  readLive,
  sendMessage,
} from '../support/e2e-windows.ts';
import { ofType } from '../support/http-device.ts';

let scene: Scene;
let a: SceneDevice;
let desk: Page;
let chat: Page;

beforeAll(async () => {
  scene = await startScene({
    clients: [{ id: 'mara', name: 'Mara Lindt', creditsMinor: 100_000 }],
    chats: [{ id: 'mara-1', userId: 'mara' }],
  });
  a = await scene.start('a');
  desk = await signInAsLea(scene, a);
}, 120_000);
afterAll(() => scene.stop(), 60_000);

/** From now on nothing that main appends finds room on the disk; or it does again. */
function setDiskFull(isFull: boolean): Promise<void> {
  return a.app.evaluate(async (_electron, full) => {
    const { open } = process.getBuiltinModule('node:fs/promises');
    const handle = await open('/dev/null', 'r');
    const files = Object.getPrototypeOf(handle) as { appendFile: unknown; reallyAppendFile?: unknown };
    await handle.close();
    files.reallyAppendFile ??= files.appendFile;
    files.appendFile = full
      ? () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' }))
      : files.reallyAppendFile;
  }, isFull);
}

test(
  'a full disk is said at once, and costs not a millisecond of the time that ran',
  { timeout: 90_000 },
  async () => {
    chat = await openChat(a, desk, scene.chats.get('mara-1')!, 'Mara Lindt');
    await liveChat(desk, 'mara-1', (one) => one.timer === 'running' && one.trackedMs > 1_000);
    await setDiskFull(true);
    const refused = await callRaw(chat, 'writeRow', {
      row: { type: 'message', chatId: 'mara-1', text: 'does not fit' },
    });
    expect(refused).toMatchObject({ ok: false, code: 'diskFull' });
    await call(chat, 'pauseTimer', { chatId: 'mara-1' });
    await eventually(async () => (await readLive(desk)).problems?.includes('diskFull'), 'the full disk said');
    const shown = await liveChat(desk, 'mara-1', (one) => one.timer === 'paused');
    await setDiskFull(false);
    await eventually(async () => (await readLive(desk)).problems?.length === 0, 'all saved');
    await eventually(async () => (await readLive(desk)).outbox.waiting === 0, 'an empty outbox');
    const rows = await pullAllRows(scene.organisation.supervisor);
    const [segment] = ofType(rows, 'timeSegment');
    expect(segment).toMatchObject({ closed: true, closeReason: 'paused', elapsedMs: shown.trackedMs });
    expect(ofType(rows, 'stopMark')).toHaveLength(1);
  },
);

/** From now on the page notes what it is told of the chat every second. */
function countLive(page: Page): Promise<void> {
  return page.evaluate(() => {
    const holder = globalThis as unknown as { api: Bridge; heardMs: number[] };
    holder.heardMs = [];
    holder.api.on('liveChanged', ({ chats }) => holder.heardMs.push(chats[0]?.trackedMs ?? 0));
  });
}

function liveHeard(page: Page): Promise<number[]> {
  return page.evaluate(() => (globalThis as unknown as { heardMs: number[] }).heardMs);
}

test('what waits can be written out as a text for people', { timeout: 60_000 }, async () => {
  a.proxy.cut();
  await sendMessage(chat, 'not sent yet');
  const { file } = await call(desk, 'exportOutbox', null);
  expect(readFileSync(file, 'utf8')).toContain('not sent yet');
  expect(statSync(file).mode & 0o077).toBe(0);
  a.proxy.restore();
  await eventually(async () => (await readLive(desk)).outbox.waiting === 0, 'an empty outbox');
});

test('unreadable lines of the outbox are named in every window', { timeout: 90_000 }, async () => {
  await a.kill();
  const members = path.join(a.userDataDir, 'profiles', 'default', 'members');
  const [member] = readdirSync(members);
  appendFileSync(path.join(members, member!, 'outbox.jsonl'), '{"v":1,"kind":"row","row":{"ty');
  a = await scene.start('a');
  desk = await returnToDesk(scene, a);
  expect((await readLive(desk)).problems).toEqual(['outboxUnreadable']);
});

test(
  'a page that cannot be loaded is there again by itself; no time is lost meanwhile',
  { timeout: 60_000 },
  async () => {
    chat = await openChat(a, desk, scene.chats.get('mara-1')!, 'Mara Lindt');
    const before = (await liveChat(desk, 'mara-1', (one) => one.timer === 'running')).trackedMs;
    const failures = await a.app.evaluate(({ BrowserWindow }) => {
      const files = process.getBuiltinModule('node:fs/promises');
      const { syncBuiltinESMExports } = process.getBuiltinModule('node:module');
      const { realpath } = files;
      const codes: number[] = [];
      const fails = (file: unknown) => String(file).endsWith('chat.html') && codes.length < 2;
      files.realpath = ((file: string) =>
        fails(file) ? Promise.reject(new Error('EIO')) : realpath(file)) as typeof realpath;
      syncBuiltinESMExports();
      const contents = BrowserWindow.getAllWindows().find((one) =>
        one.getTitle().endsWith('Mara Lindt'),
      )!.webContents;
      return new Promise<number[]>((resolve) => {
        contents.on('did-fail-load', (_event, code) => {
          if (codes.push(code) < 2) return;
          files.realpath = realpath;
          syncBuiltinESMExports();
          resolve(codes);
        });
        contents.reload();
      });
    });
    expect(failures).toHaveLength(2);
    await eventually(
      async () => !(await chat.evaluate(() => location.href)).startsWith('chrome-error'),
      'the page after two failures',
    );
    await composer(chat).waitFor();
    const live = await liveChat(chat, 'mara-1', (one) => one.timer === 'running');
    expect(live.trackedMs).toBeGreaterThanOrEqual(before);
    const log = readFileSync(path.join(a.userDataDir, 'profiles', 'default', 'chatclock.log'), 'utf8');
    expect(log.match(/page chat could not be loaded/g)!.length).toBeGreaterThanOrEqual(2);
    await call(chat, 'closeWindow', null).catch(() => undefined);
  },
);

test(
  'a desk that was closed while a chat ran is only put away; closing the last chat then ends the app',
  { timeout: 90_000 },
  async () => {
    chat = await openChat(a, desk, scene.chats.get('mara-1')!, 'Mara Lindt');
    await liveChat(desk, 'mara-1', (one) => one.timer === 'running');
    await call(desk, 'closeWindow', null);
    await eventually(
      () =>
        a.app.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows().some(
            (one) => one.webContents.getURL().includes('desk.html') && !one.isVisible(),
          ),
        ),
      'the hidden desk',
    );
    await countLive(desk);
    const { trackedMs: hiddenMs } = await liveChat(chat, 'mara-1', (one) => one.timer === 'running');
    const shown = await liveChat(chat, 'mara-1', (one) => one.trackedMs > hiddenMs + 2_100);
    // Nobody sees the desk: it was told nothing while seconds passed. Shown again, it is told at once.
    expect(await liveHeard(desk)).toEqual([]);
    await call(chat, 'showDesk', null);
    const [first] = await eventually(async () => {
      const heard = await liveHeard(desk);
      return heard.length > 0 && heard;
    }, 'a fresh snapshot');
    expect(first).toBeGreaterThanOrEqual(shown.trackedMs);
    await call(desk, 'closeWindow', null);
    await call(chat, 'closeWindow', null).catch(() => undefined);
    await eventually(() => Promise.resolve(!isAlive(a.pid)), 'the end of the app');
    a = await scene.start('a');
    desk = await returnToDesk(scene, a);
    await eventually(async () => (await readLive(desk)).outbox.waiting === 0, 'an empty outbox');
    const segments = ofType(await pullAllRows(scene.organisation.supervisor), 'timeSegment');
    expect(segments.at(-1)).toMatchObject({ closed: true, closeReason: 'windowClosed' });
  },
);
