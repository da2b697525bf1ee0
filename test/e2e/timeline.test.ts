/** A supervisor looks at a day: lanes, load, table, evidence; by keyboard, in light, dark and high contrast. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findings, LOOKS, showLook } from '../support/e2e-axe.ts';
import { LEA, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import { call, signIn } from '../support/e2e-windows.ts';
import { createHttpDevice } from '../support/http-device.ts';
import { PASSWORD, SUPERVISOR_EMAIL } from '../support/organisation.ts';

const MINUTE = 60_000;
const CLIENTS = [
  { id: 'mara', name: 'Mara Lindt', creditsMinor: 60_000 },
  { id: 'jonas', name: 'Jonas Maximilian Pohl-Friedrichsen von und zu Hohenlohe', creditsMinor: 60_000 },
  { id: 'ana', name: 'Ana Ruiz', creditsMinor: 60_000 },
];
let scene: Scene;
let device: SceneDevice;
let desk: Page;
/** The day, in the organisation's time zone (UTC), on which the work lies: yesterday while today is young. */
let date: string;

beforeAll(async () => {
  scene = await startScene({
    clients: CLIENTS,
    chats: CLIENTS.flatMap(({ id }) => [1, 2].map((n) => ({ id: `${id}-${n}`, userId: id }))),
  });
  const lea = await createHttpDevice({ url: scene.server.url, advisorId: LEA, name: 'Front desk' });
  await lea.anchor();
  const hourMs = 60 * MINUTE;
  const now = Date.now();
  // An hour of work that lies in one day, and ends a full hour's start or more before now.
  const endedAgo = now % (24 * hourMs) >= hourMs ? 1_000 : (now % (24 * hourMs)) + 1_000;
  date = new Date(now - endedAgo - hourMs).toISOString().slice(0, 10);
  const run = (chatId: string, fromMinute: number, minutes: number) =>
    lea.segment(chatId, endedAgo + (60 - fromMinute) * MINUTE, minutes * MINUTE);
  await lea.push([
    ...['mara-1', 'mara-2', 'jonas-1', 'ana-1'].map((id) => lea.record(scene.chats.get(id)!)),
    run('mara-1', 0, 20),
    run('mara-1', 25, 15),
    run('mara-2', 10, 30),
    run('jonas-1', 12, 40),
    run('ana-1', 50, 10),
  ]);
  device = await scene.start('a');
  desk = await signIn(device, { email: SUPERVISOR_EMAIL, password: PASSWORD });
}, 90_000);
afterAll(() => scene.stop(), 60_000);

test('a day is seen as lanes with its sum and its union, and as a table', { timeout: 60_000 }, async () => {
  await desk.getByRole('button', { name: 'Timeline' }).click();
  await desk.getByLabel('Day', { exact: true }).fill(date);
  const lea = desk.getByRole('region', { name: 'Lea Brandt' });
  // 35 + 30 + 40 + 10 minutes of chats; somebody was there from 0 to 60.
  await lea.getByText('1:55:00', { exact: true }).waitFor();
  await lea.getByText('1:00:00', { exact: true }).waitFor();
  await lea.getByText('at desk, peak 3').waitFor();
  expect(await lea.locator('[data-lane]').count()).toBe(4);
  await desk.getByRole('heading', { name: 'Timeline' }).click();
  await desk.keyboard.press('t');
  const rows = desk.getByTestId('timeline-table').getByRole('row');
  // All of it is paid: the clients' free time was given after it.
  expect(await rows.filter({ hasText: 'Ana Ruiz' }).allInnerTexts()).toEqual([
    expect.stringMatching(/Paid.*10:00$/su),
  ]);
  expect(await rows.count()).toBe(1 + 5);
  await desk.keyboard.press('t');
});

test('the keyboard goes along the lanes, and Enter shows the evidence', { timeout: 60_000 }, async () => {
  await desk.keyboard.press('j');
  await desk.keyboard.press('j');
  await desk.keyboard.press('k');
  expect(await desk.evaluate(() => document.activeElement?.getAttribute('data-lane'))).toBe('mara-1');
  await desk.keyboard.press('Enter');
  const evidence = desk.getByTestId('evidence');
  await evidence.getByText('Front desk').first().waitFor();
  expect(await evidence.getByTestId('evidence-segment').count()).toBe(2);
  await evidence.getByText('20:00.000').first().waitFor();
  // Beside Mara's first chat ran her second one from 10 to 20 and from 25 to 40 minutes, Jonas's from 12 on.
  await evidence.getByText('25:00', { exact: true }).waitFor();
  await evidence.getByText('23:00', { exact: true }).waitFor();
});

test('the days are saved as tables that a spreadsheet reads', { timeout: 60_000 }, async () => {
  await desk.getByRole('button', { name: 'Advisors' }).click();
  const asked = { table: 'segments' as const, from: date, until: date };
  const { file, lines } = await call(desk, 'exportTable', asked);
  expect(lines).toBe(5);
  const text = readFileSync(file, 'utf8');
  expect(text.split('\r\n')).toHaveLength(1 + 5 + 1);
  expect(text).toContain(String(40 * MINUTE));
  await desk.getByTestId('save-chats').click();
  await desk.getByTestId('save-state').filter({ hasText: '.csv' }).waitFor();
  device.proxy.cut();
  await desk.getByTestId('save-segments').click();
  await desk.getByTestId('save-state').filter({ hasText: 'server' }).waitFor();
  device.proxy.restore();
  expect(readdirSync(path.dirname(file)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('nothing of it is without a name, a contrast or a way in', { timeout: 60_000 }, async () => {
  for (const look of LOOKS) {
    await showLook(desk, look);
    expect(await findings(desk, look)).toEqual([]);
  }
});
