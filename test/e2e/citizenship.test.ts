import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acceleratorParts, SHORTCUTS } from '../../shared/shortcuts.ts';
import { launchDevice, type Device } from '../support/e2e-device.ts';
import { practise } from '../support/e2e-practice.ts';
import { call, chatWindow, deskWindow, eventually, openRow, readLive } from '../support/e2e-windows.ts';

/** The system's folder for choices of this person; the app writes its autostart entry there. */
const configDir = mkdtempSync(path.join(os.tmpdir(), 'chatclock-config-'));
const dataDir = mkdtempSync(path.join(os.tmpdir(), 'chatclock-citizen-'));
let device: Device;
let desk: Page;

beforeAll(async () => {
  process.env.XDG_CONFIG_HOME = configDir;
  device = await launchDevice({ userDataDir: dataDir });
  desk = await practise(device);
}, 60_000);
afterAll(async () => {
  await device.quit();
  for (const folder of [dataDir, configDir]) rmSync(folder, { recursive: true, force: true });
  expect(device.violations).toEqual([]);
}, 60_000);

test('settings open by their key, change by keyboard, and are kept', { timeout: 30_000 }, async () => {
  await desk.bringToFront();
  await desk.keyboard.press('Control+,');
  await desk.getByRole('heading', { name: 'Look' }).waitFor();
  await desk.getByTestId('settings-keys').click();
  const letters = desk.getByRole('switch', { name: 'Single letters as keys' });
  await letters.focus();
  await desk.keyboard.press('Space');
  await eventually(async () => (await letters.getAttribute('aria-checked')) === 'false', 'the switch');
  expect(await call(desk, 'readPreferences', null)).toMatchObject({ singleKeys: false });
  await desk.keyboard.press('Escape');
  await desk.keyboard.press('?');
  await desk.keyboard.press('n');
  expect(await desk.getByRole('dialog').count()).toBe(0);
  await call(desk, 'changePreferences', { singleKeys: true });
});

/** Chooses an item of the application menu, as its keys do in whatever window is in front. */
function chooseInMenu(id: string): Promise<void> {
  return device.app.evaluate(({ Menu }, itemId) => {
    Menu.getApplicationMenu()?.getMenuItemById(itemId)?.click();
  }, id);
}

/** Presses the keys of a menu item in the desk as a keyboard does: page first, then the menu. */
function pressInDesk(keys: string): Promise<void> {
  const { key, modifiers } = acceleratorParts(keys, process.platform);
  return device.app.evaluate(
    ({ BrowserWindow }, input) => {
      const window = BrowserWindow.getAllWindows().find((one) =>
        one.webContents.getURL().endsWith('/desk.html'),
      )!;
      window.focus();
      window.webContents.focus();
      window.webContents.sendInputEvent({ type: 'keyDown', ...input });
      window.webContents.sendInputEvent({ type: 'keyUp', ...input });
    },
    { keyCode: key, modifiers },
  );
}

test('the keys of the menu do what stands beside them', { timeout: 30_000 }, async () => {
  const read = () => call(desk, 'readPreferences', null);
  const keysOf = (id: string) => SHORTCUTS.find((one) => one.id === id)!.keys;
  await pressInDesk(keysOf('zoomOut'));
  await eventually(async () => (await read()).zoom < 1, 'a smaller picture');
  await pressInDesk(keysOf('zoomReset'));
  await eventually(async () => (await read()).zoom === 1, 'the actual size');
  await pressInDesk('CommandOrControl+=');
  await eventually(async () => (await read()).zoom > 1, 'a larger picture, without Shift');
  await pressInDesk(keysOf('zoomReset'));
  await eventually(async () => (await read()).zoom === 1, 'the actual size again');
  await pressInDesk(keysOf('mini'));
  await eventually(async () => (await read()).isMiniShown, 'the mini timer');
  await pressInDesk(keysOf('mini'));
  await eventually(async () => !(await read()).isMiniShown, 'no mini timer');
  await pressInDesk(keysOf('keys'));
  const sheet = desk.getByRole('dialog', { name: 'All keys' });
  await sheet.waitFor();
  await desk.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
  await pressInDesk(keysOf('settings'));
  await desk.getByTestId('settings-keys').waitFor();
  // Keys that the page itself has reach it first, and once: the menu only names them.
  await pressInDesk(keysOf('palette'));
  await desk.getByRole('combobox').first().waitFor();
  await desk.keyboard.press('Escape');
});

test('zoom is one for all windows and is kept', { timeout: 30_000 }, async () => {
  const factors = () =>
    device.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((one) => Math.round(one.webContents.getZoomFactor() * 100)),
    );
  await chooseInMenu('zoomIn');
  await chooseInMenu('zoomIn');
  await eventually(async () => (await factors()).every((one) => one === 125), 'zoomed windows');
  expect((await call(desk, 'readPreferences', null)).zoom).toBe(1.25);
  await chooseInMenu('zoomReset');
  await eventually(async () => (await factors()).every((one) => one === 100), 'windows at 100 %');
});

