import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pullAllRows } from '../support/all-rows.ts';
import { signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import {
  call,
  chatWindow,
  eventually,
  liveChat,
  localDocuments,
  openChat,
  readLive,
} from '../support/e2e-windows.ts';
import { admittedUnionMs, newestById, ofType } from '../support/http-device.ts';

const CHATS = ['mara-1', 'mara-2', 'mara-3'];
let scene: Scene;
let a: SceneDevice;
let desk: Page;

beforeAll(async () => {
  scene = await startScene({
    clients: [{ id: 'mara', name: 'Mara Lindt', creditsMinor: 100_000 }],
    chats: CHATS.map((id) => ({ id, userId: 'mara' })),
  });
  a = await scene.start('a');
  desk = await signInAsLea(scene, a);
}, 120_000);
afterAll(() => scene.stop(), 60_000);

test(
  'opening the next chat of a pair stops the one before and leaves its record alone',
  { timeout: 90_000 },
  async () => {
    for (const [n, id] of CHATS.entries()) {
      await openChat(a, desk, scene.chats.get(id)!, 'Mara Lindt');
      await liveChat(desk, id, (chat) => chat.timer === 'running' && chat.trackedMs > 1_000 + n * 700);
      for (const before of CHATS.slice(0, n)) await liveChat(desk, before, (chat) => chat.timer === 'paused');
    }
    await call(desk, 'pauseTimer', { chatId: 'mara-3' });
    const records = await eventually(async () => {
      const found = await localDocuments(desk, 'conversationTimeRecord');
      return found.length === 3 && found;
    }, 'three records');
    expect(records.map((record) => record.id).sort()).toEqual(CHATS);
  },
);

test(
  'each chat of the pair still answers with its own record and its own time',
  { timeout: 90_000 },
  async () => {
    const rows = await eventually(async () => {
      if ((await readLive(desk)).outbox.waiting > 0) return undefined;
      const pulled = await pullAllRows(scene.organisation.supervisor);
      const segments = [...newestById(ofType(pulled, 'timeSegment')).values()];
      return segments.length === 3 && segments.every((segment) => segment.closed) && pulled;
    }, 'three closed segments');
    const union = admittedUnionMs(rows);
    expect(new Set(union.values()).size).toBe(3);
    for (const id of CHATS) {
      const own = newestById(ofType(rows, 'timeSegment').filter((segment) => segment.chatId === id));
      expect([...own.values()].reduce((ms, segment) => ms + segment.elapsedMs, 0)).toBe(union.get(id));
      expect(newestById(ofType(rows, 'recordTotals')).get(id)?.trackedMs).toBe(union.get(id));
      expect((await liveChat(desk, id, (chat) => chat.trackedMs === union.get(id))).trackedMs).toBe(
        union.get(id),
      );
    }
    for (const id of CHATS.slice(0, 2)) {
      // A reloaded window asks getTimeTrackingData for its own chat again.
      const page = await chatWindow(a, id);
      await page.reload();
      const again = await chatWindow(a, id);
      expect((await call(again, 'readAssignedChat', null))?.chat.id).toBe(id);
      expect((await localDocuments(again, 'recordTotals')).find((one) => one.id === id)?.trackedMs).toBe(
        union.get(id),
      );
    }
  },
);
