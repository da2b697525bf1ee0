import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchFresh, practise, type PracticeDevice } from '../support/e2e-practice.ts';
import { call, eventually } from '../support/e2e-windows.ts';

let device: PracticeDevice;
let desk: Page;

beforeAll(async () => {
  device = await launchFresh();
  desk = await practise(device);
}, 60_000);
afterAll(async () => {
  await device.stop();
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
