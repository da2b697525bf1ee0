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
  'practising, opening a chat, answering, pausing and ending need no mouse',
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
    await chat.keyboard.press('Control+Shift+e');
    await eventually(async () => /ending|ended/.test((await running()) ?? 'ended'), 'the end');
  },
);
