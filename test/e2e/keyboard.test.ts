import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deskWindow, eventually, readLive, roleOf, welcomeWindow, composer } from '../support/e2e-windows.ts';
import { launchFresh, type PracticeDevice } from '../support/e2e-practice.ts';

let device: PracticeDevice;

beforeAll(async () => {
  device = await launchFresh();
}, 60_000);
afterAll(async () => {
  await device.stop();
  expect(device.violations).toEqual([]);
}, 60_000);

/** Presses Tab until what has the focus is called like this; a person who cannot use a mouse does the same. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let press = 0; press < 60; press += 1) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return `${element?.getAttribute('aria-label') ?? ''} ${element?.textContent ?? ''}`;
    });
    if (name.test(focused)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`No Tab stop is called ${name}`);
}

test(
  'a whole story needs no mouse: practise, open, answer, pause, go on, a second chat, end, undo, pages, sign out',
  { timeout: 120_000 },
  async () => {
    const welcome = await welcomeWindow(device);
    await tabTo(welcome, /practi[sc]e/i);
    await welcome.keyboard.press('Enter');

    const desk = await deskWindow(device);
    await eventually(async () => (await desk.getByRole('row').count()) >= 3, 'the practice clients');
    await desk.bringToFront();
    await eventually(async () => {
      await desk.keyboard.press('Tab');
      return desk.evaluate(() => document.activeElement?.closest('[role="grid"]') !== null);
    }, 'the focus in the list');
    await desk.keyboard.press('ArrowDown');
    await desk.keyboard.press('Enter');

    const chat = await device.window(
      async (page) => roleOf(page) === 'chat' && (await composer(page).isVisible()),
      'the chat',
    );
    const running = async () => (await readLive(desk)).chats.find((one) => one.isOpen)?.timer;
    await eventually(async () => (await running()) === 'running', 'the running timer');

    await chat.bringToFront();
    await composer(chat).waitFor();
    await eventually(
      () => chat.evaluate(() => /^(textarea|input)$/i.test(document.activeElement?.tagName ?? '')),
      'the focus in the composer',
    );
    await chat.keyboard.type('Written without a mouse');
    await chat.keyboard.press('Enter');
    await chat.getByRole('log').getByText('Written without a mouse').waitFor();

    await chat.keyboard.press('Control+p');
    await eventually(async () => (await running()) === 'paused', 'the pause');
    await chat.keyboard.press('Control+p');
    await eventually(async () => (await running()) === 'running', 'the timer again');
    const runningCount = async () =>
      (await readLive(desk)).chats.filter(({ timer }) => timer === 'running').length;
    await desk.bringToFront();
    expect(await desk.evaluate(() => document.activeElement?.closest('[role="grid"]') !== null)).toBe(true);
    await desk.keyboard.press('End');
    await desk.keyboard.press('Home');
    await desk.keyboard.press('ArrowDown');
    await desk.keyboard.press('Enter');
    const second = await device.window(
      async (page) => page !== chat && roleOf(page) === 'chat' && (await composer(page).isVisible()),
      'the second chat',
    );
    await eventually(async () => (await runningCount()) === 2, 'two running timers');

    await second.bringToFront();
    await second.keyboard.press('Control+Shift+e');
    await eventually(async () => (await runningCount()) === 1, 'the end');
    await tabTo(second, /Undo/);
    await second.keyboard.press('Enter');
    await eventually(async () => (await runningCount()) === 2, 'the undone end');

    await desk.bringToFront();
    for (const name of ['Receipts', 'Outbox']) {
      await tabTo(desk, new RegExp(`^\\s*${name}`));
      await desk.keyboard.press('Enter');
      await desk.getByRole('main', { name }).waitFor();
    }
    await desk.keyboard.press('Escape');
    await desk.getByRole('main', { name: 'Chats' }).waitFor();
    await tabTo(desk, /, menu/);
    await desk.keyboard.press('Enter');
    await tabTo(desk, /Sign out/);
    // The window may be gone before its key's answer is.
    await desk.keyboard.press('Enter').catch(() => undefined);
    await (await welcomeWindow(device)).getByTestId('welcome-practise').waitFor();
  },
);
