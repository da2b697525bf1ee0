import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchFresh, practise, type PracticeDevice } from '../support/e2e-practice.ts';
import { call, chatWindow, eventually, openRow, roleOf } from '../support/e2e-windows.ts';

let device: PracticeDevice;
let desk: Page;
let mini: Page;

beforeAll(async () => {
  device = await launchFresh();
  desk = await practise(device);
  // Rows change their places as chats open: who is where is read before.
  const ids = await desk
    .locator('[role="row"][data-chat-id]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-chat-id')!));
  for (const id of ids.slice(0, 3)) {
    await openRow(desk, id);
    await chatWindow(device, id);
  }
}, 60_000);
afterAll(async () => {
  await device.stop();
  expect(device.violations).toEqual([]);
}, 60_000);

/** As its key in the menu does. */
function chooseInMenu(id: string): Promise<void> {
  return device.app.evaluate(({ Menu }, itemId) => {
    Menu.getApplicationMenu()?.getMenuItemById(itemId)?.click();
  }, id);
}

function boundsOfMini(): Promise<{ x: number; y: number; width: number; height: number }> {
  return device.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find((one) => one.webContents.getURL().includes('mini.html'))!
      .getBounds(),
  );
}

test(
  'the mini timer lists the open chats at the second of every other window',
  { timeout: 30_000 },
  async () => {
    await chooseInMenu('mini');
    mini = await device.window(async (page) => roleOf(page) === 'mini', 'mini');
    const bar = mini.getByTestId('mini-bar-chat');
    await eventually(async () => (await bar.count()) === 2, 'two chats in the bar');
    expect(await boundsOfMini()).toMatchObject({ width: 320, height: 40 });
    const chatId = (await bar.first().getAttribute('data-chat-id'))!;
    const chat = await device.window(
      async (page) =>
        roleOf(page) === 'chat' && (await call(page, 'readAssignedChat', null))?.chat.id === chatId,
      'the same chat',
    );
    // Read within one second: twice the same on one side means that no tick fell between.
    await eventually(async () => {
      const before = await bar.first().locator('b').textContent();
      const shown = await chat.getByTestId('chat-countdown').textContent();
      return (await bar.first().locator('b').textContent()) === before && shown === before;
    }, 'one number in both windows');
  },
);

test(
  'it grows for the keyboard, its keys bring chats to the front, Esc shrinks it',
  { timeout: 30_000 },
  async () => {
    await mini.keyboard.press('Tab');
    await eventually(async () => (await boundsOfMini()).height === 220, 'a grown mini timer');
    const second = mini.getByTestId('mini-row').nth(1);
    const name = await second.locator('bdi').innerText();
    await mini.keyboard.press('Escape');
    await eventually(async () => (await boundsOfMini()).height === 40, 'a small one');
    await mini.keyboard.press('2');
    await eventually(
      () =>
        device.app.evaluate(
          ({ BrowserWindow }, client) =>
            BrowserWindow.getFocusedWindow()?.getTitle().endsWith(`– ${client}`) === true,
          name,
        ),
      'the second chat in front',
      10_000,
    );
  },
);

test('it hides names when asked, and is gone and back by its key', { timeout: 30_000 }, async () => {
  await call(desk, 'changePreferences', { miniHidesNames: true });
  await eventually(
    async () => (await mini.getByTestId('mini-bar-chat').first().innerText()).includes('Client'),
    'no name',
  );
  await chooseInMenu('mini');
  await eventually(async () => mini.isClosed(), 'no mini timer');
  expect((await call(desk, 'readPreferences', null)).isMiniShown).toBe(false);
});