test(
  'starting with the system is off, and an entry of the person’s own when on',
  { timeout: 30_000 },
  async () => {
    const file = path.join(configDir, 'autostart', 'chatclock-default.desktop');
    expect(existsSync(file)).toBe(false);
    await chooseInMenu('settings');
    await desk.getByTestId('settings-system').click();
    await desk.getByRole('switch', { name: 'Start with the system' }).click();
    await eventually(async () => existsSync(file), 'the entry');
    expect(readFileSync(file, 'utf8')).toMatch(/^Exec=".+"/m);
    await desk.getByRole('switch', { name: 'Start with the system' }).click();
    await eventually(async () => !existsSync(file), 'no entry');
  },
);

test('global keys are off, are taken as pressed, and two alike are told', { timeout: 30_000 }, async () => {
  await desk.getByTestId('settings-keys').click();
  expect((await call(desk, 'readPreferences', null)).globalShortcuts).toEqual({});
  for (const action of ['desk', 'nextChat']) {
    await desk.getByTestId(`global-${action}`).click();
    await desk.keyboard.press('Control+Alt+F9');
    await desk.keyboard.press('Control+Alt+KeyU');
  }
  await desk.getByText('the same keys are chosen above').waitFor();
  await call(desk, 'changePreferences', { globalShortcuts: {} });
  await desk.getByText('the same keys are chosen above').waitFor({ state: 'detached' });
});

test('all keys stand in one sheet, from any window', { timeout: 30_000 }, async () => {
  await chooseInMenu('keys');
  const sheet = desk.getByRole('dialog', { name: 'All keys' });
  await sheet.getByText('In a chat: end and bill').waitFor();
  await desk.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });
});

test('a chat’s window has its keys, and F6 goes round its regions', { timeout: 30_000 }, async () => {
  await desk.keyboard.press('Escape');
  const chatId = (await desk.locator('[data-chat-id]').first().getAttribute('data-chat-id'))!;
  await openRow(desk, chatId);
  const chat = await chatWindow(device, chatId);
  const focused = () =>
    chat.evaluate(() => document.activeElement?.closest('.log, .compose, .acts')?.className.split(' ')[0]);
  const inFront = () =>
    device.app.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow()?.webContents.getURL());
  for (const keys of ['CommandOrControl+1', 'Control+Tab']) {
    await pressInDesk(keys);
    await eventually(async () => (await inFront())?.endsWith('/chat.html'), `the chat in front by ${keys}`);
  }
  await chat.getByTestId('chat-composer').focus();
  await chat.keyboard.press('F6');
  expect(await focused()).toBe('acts');
  await chat.keyboard.press('F6');
  expect(await focused()).toBe('log');
  await chat.keyboard.press('Shift+F6');
  expect(await focused()).toBe('acts');
  const timer = async () => (await readLive(desk)).chats.find((one) => one.chatId === chatId)?.timer;
  await eventually(async () => (await timer()) === 'running', 'the running chat');
  await chat.keyboard.press('Control+p');
  await eventually(async () => (await timer()) === 'paused', 'the pause');
  await call(chat, 'closeWindow', null).catch(() => undefined); // The window closes while it answers.
});

test(
  'a restart keeps size, place and zoom, and brings back a window whose monitor is gone',
  { timeout: 40_000 },
  async () => {
    const bounds = () =>
      device.app.evaluate(({ BrowserWindow, screen }) => {
        const window = BrowserWindow.getAllWindows().find((one) =>
          one.webContents.getURL().endsWith('/desk.html'),
        );
        return { window: window!.getBounds(), area: screen.getPrimaryDisplay().workArea };
      });
    async function restart(isKilled = false): Promise<void> {
      await (isKilled ? device.kill() : device.quit());
      expect(device.violations).toEqual([]);
      device = await launchDevice({ userDataDir: dataDir });
      desk = await deskWindow(device);
    }

    await device.app.evaluate(({ BrowserWindow }) => {
      const window = BrowserWindow.getAllWindows().find((one) =>
        one.webContents.getURL().endsWith('/desk.html'),
      );
      window!.setBounds({ x: 120, y: 80, width: 900, height: 640 });
    });
    await call(desk, 'changePreferences', { zoom: 1.1 });
    const before = (await bounds()).window;
    expect(before).toMatchObject({ width: 900, height: 640 });
    const file = path.join(dataDir, 'profiles', 'default', 'preferences.json');
    const keptWidth = () =>
      (JSON.parse(readFileSync(file, 'utf8')) as { bounds?: { desk?: { width: number } } }).bounds?.desk
        ?.width;
    // A place is on the disk as soon as the window has come to rest: also an app that is killed has it again.
    await eventually(() => Promise.resolve(keptWidth() === before.width), 'a kept place');
    await restart(true);
    expect((await bounds()).window).toEqual(before);
    expect((await call(desk, 'readPreferences', null)).zoom).toBe(1.1);

    await device.quit();
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { bounds: { desk: object } };
    kept.bounds.desk = { ...kept.bounds.desk, x: 5_000, y: -3_000 };
    writeFileSync(file, JSON.stringify(kept));
    await restart();
    const { window, area } = await bounds();
    expect(window).toMatchObject({ width: 900, height: 640 });
    expect(window.x + window.width).toBeLessThanOrEqual(area.x + area.width);
    expect(window.y).toBeGreaterThanOrEqual(area.y);
  },
);
