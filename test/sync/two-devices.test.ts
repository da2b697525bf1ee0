/** What survives: several devices of one advisor, a real server, networks that fail. */
import { afterEach, describe, expect, test } from 'vitest';
import type { DeviceRow } from '../../shared/rows.ts';
import { pullAllRows } from '../support/all-rows.ts';
import { createSyncScene, type SceneDevice, type SyncScene } from '../support/sync-scene.ts';
import { NO_FAULTS } from '../support/test-network.ts';
import { seededRandom } from '../support/virtual-scheduler.ts';

let scene: SyncScene;
afterEach(() => scene.stop());

async function openChat(id: string, userId = 'mara'): Promise<void> {
  await scene.server.platform.put('users', userId, { name: userId });
  await scene.server.platform.put('chats', id, { userId, advisorId: scene.advisor.id });
}

const message = (device: SceneDevice, chatId: string, n: number): DeviceRow => ({
  type: 'message',
  id: `${device.id}-m${n}`,
  chatId,
  from: 'advisor',
  deviceId: device.id,
  text: `message ${n} of ${device.id}`,
  atMs: scene.scheduler.nowMs(),
});

const segment = (
  device: SceneDevice,
  chatId: string,
  n: number,
  elapsedMs: number,
  closed: boolean,
): DeviceRow => ({
  type: 'timeSegment',
  id: `${device.id}-s${n}`,
  chatId,
  deviceId: device.id,
  bootId: `boot-of-${device.id}`,
  knownSeq: 0,
  startedAtMonoMs: n * 10_000,
  startedAtMs: scene.scheduler.nowMs(),
  elapsedMs,
  closed,
  ...(closed ? { closeReason: 'paused' as const } : {}),
  source: 'timer',
  funding: 'funded',
});

const hasChat = async (device: SceneDevice, id: string) =>
  (await device.app!.database.chat.findOne(id).exec()) !== null;

async function documentsOf(
  device: SceneDevice,
  collection: 'message' | 'timeSegment',
): Promise<Map<string, unknown>> {
  const documents = await device.app!.database.collections[collection].find().exec();
  return new Map(documents.map((document) => [document.primary, document.toJSON()]));
}

/** Server and every device hold exactly these rows, each once, each with the server's sequence. */
async function expectEverywhere(devices: SceneDevice[], rows: Map<string, DeviceRow>): Promise<void> {
  const atServer = (await pullAllRows(scene.advisor.client)).filter(
    ({ row }) => row.type === 'message' || row.type === 'timeSegment',
  );
  expect(new Set(atServer.map(({ row }) => row.id))).toEqual(new Set(rows.keys()));
  const newest = new Map<string, { seq: number; row: unknown }>();
  for (const { seq, row } of atServer) newest.set(row.id, { seq, row });
  for (const device of devices) {
    const here = new Map([
      ...(await documentsOf(device, 'message')),
      ...(await documentsOf(device, 'timeSegment')),
    ]);
    expect(here.size).toBe(rows.size);
    for (const [id, row] of rows) {
      expect(newest.get(id)!.row).toMatchObject(row as object);
      expect(here.get(id)).toMatchObject({ ...row, seq: newest.get(id)!.seq });
    }
  }
}

function checkpointReached(devices: SceneDevice[], highSeq: number): boolean {
  return devices.every(
    (device) => device.outbox.size === 0 && device.app!.replicator.readStatus().appliedSeq >= highSeq,
  );
}

async function highSeq(): Promise<number> {
  const rows = await pullAllRows(scene.advisor.client);
  return rows.at(-1)?.seq ?? 0;
}

