import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { admittedUnionMs, newestById, ofType } from '../support/http-device.ts';
import { pullAllRows } from '../support/all-rows.ts';
import {
  chatWindow,
  call,
  composer,
  eventually,
  liveChat,
  openChat,
  readLive,
  sendMessage,
} from '../support/e2e-windows.ts';
import { LEA, signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';

const FOUR = ['mara-1', 'jonas-1', 'ana-1', 'tom-1'];
const MARAS = ['mara-1', 'mara-2', 'mara-3'];
const MARAS_FREE_MS = 12_000;
const HOSTILE = '<img src=x onerror="globalThis.wasHurt=true">';
let scene: Scene;
let a: SceneDevice;
let desk: Page;

beforeAll(async () => {
  scene = await startScene({
    clients: [
      { id: 'mara', name: 'Mara Lindt', creditsMinor: 100_000, freeMs: MARAS_FREE_MS },
      { id: 'jonas', name: 'Jonas Pohl', creditsMinor: 100_000 },
      { id: 'ana', name: 'Ana Ruiz', creditsMinor: 100_000 },
      { id: 'tom', name: 'Tom Kern', creditsMinor: 100_000 },
    ],
    chats: [...FOUR, 'mara-2', 'mara-3'].map((id) => ({ id, userId: id.split('-')[0]! })),
  });
  await scene.organisation.administrator.changePolicy('policy-run', {
    key: 'previousChatInPair',
    value: 'run',
  });
  a = await scene.start('a');
  desk = await signInAsLea(scene, a);
}, 120_000);
afterAll(() => scene.stop(), 60_000);

test('four chats of four clients run at once, each with its own time', { timeout: 60_000 }, async () => {
  for (const id of FOUR) {
    await openChat(a, desk, scene.chats.get(id)!, scene.clientName(id));
    await liveChat(desk, id, (chat) => chat.timer === 'running');
  }
  const live = await eventually(async () => {
    const { chats } = await readLive(desk);
    const running = FOUR.map((id) =>
      chats.find((chat) => chat.chatId === id && chat.timer === 'running' && chat.trackedMs > 1_000),
    );
    return running.every((chat) => chat !== undefined) && running.map((chat) => chat!.trackedMs);
  }, 'four running chats');
  expect(new Set(live).size).toBe(4);
});

test(
  'under the policy `run` two more chats of one pair share its free time',
  { timeout: 60_000 },
  async () => {
    for (const id of ['mara-2', 'mara-3']) {
      const page = await openChat(a, desk, scene.chats.get(id)!, scene.clientName(id));
      // The advisor sees what a second chat at once does to the countdown before its clock starts.
      await page.getByTestId('start-effect').waitFor();
      expect((await readLive(desk)).chats.find((chat) => chat.chatId === id)?.timer ?? 'idle').toBe('idle');
      expect(await page.getByTestId('start-effect').textContent()).toMatch(
        /\d:\d\d → [\d:]+:\d\d with \d chats/,
      );
      await page.keyboard.press('Enter');
    }
    for (const id of MARAS) await liveChat(desk, id, (chat) => chat.timer === 'running');
    await eventually(async () => {
      const client = (await readLive(desk)).clients.find((one) => one.userId === 'mara');
      return client !== undefined && client.runningChats === 3 && client.freeLeftMs === 0;
    }, "the end of Mara's free time");
  },
);

test('a message of markup is shown as text and does nothing', { timeout: 60_000 }, async () => {
  const page = await chatWindow(a, 'ana-1');
  await scene.organisation.platform.put('messages', 'hostile-1', { chatId: 'ana-1', text: HOSTILE });
  await page.getByRole('log').getByText(HOSTILE, { exact: true }).waitFor();
  await sendMessage(page, `mine ${HOSTILE}`);
  expect(await page.locator('img[src="x"]').count()).toBe(0);
  expect(await page.evaluate(() => 'wasHurt' in globalThis)).toBe(false);
});

test('a message of ten megabytes is refused and stays in the composer', { timeout: 60_000 }, async () => {
  const page = await chatWindow(a, 'tom-1');
  const text = 'x'.repeat(10 * 1024 * 1024);
  const result = await call(page, 'writeRow', { row: { type: 'message', chatId: 'tom-1', text } }).catch(
    (error: Error) => error.message,
  );
  expect(result).toMatch(/tooLarge|messageTooLong/);
  await composer(page).fill('x'.repeat(20_001));
  await composer(page).press('Enter');
  await page
    .getByText(/too long/i)
    .first()
    .waitFor();
  expect(await composer(page).inputValue()).toHaveLength(20_001);
  await composer(page).fill('');
});

test(
  'the totals of every chat equal the union of its segments, on the device as at the server',
  { timeout: 60_000 },
  async () => {
    const all = [...FOUR, 'mara-2', 'mara-3'];
    for (const chatId of all) await call(desk, 'pauseTimer', { chatId });
    const rows = await eventually(async () => {
      const { outbox } = await readLive(desk);
      if (outbox.waiting > 0) return undefined;
      const pulled = await pullAllRows(scene.organisation.supervisor);
      const segments = [...newestById(ofType(pulled, 'timeSegment')).values()];
      return segments.length >= all.length && segments.every((segment) => segment.closed) && pulled;
    }, 'all segments at the server');
    const totals = newestById(ofType(rows, 'recordTotals'));
    const union = admittedUnionMs(rows);
    const elapsed = new Map<string, number>();
    for (const segment of newestById(ofType(rows, 'timeSegment')).values()) {
      elapsed.set(segment.chatId, (elapsed.get(segment.chatId) ?? 0) + segment.elapsedMs);
    }
    for (const id of all) {
      const { totals: shown } = await scene.organisation.platform.readChat(id);
      const onDevice = await liveChat(desk, id, (chat) => chat.trackedMs === elapsed.get(id), 5_000);
      expect([id, shown?.trackedMs, totals.get(id)?.trackedMs, onDevice.trackedMs]).toEqual([
        id,
        union.get(id),
        union.get(id),
        union.get(id),
      ]);
    }
    const marasFree = MARAS.reduce((sum, id) => sum + totals.get(id)!.freeMs, 0);
    expect(marasFree).toBe(MARAS_FREE_MS);
    expect(newestById(ofType(rows, 'conversationTimeRecord')).size).toBe(all.length);
    expect(ofType(rows, 'conversationTimeRecord').every((record) => record.advisorId === LEA)).toBe(true);
  },
);
