/**
 * Every window and page in light, dark and high contrast: axe finds nothing, nothing scrolls sideways at twice the size,
 * the focus is always seen and never lost. A new page is a line in VIEWS.
 */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findings, hiddenFocus, LOOKS, movingThings, showLook, wideThings } from '../support/e2e-axe.ts';
import { LEA, signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import {
  call,
  chatWindow,
  eventually,
  liveChat,
  openChat,
  readLive,
  roleOf,
  signIn,
  welcomeWindow,
} from '../support/e2e-windows.ts';
import { createHttpDevice } from '../support/http-device.ts';
import { PASSWORD, SUPERVISOR_EMAIL } from '../support/organisation.ts';

const CLIENTS = [
  { id: 'mara', name: 'Mara Lindt', creditsMinor: 60_000 },
  { id: 'jonas', name: 'Jonas Maximilian Pohl-Friedrichsen von und zu Hohenlohe', creditsMinor: 60_000 },
  { id: 'ana', name: 'Ana Ruiz', creditsMinor: 300, freeMs: 0 },
  { id: 'tom', name: 'Tom Keller', freeMs: 0 },
];
let scene: Scene;
let device: SceneDevice;
let desk: Page;

beforeAll(async () => {
  scene = await startScene({ clients: CLIENTS, chats: [] });
  device = await scene.start('a');
}, 60_000);
afterAll(() => scene.stop(), 60_000);

async function makeChats(): Promise<void> {
  const { platform } = scene.organisation;
  for (const { id: userId } of CLIENTS) {
    for (const number of [1, 2]) {
      const id = `${userId}-${number}`;
      await platform.put('chats', id, {
        userId,
        advisorId: LEA,
        topic: 'Second card',
        number: `81${number}`,
      });
      await platform.put('messages', `hello-${id}`, { chatId: id, text: 'And the second card?' });
      scene.chats.set(id, (await platform.readChat(id)).chat);
    }
  }
}

const open = (chatId: string) => openChat(device, desk, scene.chats.get(chatId)!, scene.clientName(chatId));

async function runningChat(chatId: string): Promise<Page> {
  const page = await open(chatId);
  await liveChat(desk, chatId, ({ timer }) => timer === 'running');
  return page;
}

/** Opens what a key of the desk opens. */
async function overlay(key: string): Promise<Page> {
  await closeOverlays();
  await desk.keyboard.press(key);
  await desk.locator('dialog[open]').waitFor();
  return desk;
}

async function closeOverlays(): Promise<void> {
  await desk.bringToFront();
  for (let press = 0; press < 3; press += 1) await desk.keyboard.press('Escape');
}

async function tab(name: string, main = name): Promise<Page> {
  await closeOverlays();
  await desk.locator('.tabs').getByRole('button', { name, exact: false }).click();
  await desk.getByRole('main', { name: main }).waitFor();
  return desk;
}

async function sizeDesk(width: number, height: number): Promise<void> {
  await device.app.evaluate(
    ({ BrowserWindow }, [w, h]) => {
      const all = BrowserWindow.getAllWindows();
      all.find((one) => one.webContents.getURL().endsWith('/desk.html'))?.setContentSize(w!, h!);
    },
    [width, height],
  );
  await desk.waitForFunction((w) => innerWidth === w, width);
}

/** As the settings page calls its sections. */
const SETTINGS = [
  'Look',
  'Mini timer',
  'Notices',
  'Away',
  'Snippets',
  'Keys',
  'This computer',
  'Report a problem',
];

async function settings(section: string): Promise<Page> {
  await closeOverlays();
  await desk.keyboard.press('Control+,');
  await desk.getByRole('main', { name: 'Settings' }).getByRole('navigation').getByText(section).click();
  await desk.getByRole('heading', { level: 1, name: section }).waitFor();
  return desk;
}

/** In this order: each view starts from what the one before it left. */
const VIEWS: { name: string; show(): Promise<Page> }[] = [
  { name: 'the welcome window', show: () => welcomeWindow(device) },
  {
    name: 'the form to sign in',
    async show() {
      const welcome = await welcomeWindow(device);
      await welcome.getByTestId('welcome-connect').click();
      await welcome.getByTestId('signin-email').waitFor();
      return welcome;
    },
  },
  { name: 'the empty desk', show: async () => (desk = await signInAsLea(scene, device)) },
  {
    name: 'the full desk',
    async show() {
      await makeChats();
      await runningChat('mara-1');
      await open('jonas-1');
      await call(desk, 'startOutsideTimer', { userId: 'tom', topic: 'Phone' });
      await desk.getByTestId('outside-timer').waitFor();
      const startMs = (await readLive(desk)).serverNowMs - 120_000;
      const session = { timerId: null, userId: 'tom', topic: 'Phone', note: '' };
      await call(desk, 'saveOutsideSession', { ...session, startMs, elapsedMs: 60_000 });
      return desk;
    },
  },
  {
    name: 'a running chat',
    async show() {
      const chat = await chatWindow(device, 'mara-1');
      await chat.getByTestId('chat-composer').fill('The second one');
      await chat.keyboard.press('Enter');
      return chat;
    },
  },
  {
    name: 'a paused chat',
    async show() {
      await call(desk, 'pauseTimer', { chatId: 'jonas-1' });
      await liveChat(desk, 'jonas-1', ({ timer }) => timer === 'paused');
      return chatWindow(device, 'jonas-1');
    },
  },
  { name: 'a chat that runs low', show: () => runningChat('ana-1') },
  {
    name: 'a chat without credits',
    async show() {
      const chat = await open('tom-1');
      await chat.getByText('Exhausted').first().waitFor();
      return chat;
    },
  },
  {
    name: 'a chat that runs on another device',
    async show() {
      const laptop = await createHttpDevice({ url: scene.server.url, advisorId: LEA, name: 'Laptop' });
      await laptop.anchor();
      const segment = { ...laptop.segment('mara-2', 2_000, 2_000), closed: false };
      delete segment.closeReason;
      await laptop.push([laptop.record(scene.chats.get('mara-2')!), segment]);
      await liveChat(desk, 'mara-2', ({ runningElsewhere }) => runningElsewhere !== null);
      const chat = await open('mara-2');
      await chat.getByTestId('chat-take-over').waitFor();
      return chat;
    },
  },
  {
    name: 'a chat that has just ended',
    async show() {
      await call(desk, 'endChat', { chatId: 'jonas-1' });
      await liveChat(desk, 'jonas-1', ({ timer }) => timer === 'ending' || timer === 'ended');
      return device.window(
        async (page) => (await call(page, 'readAssignedChat', null))?.chat.id === 'jonas-1',
        'the ended chat',
      );
    },
  },
  { name: 'the dialog of a new chat', show: () => overlay('n') },
  { name: 'all keys', show: () => overlay('?') },
  { name: 'the form of a session outside', show: () => overlay('o') },
  {
    name: 'the person’s menu',
    async show() {
      await closeOverlays();
      await desk.getByRole('button', { name: 'menu' }).click();
      return desk;
    },
  },
  { name: 'the palette', show: () => overlay('Control+k') },
  {
    name: 'the palette with what was found',
    async show() {
      await desk.getByTestId('palette').getByRole('combobox').fill('jonas');
      await desk.getByRole('option', { name: /Start a chat with Jonas/ }).waitFor();
      return desk;
    },
  },
  {
    name: 'the history with a note that is disputed',
    async show() {
      await closeOverlays();
      const { row } = await call(desk, 'writeRow', { row: { type: 'note', chatId: 'mara-1', text: 'Left' } });
      // Two devices changed the same version without knowing of each other.
      const edit = { type: 'note' as const, chatId: 'mara-1', noteId: row.id, basedOn: [row.id] };
      for (const text of ['Left hand', 'Right hand'])
        await call(desk, 'writeRow', { row: { ...edit, text } });
      await desk.locator('[data-chat-id="mara-1"]').first().click();
      await desk.keyboard.press('Control+k');
      await desk.keyboard.type('all chats with');
      await desk.keyboard.press('Enter');
      await desk.getByRole('complementary', { name: 'Notes' }).getByText('Right hand').waitFor();
      return desk;
    },
  },
  {
    name: 'a chat with its notes',
    async show() {
      const chat = await chatWindow(device, 'mara-1');
      await chat.getByTestId('chat-notes').click();
      await chat.getByTestId('client-notes').getByText('Right hand').waitFor();
      return chat;
    },
  },
  {
    name: 'the palette of a chat',
    async show() {
      const chat = await chatWindow(device, 'mara-1');
      await chat.keyboard.press('Escape');
      await chat.keyboard.press('Control+k');
      await chat.getByTestId('palette').waitFor();
      return chat;
    },
  },
  {
    name: 'the snippets of a chat',
    async show() {
      const chat = await chatWindow(device, 'mara-1');
      await chat.keyboard.press('Escape');
      await chat.keyboard.press('Control+.');
      await chat.getByTestId('snippets').waitFor();
      return chat;
    },
  },
  {
    name: 'the mini timer',
    async show() {
      await (await chatWindow(device, 'mara-1')).keyboard.press('Escape');
      await call(desk, 'runMenuCommand', { id: 'mini' });
      return device.window(async (page) => roleOf(page) === 'mini', 'the mini timer');
    },
  },
  { name: 'sessions outside', show: () => tab('Outside') },
  { name: 'the outbox', show: () => tab('Outbox') },
  { name: 'the receipts', show: () => tab('Receipts') },
  ...SETTINGS.map((name) => ({ name: `the settings: ${name}`, show: () => settings(name) })),
  {
    name: 'the desk offline',
    async show() {
      await tab('Desk', 'Chats');
      device.proxy.cut();
      await eventually(async () => (await readLive(desk)).connection.phase === 'offline', 'being offline');
      return desk;
    },
  },
  { name: 'a chat offline', show: () => chatWindow(device, 'mara-1') },
  {
    name: 'the narrow desk with its menu of pages',
    async show() {
      device.proxy.restore();
      await sizeDesk(760, 520);
      await desk.getByTestId('desk-pages').click();
      return desk;
    },
  },
  {
    name: 'a client’s page of the narrow desk',
    async show() {
      await closeOverlays();
      await desk.locator('[data-chat-id="mara-1"]').focus();
      await desk.keyboard.press('Enter');
      await desk.locator('.panel.page-of-its-own').waitFor();
      return desk;
    },
  },
];

describe('axe finds nothing in light, dark and high contrast, and nothing moves under reduced motion, in', () => {
  test.each(VIEWS)('$name', { timeout: 60_000 }, async ({ show }) => {
    const page = await show();
    const found: string[] = [];
    for (const look of LOOKS) {
      await showLook(page, look);
      found.push(...(await findings(page, look)));
    }
    expect(found).toEqual([]);
    expect(await movingThings(page)).toEqual([]);
    expect(await wideThings(page)).toEqual([]);
  });
});

test('at twice the size nothing scrolls sideways', { timeout: 60_000 }, async () => {
  await closeOverlays();
  await sizeDesk(1180, 760);
  await device.app.evaluate(({ BrowserWindow }) => {
    for (const one of BrowserWindow.getAllWindows()) one.webContents.setZoomFactor(2);
  });
  await desk.waitForFunction(() => innerWidth === 590);
  expect(await wideThings(desk)).toEqual([]);
  for (const name of ['Outside', 'Outbox', 'Receipts', 'Desk']) {
    await desk.getByTestId('desk-pages').click();
    await desk.getByRole('menuitemradio', { name }).click();
    expect([name, await wideThings(desk)]).toEqual([name, []]);
  }
  await overlay('o');
  expect(await wideThings(desk)).toEqual([]);
  await closeOverlays();
  expect(await wideThings(await chatWindow(device, 'mara-1'))).toEqual([]);
  await device.app.evaluate(({ BrowserWindow }) => {
    for (const one of BrowserWindow.getAllWindows()) one.webContents.setZoomFactor(1);
  });
  await desk.waitForFunction(() => innerWidth === 1180);
});

test('whatever Tab reaches shows that it has the focus', { timeout: 60_000 }, async () => {
  await closeOverlays();
  expect(await hiddenFocus(desk, 22)).toEqual([]);
  const chat = await chatWindow(device, 'mara-1');
  await chat.bringToFront();
  expect(await hiddenFocus(chat, 12)).toEqual([]);
});

test(
  'a row keeps the focus when the order changes and when it goes to another list',
  {
    timeout: 60_000,
  },
  async () => {
    await closeOverlays();
    const waiting = desk.getByRole('grid', { name: 'Waiting' });
    const ids = () =>
      waiting.getByRole('row').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-chat-id')));
    const focusedId = () => desk.evaluate(() => document.activeElement?.getAttribute('data-chat-id'));
    await waiting.locator('[data-chat-id="jonas-2"]').focus();
    const before = await ids();
    expect(before.at(-1)).not.toBe('jonas-2');
    // Answered, a client waits for nobody: the row goes to the end of the list.
    await call(desk, 'writeRow', { row: { type: 'message', chatId: 'jonas-2', text: 'One moment' } });
    await eventually(async () => (await ids()).at(-1) === 'jonas-2', 'another order');
    expect(await focusedId()).toBe('jonas-2');
    await desk.keyboard.press('ArrowUp');
    expect(await focusedId()).toBe((await ids()).at(-2));
    await desk.keyboard.press('ArrowDown');
    await runningChat('jonas-2');
    await desk.getByRole('grid', { name: 'Live' }).locator('[data-chat-id="jonas-2"]').waitFor();
    expect(await focusedId()).toBe('jonas-2');
  },
);

test('a supervisor’s desk has nothing axe objects to', { timeout: 60_000 }, async () => {
  await call(desk, 'signOut', null).catch(() => undefined); // The window closes while it answers.
  desk = await signIn(device, { email: SUPERVISOR_EMAIL, password: PASSWORD });
  await desk.getByTestId('manual-row').waitFor();
  for (const look of LOOKS) {
    await showLook(desk, look);
    expect(await findings(desk, look)).toEqual([]);
  }
  expect(await wideThings(desk)).toEqual([]);
});
