import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pullAllRows } from '../support/all-rows.ts';
import { returnToDesk, signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import {
  eventually,
  liveChat,
  localDocuments,
  openChat,
  readLive,
  sendMessage,
} from '../support/e2e-windows.ts';
import { newestById, ofType } from '../support/http-device.ts';

const TEN_MINUTES_MS = 600_000;
/** Ten minutes pass in half a minute; a device that stalls for half a second would rightly note a gap. */
const SCALE = 20;
const CHATS = ['mara-1', 'jonas-1', 'ana-1'];
const NAMES = { mara: 'Mara Lindt', jonas: 'Jonas Pohl', ana: 'Ana Ruiz' };
let scene: Scene;
let a: SceneDevice;
let desk: Page;
const texts = new Map<string, string[]>();

beforeAll(async () => {
  scene = await startScene({
    isClockScaled: true,
    clients: Object.entries(NAMES).map(([id, name]) => ({ id, name, creditsMinor: 1_000_000 })),
    chats: CHATS.map((id) => ({ id, userId: id.split('-')[0]! })),
  });
  a = await scene.start('a');
  desk = await signInAsLea(scene, a);
}, 120_000);
afterAll(() => scene.stop(), 60_000);

async function elapsedByChat(page: Page): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  for (const one of await localDocuments(page, 'timeSegment')) {
    sums.set(String(one.chatId), (sums.get(String(one.chatId)) ?? 0) + Number(one.elapsedMs));
  }
  return sums;
}

test(
  'ten minutes without a network in three chats are kept on the device',
  { timeout: 180_000 },
  async () => {
    await eventually(async () => (await readLive(desk)).isClockAnchored, 'a clock anchor');
    const pages = new Map<string, Page>();
    for (const id of CHATS) {
      pages.set(id, await openChat(a, desk, scene.chats.get(id)!, scene.clientName(id)));
      await liveChat(desk, id, (chat) => chat.timer === 'running');
    }
    // Every client is known to run here: 10 minutes of credits and half of the free time are reserved for each.
    await eventually(
      async () =>
        (await readLive(desk)).chats.every((chat) => chat.timer !== 'running' || chat.trackedMs > 6_000),
      'a beat with all chats',
      30_000,
    );
    a.proxy.cut();
    const write = async (round: number) => {
      for (const [id, page] of pages) {
        const text = `${id} line ${round}`;
        await sendMessage(page, text);
        texts.set(id, [...(texts.get(id) ?? []), text]);
      }
    };
    await write(1);
    await scene.hurry(SCALE);
    await liveChat(desk, CHATS[0]!, (chat) => chat.trackedMs > TEN_MINUTES_MS / 2, 60_000);
    await write(2);
    for (const id of CHATS) await liveChat(desk, id, (chat) => chat.trackedMs > TEN_MINUTES_MS, 60_000);
    await scene.hurry(1);
    await write(3);
    const live = await readLive(desk);
    expect(live.connection.phase).toBe('offline');
    expect(
      live.chats
        .filter((chat) => chat.unconfirmedMs > 0)
        .map((chat) => chat.chatId)
        .sort(),
    ).toEqual([...CHATS].sort());
  },
);

test(
  'after a restart and the network’s return the server and a second device have every millisecond and every message once',
  { timeout: 180_000 },
  async () => {
    await a.quit();
    a = await scene.start('a');
    desk = await returnToDesk(scene, a);
    await eventually(async () => (await readLive(desk)).outbox.waiting > 0, 'the unsent rows');
    a.proxy.restore();
    await eventually(async () => (await readLive(desk)).outbox.waiting === 0, 'an empty outbox', 60_000);
    expect((await readLive(desk)).outbox.refused).toBe(0);

    const worked = await elapsedByChat(desk);
    const rows = await pullAllRows(scene.organisation.supervisor);
    const admissions = [...newestById(ofType(rows, 'segmentAdmission')).values()];
    for (const id of CHATS) {
      expect(worked.get(id)).toBeGreaterThan(TEN_MINUTES_MS);
      expect(admissions.filter((one) => one.chatId === id).map((one) => one.code)).not.toContain(
        'quarantined',
      );
      const { totals } = await scene.organisation.platform.readChat(id);
      expect([id, totals?.trackedMs]).toEqual([id, worked.get(id)]);
      const messages = ofType(rows, 'message').filter((message) => message.chatId === id);
      expect(messages.map((message) => message.text).sort()).toEqual([...texts.get(id)!].sort());
    }

    const b = await scene.start('b');
    const deskB = await signInAsLea(scene, b);
    await eventually(async () => {
      const totals = new Map(
        (await localDocuments(deskB, 'recordTotals')).map((one) => [one.id, one.trackedMs]),
      );
      return CHATS.every((id) => totals.get(id) === worked.get(id));
    }, 'equal totals on B');
    expect(await elapsedByChat(deskB)).toEqual(worked);
    const seen = (await localDocuments(deskB, 'message')).map((one) => String(one.text));
    expect(seen.sort()).toEqual([...texts.values()].flat().sort());
  },
);
