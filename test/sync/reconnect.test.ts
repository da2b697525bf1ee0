/** Days offline, then one reconnection: a tenth of `npm run bench -- reconnect`, before a real server. */
import { afterEach, expect, test } from 'vitest';
import { pullAllRows } from '../support/all-rows.ts';
import { newestById, ofType } from '../support/http-device.ts';
import { offlineWork } from '../support/offline-work.ts';
import { createSyncScene, type SyncScene } from '../support/sync-scene.ts';

const CHATS = 200;
const SEGMENTS = 10;
const MESSAGES = 30;
let scene: SyncScene;
afterEach(() => scene.stop());

test(
  'three days of work written offline reach the server in one reconnection, each row once, with progress; unfunded time waits for a ruling',
  { timeout: 60_000 },
  async () => {
    scene = await createSyncScene(1);
    const { platform } = scene.server;
    for (const id of ['mara', 'jonas']) {
      await platform.put('users', id, { name: id });
      await platform.put('chats', `first-${id}`, { userId: id, advisorId: scene.advisor.id });
    }
    const device = await scene.addDevice('Laptop');
    const rows = offlineWork({
      ...{ chats: CHATS, segmentsPerChat: SEGMENTS, messagesPerChat: MESSAGES, days: 3 },
      ...{ deviceId: device.id, advisorId: scene.advisor.id, userIds: ['mara', 'jonas'] },
      untilMs: scene.scheduler.nowMs() - 60_000,
    });
    for (const row of rows) device.outbox.set(`${row.type}:${row.id}`, row);
    device.network.isOnline = false;
    const { replicator } = await device.start();
    const told: number[] = [];
    replicator.status$.subscribe(({ waitingRows }) => told.push(waitingRows));
    await scene.until('the whole queue is known', () => replicator.readStatus().waitingRows === rows.length);
    device.network.isOnline = true;
    replicator.retryNow();
    await scene.until('everything is answered', () => device.outbox.size === 0);
    expect(device.refused).toEqual([]);
    // Progress: what waits is told with every batch.
    expect(new Set(told).size).toBeGreaterThan(rows.length / 400);

    const stored = await pullAllRows(scene.advisor.client);
    for (const type of ['chat', 'timeSegment', 'message', 'chatEnd'] as const) {
      const written = rows.filter((row) => row.type === type).map((row) => row.id);
      const there = new Set(ofType(stored, type).map((row) => row.id));
      expect([type, written.filter((id) => !there.has(id))]).toEqual([type, []]);
    }
    const segments = new Map(ofType(stored, 'timeSegment').map((one) => [one.id, one]));
    const admissions = [...newestById(ofType(stored, 'segmentAdmission')).values()];
    const verdicts = admissions.map((one) =>
      `${segments.get(one.segmentId)!.funding} ${one.code} ${one.reason ?? ''}`.trim(),
    );
    expect(verdicts.filter((one) => one === 'unfunded quarantined unfunded')).toHaveLength(
      CHATS * (SEGMENTS - 1),
    );
    expect(verdicts.filter((one) => one === 'funded admitted')).toHaveLength(CHATS);
  },
);
