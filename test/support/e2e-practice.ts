/** The practice organisation as a person starts it, and the looks its windows can have: for pictures, keys and axe. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright';
import { launchDevice, type Device } from './e2e-device.ts';
import { call, deskWindow, eventually, welcomeWindow } from './e2e-windows.ts';

export interface PracticeDevice extends Device {
  stop(): Promise<void>;
}

/** A device without a server: what a fresh clone shows first. */
export async function launchFresh(): Promise<PracticeDevice> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-practice-'));
  const device = await launchDevice({ userDataDir: folder });
  return {
    ...device,
    async stop() {
      await device.quit();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Presses *Practise* on the welcome window and waits for the practice desk with its clients. */
export async function practise(device: Device): Promise<Page> {
  const welcome = await welcomeWindow(device);
  await call(welcome, 'practise', { as: 'advisor' }).catch((error: unknown) => {
    if (!/closed|destroyed|navigat/i.test(String(error))) throw error; // The window closes while it answers.
  });
  const desk = await deskWindow(device);
  await eventually(
    async () => (await desk.getByRole('row').count()) >= 3,
    'three clients on the practice desk',
  );
  return desk;
}

export async function showTheme(page: Page, theme: 'light' | 'dark'): Promise<void> {
  await call(page, 'setTheme', { theme });
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.waitForFunction(
    (dark) => matchMedia('(prefers-color-scheme: dark)').matches === dark,
    theme === 'dark',
  );
}
