/** What waits and what was refused: seen, tried again, exported; the local copy fetched anew; rows sealed at sign-out. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { settle } from '../../sync-server/settle.ts';
import { pullAllRows } from '../support/all-rows.ts';
import { returnToDesk, signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import {
  call,
  eventually,
  liveChat,
  localDocuments,
  openChat,
  readLive,
  sendMessage,
  welcomeWindow,
} from '../support/e2e-windows.ts';
import { ofType } from '../support/http-device.ts';

const CHAT = 'mara-1';
const OTHER = 'ana-1';
let scene: Scene;
let device: SceneDevice;
let desk: Page;

beforeAll(async () => {
  scene = await startScene({
    clients: [
      { id: 'mara', name: 'Mara Lindt', creditsMinor: 100_000 },
      { id: 'ana', name: 'Ana Ruiz', creditsMinor: 100_000 },
    ],
    chats: [
      { id: CHAT, userId: 'mara' },
      { id: OTHER, userId: 'ana' },
    ],
  });
  device = await scene.start('a');
  desk = await signInAsLea(scene, device);
}, 120_000);
afterAll(() => scene.stop(), 60_000);

const outboxTab = () => desk.getByRole('button', { name: /^Outbox/ }).first();
const deliveries = (page: Page) =>
  page
    .getByTestId('delivery')
    .first()
    .evaluate((mark) => [mark.getAttribute('data-time'), mark.getAttribute('data-messages')]);

test(
  'offline, both windows say so calmly, and each chat says that its time and messages are saved here',
  { timeout: 60_000 },
  async () => {
    const chat = await openChat(device, desk, scene.chats.get(CHAT)!, 'Mara Lindt');
    await sendMessage(chat, 'Before the cut');
    await eventually(async () => (await readLive(desk)).outbox.waiting === 0, 'all at the server');
    await eventually(async () => (await deliveries(chat)).join() === 'atServer,atServer', 'at the server');
    device.proxy.cut();
    await sendMessage(chat, 'Written offline');
    const words = /Offline since \d\d:\d\d.* — go on; time is kept and marked unconfirmed/;
    await desk.getByText(words).waitFor({ timeout: 30_000 });
    await chat.getByText(words).waitFor();
    await eventually(async () => (await deliveries(chat))[1] === 'saved', 'saved here');
    await desk.bringToFront();
    await outboxTab().click();
    const group = desk.getByTestId('queue-group').filter({ hasText: 'Mara Lindt' });
    await expect.poll(() => group.textContent()).toMatch(/1 message.* of Mara Lindt, Coaching/);
    await group.click();
    await desk.getByText('Written offline').first().waitFor();
  },
);

test('an end is undone from the desk with Ctrl Z', { timeout: 30_000 }, async () => {
  await call(desk, 'endChat', { chatId: CHAT }).catch(async () => {
    const chat = await device.window(async (page) => page.url().includes('chat'), 'the chat');
    await call(chat, 'endChat', { chatId: CHAT });
  });
  await liveChat(desk, CHAT, (one) => one.timer === 'ending');
  await desk.getByTestId('desk-undo-end').getByText('Mara Lindt').waitFor();
  await desk.keyboard.press('Control+z');
  await liveChat(desk, CHAT, (one) => one.timer !== 'ending' && one.timer !== 'ended');
});

test(
  'a refused row says its code and why, holds up nothing, is exported as facts that settle reads, and can be tried again',
  { timeout: 60_000 },
  async () => {
    await call(desk, 'writeRow', { row: { type: 'chat', userId: 'nobody-here' } });
    device.proxy.restore();
    await eventually(
      async () => {
        const { outbox } = await readLive(desk);
        return outbox.waiting === 0 && outbox.refused === 1;
      },
      'one refused, all others sent',
      30_000,
    );
    const texts = ofType(await pullAllRows(scene.organisation.supervisor), 'message').map((one) => one.text);
    expect(texts).toContain('Written offline');
    const row = desk.getByTestId('refused-row');
    await row.waitFor();
    const code = (await row.getAttribute('data-code'))!;
    expect(await row.textContent()).toContain(code);
    await desk.getByRole('button', { name: 'Export as facts file' }).click();
    const file = (await desk.getByTestId('refused-file').textContent())!;
    const settled = await settle([file]);
    expect([settled.stderr, settled.exitStatus]).toEqual(['', 0]);
    expect(JSON.parse(settled.stdout)).toMatchObject({ chats: [{ trackedMs: 0 }] });
    await row.getByRole('button', { name: /^Retry/ }).click();
    // The server still knows no such client.
    await eventually(async () => (await readLive(desk)).outbox.refused === 1, 'refused again');
  },
);

test('the local data is fetched anew, and nothing of it is missing', { timeout: 60_000 }, async () => {
  const ids = async () => (await localDocuments(desk, 'message')).map((one) => String(one.id)).sort();
  const before = await ids();
  await desk.getByTestId('rebuild').click();
  await desk.getByRole('button', { name: 'Rebuild now' }).click();
  await eventually(
    async () => (await desk.getByTestId('rebuild').count()) === 1 && (await ids()).length >= before.length,
    'everything again',
  );
  expect(await ids()).toEqual(before);
});

test(
  'a local copy that was damaged is set aside under its name and made anew, and what was unsent is sent',
  { timeout: 90_000 },
  async () => {
    device.proxy.cut();
    await call(desk, 'writeRow', { row: { type: 'message', chatId: OTHER, text: 'Kept in the outbox' } });
    const damaged = await desk.evaluate(async () => {
      const all = (await indexedDB.databases()).map(({ name }) => name!);
      const name = all.find((one) => /--message$|--\d+--message/.test(one))!;
      // Another program's version of it, with none of our stores.
      await new Promise((resolve, reject) => {
        const request = indexedDB.open(name, 100_000);
        request.onupgradeneeded = () => {
          for (const store of [...request.result.objectStoreNames]) request.result.deleteObjectStore(store);
        };
        request.onsuccess = () => {
          request.result.close();
          resolve(null);
        };
        request.onerror = () => reject(request.error);
      });
      return name;
    });
    await device.quit();
    device.proxy.restore();
    device = await scene.start('a');
    desk = await returnToDesk(scene, device);
    await desk.getByText('The local copy of your chats could not be read.').first().waitFor();
    await outboxTab().click();
    const name = /rxdb-dexie-(.+?)--/.exec(damaged)![1]!;
    await desk.getByText(name).waitFor();
    const kept = await desk.evaluate(async () => (await indexedDB.databases()).map((one) => one.name));
    expect(kept).toContain(damaged);
    await eventually(async () => (await readLive(desk)).outbox.waiting === 0, 'all sent');
    const texts = ofType(await pullAllRows(scene.organisation.supervisor), 'message').map((one) => one.text);
    expect(texts.filter((text) => text === 'Kept in the outbox')).toHaveLength(1);
    await eventually(
      async () =>
        (await localDocuments(desk, 'message')).some((one) => one.text === 'Written offline') || undefined,
      'the messages again',
    );
  },
);

test(
  'rows unsent at sign-out are sealed for their author, who is told how many',
  { timeout: 60_000 },
  async () => {
    device.proxy.cut();
    await call(desk, 'writeRow', { row: { type: 'message', chatId: OTHER, text: 'Sealed' } });
    await eventually(async () => (await readLive(desk)).outbox.waiting > 0, 'unsent');
    const { waiting } = (await readLive(desk)).outbox;
    await call(desk, 'signOut', null).catch(() => undefined);
    const welcome = await welcomeWindow(device);
    await welcome.getByText(/wait(s)? here for Lea Brandt/).waitFor();
    const session = await call(welcome, 'readSession', null);
    expect(session).toMatchObject({ phase: 'signedOut', sealedRows: [{ memberName: 'Lea Brandt' }] });
    if (session.phase === 'signedOut') expect(session.sealedRows[0]!.rows).toBeGreaterThanOrEqual(waiting);
    device.proxy.restore();
    desk = await signInAsLea(scene, device);
    await eventually(async () => (await readLive(desk)).outbox.waiting === 0, 'sent by their author');
    const texts = ofType(await pullAllRows(scene.organisation.supervisor), 'message').map((one) => one.text);
    expect(texts.filter((text) => text === 'Sealed')).toHaveLength(1);
  },
);
