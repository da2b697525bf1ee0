/** Two devices on one chat: take-over, online and with the other out of reach, and the receipts the advisor reads. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Receipt, ReceiptKind } from '../../shared/receipts.ts';
import { signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import { showTheme } from '../support/e2e-practice.ts';
import { call, chatWindow, eventually, liveChat, openChat, readLive } from '../support/e2e-windows.ts';

let scene: Scene;
let a: SceneDevice;
let b: SceneDevice;
let deskA: Page;
let deskB: Page;

beforeAll(async () => {
  scene = await startScene({
    clients: [
      { id: 'jonas', name: 'Jonas Pohl', creditsMinor: 100_000 },
      { id: 'tom', name: 'Tom Kern', creditsMinor: 100_000 },
    ],
    chats: [
      { id: 'jonas-1', userId: 'jonas' },
      { id: 'tom-1', userId: 'tom' },
    ],
  });
  a = await scene.start('a');
  deskA = await signInAsLea(scene, a);
  b = await scene.start('b');
  deskB = await signInAsLea(scene, b);
}, 180_000);
afterAll(() => scene.stop(), 60_000);

function receiptOn(desk: Page, kind: ReceiptKind, chatId: string): Promise<Receipt> {
  return eventually(
    async () =>
      (await call(desk, 'readReceipts', null)).receipts.find(
        (one) => one.kind === kind && one.chatId === chatId,
      ),
    `receipt ${kind} of ${chatId}`,
    20_000,
  );
}

/** The totals of the server, once both devices show exactly them and nothing waits. */
function agreedTotal(chatId: string): Promise<number> {
  return eventually(
    async () => {
      const { totals } = await scene.organisation.platform.readChat(chatId);
      const shown = await Promise.all(
        [deskA, deskB].map(async (desk) => {
          const live = await readLive(desk);
          return live.outbox.waiting === 0
            ? live.chats.find((one) => one.chatId === chatId)?.trackedMs
            : undefined;
        }),
      );
      return totals !== null && shown.every((ms) => ms === totals.trackedMs) && totals.trackedMs;
    },
    `one total of ${chatId}`,
    20_000,
  );
}

test(
  'taking a chat over stops it on the other device, which says so and does not start it again',
  { timeout: 120_000 },
  async () => {
    await openChat(a, deskA, scene.chats.get('jonas-1')!, 'Jonas Pohl');
    await liveChat(deskA, 'jonas-1', (chat) => chat.timer === 'running' && chat.trackedMs > 2_000);
    await liveChat(deskB, 'jonas-1', (chat) => chat.runningElsewhere !== null);
    const page = await openChat(b, deskB, scene.chats.get('jonas-1')!, 'Jonas Pohl');
    await page.getByTestId('chat-take-over').click();
    await liveChat(deskB, 'jonas-1', (chat) => chat.timer === 'running');
    await liveChat(
      deskA,
      'jonas-1',
      (chat) => chat.timer === 'paused' && chat.runningElsewhere?.deviceName === 'Device b',
    );
    const receipt = await receiptOn(deskA, 'takenOver', 'jonas-1');
    expect(receipt).toMatchObject({ clientName: 'Jonas Pohl', deviceName: 'Device b', isSeen: false });
    await deskA.getByTestId('receipt-toast').getByText('Taken over by Device b').waitFor();
    expect((await liveChat(deskA, 'jonas-1', () => true)).timer).toBe('paused');
    await call(deskB, 'pauseTimer', { chatId: 'jonas-1' });
    expect(await agreedTotal('jonas-1')).toBeGreaterThan(2_000);
  },
);

test(
  'a chat that ran on both devices, one of them out of reach, is charged once and both say one total',
  { timeout: 120_000 },
  async () => {
    await openChat(b, deskB, scene.chats.get('tom-1')!, 'Tom Kern');
    await liveChat(deskB, 'tom-1', (chat) => chat.timer === 'running');
    await liveChat(deskA, 'tom-1', (chat) => chat.runningElsewhere !== null);
    a.proxy.cut();
    await eventually(async () => (await readLive(deskA)).connection.phase === 'offline', 'A offline', 40_000);
    const page = await openChat(a, deskA, scene.chats.get('tom-1')!, 'Tom Kern');
    await page.getByTestId('chat-take-over').click();
    await liveChat(deskA, 'tom-1', (chat) => chat.timer === 'running');
    await liveChat(deskA, 'tom-1', (chat) => chat.unconfirmedMs > 1_000, 40_000);
    await call(deskA, 'pauseTimer', { chatId: 'tom-1' });
    a.proxy.restore();
    // The mark of the take-over was written while B ran on: it ends B's time where A took over.
    await receiptOn(deskB, 'takenOver', 'tom-1');
    await liveChat(deskB, 'tom-1', (chat) => chat.timer === 'paused');
    expect(await agreedTotal('tom-1')).toBeGreaterThan(0);
  },
);

test(
  'receipts are found by words, are accessible, and lose their mark when they were read',
  { timeout: 90_000 },
  async () => {
    await deskA.getByRole('button', { name: /^Receipts/ }).click();
    const items = deskA.getByTestId('receipt');
    await eventually(async () => (await items.count()) > 0, 'receipts');
    for (const theme of ['light', 'dark'] as const) {
      await showTheme(deskA, theme);
      const { violations } = await new AxeBuilder({ page: deskA }).setLegacyMode(true).analyze();
      expect(violations.flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.html}`))).toEqual([]);
    }
    const all = await items.count();
    await deskA.getByTestId('receipts-search').fill('jonas taken over');
    expect(await items.count()).toBeLessThanOrEqual(all);
    expect(await items.first().textContent()).toContain('Jonas Pohl');
    await deskA.getByTestId('receipts-search').fill('nobody of this name');
    await deskA.getByText('No receipt has these words').waitFor();
    await deskA.keyboard.press('Escape');
    await deskA.getByRole('grid').first().waitFor();
    await eventually(
      async () => (await call(deskA, 'readReceipts', null)).receipts.every((one) => one.isSeen),
      'all seen',
    );
    expect(await chatWindow(a, 'jonas-1')).toBeDefined();
  },
);