describe('two devices of one advisor', () => {
  test('both initialise the same chat offline: one record', async () => {
    scene = await createSyncScene(1);
    await openChat('chat-1');
    const [a, b] = [await scene.addDevice('A'), await scene.addDevice('B')];
    await a.start();
    await b.start();
    await scene.until(
      'both have the chat',
      async () => (await hasChat(a, 'chat-1')) && (await hasChat(b, 'chat-1')),
    );
    for (const device of [a, b]) {
      device.network.isOnline = false;
      device.network.cutStreams();
      await device.app!.tracking.initializeTimeTrackingForChat('chat-1');
      expect(await device.app!.tracking.initializeTimeTrackingForChat('chat-1')).toMatchObject({
        id: 'chat-1',
      });
    }
    for (const device of [a, b]) device.network.isOnline = true;
    await scene.until('both records are answered', () => a.outbox.size === 0 && b.outbox.size === 0);
    const records = (await pullAllRows(scene.advisor.client)).filter(
      ({ row }) => row.type === 'conversationTimeRecord',
    );
    expect(records.map(({ row }) => row.id)).toEqual(['chat-1']);
    for (const device of [a, b])
      expect(await device.app!.database.conversationTimeRecord.find().exec()).toHaveLength(1);
  });

  test('the seed story: chats 1, 2, 3 of one pair are opened one after the other and each keeps its own record', async () => {
    scene = await createSyncScene(2);
    for (const id of ['chat-1', 'chat-2', 'chat-3']) await openChat(id);
    const a = await scene.addDevice('A');
    const { tracking } = await a.start();
    await scene.until('the chats are here', () => hasChat(a, 'chat-3'));
    for (const [n, id] of ['chat-1', 'chat-2', 'chat-3'].entries()) {
      await tracking.initializeTimeTrackingForChat(id);
      a.write(segment(a, id, n, 1000 * (n + 1), true));
    }
    const key = { advisorId: scene.advisor.id, userId: 'mara' };
    for (const [n, chatId] of ['chat-1', 'chat-2'].entries()) {
      await scene.until(
        `${chatId} has its segment`,
        async () => (await tracking.getTimeTrackingData({ chatId, ...key })).segments.length === 1,
      );
      const found = await tracking.getTimeTrackingData({ chatId, ...key });
      expect(found.record).toMatchObject({ id: chatId, userId: 'mara', advisorId: scene.advisor.id });
      expect(found.segments).toMatchObject([{ chatId, elapsedMs: 1000 * (n + 1) }]);
      expect(found.isRunning).toBe(false);
    }
    await scene.until(
      'the totals came back',
      async () => (await tracking.getTimeTrackingData({ chatId: 'chat-2', ...key })).totals !== null,
    );
    expect((await tracking.getTimeTrackingData({ chatId: 'chat-2', ...key })).totals).toMatchObject({
      id: 'chat-2',
    });
  });

  test('an unknown chat, a chat of somebody else and a chat that ended before tracking each have their own code', async () => {
    scene = await createSyncScene(3);
    for (const id of ['chat-1', 'chat-2']) await openChat(id);
    const a = await scene.addDevice('A');
    const { tracking } = await a.start();
    await scene.until('the chats are here', () => hasChat(a, 'chat-2'));
    const key = { advisorId: scene.advisor.id, userId: 'mara' };
    await expect(tracking.getTimeTrackingData({ chatId: 'nowhere', ...key })).rejects.toMatchObject({
      code: 'unknownChat',
    });
    await expect(tracking.initializeTimeTrackingForChat('nowhere')).rejects.toMatchObject({
      code: 'unknownChat',
    });
    await expect(
      tracking.getTimeTrackingData({ chatId: 'chat-1', ...key, advisorId: 'ben' }),
    ).rejects.toMatchObject({ code: 'notYourChat' });
    await expect(
      tracking.getTimeTrackingData({ chatId: 'chat-1', ...key, userId: 'jonas' }),
    ).rejects.toMatchObject({ code: 'notYourChat' });
    expect(await tracking.getTimeTrackingData({ chatId: 'chat-1', ...key })).toMatchObject({
      record: { id: 'chat-1' },
      segments: [],
    });
    await scene.server.platform.endChat('chat-2');
    const ended = async () => (await a.app!.database.chat.findOne('chat-2').exec())!.endedAtMs > 0;
    await scene.until('the end is here', ended);
    await expect(tracking.getTimeTrackingData({ chatId: 'chat-2', ...key })).rejects.toMatchObject({
      code: 'chatClosedBeforeTracking',
    });
  });

  test.each([11, 12, 13, 14, 15, 16])(
    'every row reaches the server and the other device once, whatever the network does (seed %i)',
    async (seed) => {
      scene = await createSyncScene(seed);
      await openChat('chat-1');
      await openChat('chat-2', 'jonas');
      const random = seededRandom(seed);
      const devices = [await scene.addDevice('A'), await scene.addDevice('B')];
      const written = new Map<string, DeviceRow>();
      const write = (device: SceneDevice, row: DeviceRow) => {
        written.set(row.id, row);
        device.write(row);
      };
      for (const device of devices) {
        device.network.faults = {
          ...NO_FAULTS,
          dropRequest: 0.2,
          duplicateRequest: 0.2,
          loseReply: 0.2,
          cutStream: 0.1,
          repeatPage: 0.2,
          losePage: 0.1,
          delayMs: 300,
        };
        await device.start();
      }
      for (let round = 0; round < 30; round++) {
        const device = devices[Math.floor(random() * 2)]!;
        const chatId = random() < 0.5 ? 'chat-1' : 'chat-2';
        if (random() < 0.5) {
          write(device, message(device, chatId, round));
        } else {
          const open = segment(device, chatId, round, 1000, false) as DeviceRow & { type: 'timeSegment' };
          write(device, open);
          if (random() < 0.7)
            write(device, { ...open, elapsedMs: 4000, closed: true, closeReason: 'paused' });
        }
        if (random() < 0.15) {
          device.network.isOnline = !device.network.isOnline;
          device.network.cutStreams();
        }
        if (random() < 0.15) {
          await device.stop();
          await device.start();
        }
        const pause = scene.scheduler.nowMs() + Math.floor(random() * 800);
        await scene.until('time passes', () => scene.scheduler.nowMs() >= pause);
      }
      for (const device of devices) device.network.isOnline = true;
      await scene.until('both outboxes are empty', () => devices.every((device) => device.outbox.size === 0));
      const high = await highSeq();
      await scene.until('both devices have applied all', () => checkpointReached(devices, high));
      for (const device of devices) expect(device.refused).toEqual([]);
      await expectEverywhere(devices, written);
    },
  );
});
