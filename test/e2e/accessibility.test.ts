import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchFresh, practise, showTheme, type PracticeDevice } from '../support/e2e-practice.ts';
import { composer, roleOf, welcomeWindow } from '../support/e2e-windows.ts';

let device: PracticeDevice;
beforeAll(async () => {
  device = await launchFresh();
}, 60_000);
afterAll(async () => {
  await device.stop();
  expect(device.violations).toEqual([]);
}, 60_000);

/** What axe finds wrong, as lines a person can act on. */
async function findings(page: Page): Promise<string[]> {
  // Legacy mode: the other one opens a helper page, and our windows open nothing.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id} (${one.impact}): ${node.html.slice(0, 160)}`),
  );
}

async function expectAccessible(page: Page): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await showTheme(page, theme);
    expect([theme, await findings(page)]).toEqual([theme, []]);
  }
}

test('the welcome window has nothing axe objects to, light and dark', { timeout: 90_000 }, async () => {
  await expectAccessible(await welcomeWindow(device));
});

test('the desk and a chat have nothing axe objects to, light and dark', { timeout: 120_000 }, async () => {
  const desk = await practise(device);
  await expectAccessible(desk);
  await desk.getByRole('row').nth(1).dblclick();
  const chat = await device.window(
    async (page) => roleOf(page) === 'chat' && (await composer(page).isVisible()),
    'the chat',
  );
  await expectAccessible(chat);
});
