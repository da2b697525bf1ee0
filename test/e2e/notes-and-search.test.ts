/** A note is written and found again, chats are found and read without a clock, commands are run by keyboard. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchFresh, practise, showTheme, type PracticeDevice } from '../support/e2e-practice.ts';
import { composer, eventually, localDocuments, readLive, roleOf } from '../support/e2e-windows.ts';

let device: PracticeDevice;
let desk: Page;
beforeAll(async () => {
  device = await launchFresh();
  desk = await practise(device);
}, 90_000);
afterAll(async () => {
  await device.stop();
  expect(device.violations).toEqual([]);
}, 60_000);

const PICTURES = process.env['CHATCLOCK_PICTURES'];

const look = (name: string) => lookAt(desk, name);

async function lookAt(page: Page, name: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await showTheme(page, theme);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect([name, theme, violations.map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`)]).toEqual([
      name,
      theme,
      [],
    ]);
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}-${theme}.png` });
  }
}

const option = (name: RegExp) => desk.getByTestId('palette').getByRole('option', { name });

async function search(words: string): Promise<void> {
  await desk.keyboard.press('Control+k');
  await desk.getByTestId('palette').getByRole('combobox').fill(words);
}

test('a note is saved, found, opened from the palette and can be had back', { timeout: 60_000 }, async () => {
  await desk.bringToFront();
  await desk.getByRole('row').nth(0).click();
  const notes = desk.getByTestId('client-notes');
  await notes.getByRole('button', { name: 'Add note' }).click();
  await desk.keyboard.type('Prefers Größenangaben in inches');
  await desk.keyboard.press('Control+Enter');
  const note = notes.getByTestId('client-note');
  await note.getByText(/at server/).waitFor();
  await look('desk-note');

  await search('grossen'); // ß is not ss: nothing to find
  await desk.getByText('Nothing found').waitFor();
  await desk.keyboard.press('Escape');
  await search('großen inch');
  await option(/Größenangaben/).waitFor();
  await look('palette-note');
  // A found note is read beside the conversations with its client.
  await desk.keyboard.press('Enter');
  const beside = desk.getByRole('complementary', { name: 'Notes on the client' });
  await beside.getByText('Prefers Größenangaben').waitFor();
  await desk.getByRole('log').waitFor();
  await look('history-note');
  await desk.keyboard.press('Escape');

  await notes.getByRole('button', { name: 'Delete' }).click();
  await eventually(async () => (await note.count()) === 0, 'the note is gone');
  await notes.getByRole('button', { name: 'Undo' }).click();
  await note.getByText('Prefers Größenangaben').waitFor();
});

test('what was said is found and read without a clock', { timeout: 60_000 }, async () => {
  const messages = await localDocuments(desk, 'message');
  const word = String(messages[0]!['text']).match(/\p{L}{4,}/u)![0];
  await search(word);
  await desk.getByTestId('palette').getByText('Messages', { exact: true }).waitFor();
  await look('palette-messages');
  await desk.getByTestId('palette').getByRole('option').last().click();
  await desk.getByTestId('chat-message').getByText(new RegExp(word, 'i')).first().waitFor();
  await look('history');
  expect((await readLive(desk)).chats.filter(({ timer }) => timer === 'running')).toEqual([]);
});

test('a command that cannot be done now says why and does nothing', { timeout: 30_000 }, async () => {
  await search('stops to decide');
  const off = option(/Nothing to decide/);
  expect(await off.getAttribute('aria-disabled')).toBe('true');
  await desk.keyboard.press('Enter');
  await off.waitFor();
  await desk.keyboard.press('Escape');
  await search('rebuild');
  await desk.keyboard.press('Enter');
  await desk.getByRole('button', { name: 'Rebuild now' }).waitFor();
  expect(await desk.evaluate(() => document.activeElement?.textContent)).toBe('Rebuild now');
  await desk.getByRole('button', { name: 'Cancel' }).click();
});

test('a command is found by a few of its letters and run by Enter', { timeout: 30_000 }, async () => {
  await search('recpt');
  await option(/Receipts/).waitFor();
  await desk.keyboard.press('Enter');
  await desk.getByRole('heading', { name: /Receipts/ }).waitFor();
  await desk.keyboard.press('Control+k');
  expect(await desk.getByTestId('palette').getByRole('option').first().innerText()).toMatch(/Receipts/);
  await look('palette-commands');
});

test('a chat has the palette, snippets and a page on paper', { timeout: 60_000 }, async () => {
  await desk.keyboard.press('Escape');
  await desk
    .getByRole('tab', { name: 'Desk' })
    .or(desk.getByRole('button', { name: 'Desk' }))
    .first()
    .click();
  await desk.getByRole('row').first().dblclick();
  const chat = await device.window(
    async (page) => roleOf(page) === 'chat' && (await composer(page).isVisible()),
    'the chat',
  );
  await eventually(
    async () => (await readLive(desk)).chats.some(({ timer }) => timer === 'running'),
    'a running chat',
  );
  const client = (await chat.locator('.cw-title h1 bdi').innerText()).trim();
  await composer(chat).focus();
  await chat.keyboard.press('Control+k');
  const palette = chat.getByTestId('palette');
  await palette.getByRole('option', { name: /Pause or resume.*Ctrl P/ }).waitFor();
  await lookAt(chat, 'palette-chat-commands');
  await palette.getByRole('combobox').fill(client);
  const start = palette.getByRole('option', { name: `Start a chat with ${client}` });
  await start.waitFor();
  expect(await start.innerText()).toMatch(/→ \d+:\d\d at 2 chats|Stops their chat that runs/);
  await lookAt(chat, 'palette-chat-start');
  await chat.keyboard.press('Escape');
  expect(await composer(chat).evaluate((field) => field === document.activeElement)).toBe(true);
  await chat.keyboard.press('Control+k');
  await palette.getByRole('combobox').fill('outbox');
  await chat.keyboard.press('Enter');
  await desk.getByRole('main', { name: 'Outbox' }).waitFor();

  await desk.keyboard.press('Control+,');
  await desk.getByTestId('settings-snippets').click();
  await desk.getByTestId('add-snippet').focus();
  await desk.keyboard.press('Enter');
  await desk.keyboard.type('Thanks at the end');
  await desk.keyboard.press('Tab');
  await desk.keyboard.type('Thank you, and have a good evening.');
  await look('snippet-editor');
  await desk.keyboard.press('Control+Enter');
  await desk.getByTestId('snippet').getByText('Thanks at the end').waitFor();
  await look('settings-snippets');

  await chat.bringToFront();
  await composer(chat).fill('OK. ');
  await chat.keyboard.press('Control+.');
  await chat.keyboard.type('evening');
  await chat
    .getByTestId('snippets')
    .getByRole('option', { name: /Thanks at the end/ })
    .waitFor();
  await lookAt(chat, 'snippets');
  await chat.keyboard.press('Enter');
  await eventually(
    async () => (await composer(chat).inputValue()) === 'OK. Thank you, and have a good evening.',
    'the snippet where the caret was',
  );
  expect(await composer(chat).evaluate((field) => field === document.activeElement)).toBe(true);

  // On paper: whose it is and every message, no clock, nothing cut off.
  await chat.emulateMedia({ media: 'print' });
  await chat.locator('.log > .only-print').getByText(client).waitFor();
  expect(await composer(chat).isVisible()).toBe(false);
  expect(await chat.getByTestId('chat-countdown').isVisible()).toBe(false);
  const log = chat.getByRole('log');
  expect(await log.evaluate((area) => getComputedStyle(area).overflowY)).toBe('visible');
  expect(await chat.evaluate(() => document.scrollingElement!.scrollHeight)).toBeGreaterThanOrEqual(
    await log.evaluate((area) => area.scrollHeight),
  );
  if (PICTURES !== undefined) await chat.screenshot({ path: `${PICTURES}/print.png`, fullPage: true });
  await chat.emulateMedia({ media: null });
});
