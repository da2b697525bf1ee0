import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeviceRow } from '../../shared/rows.ts';
import {
  admittedUnionMs,
  createHttpDevice,
  newestById,
  ofType,
  type HttpDevice,
} from '../support/http-device.ts';
import { makeOrganisation } from '../support/organisation.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const KILLS = 20;
const CHATS = [
  { id: 'chat-1', userId: 'mara', advisorId: 'lea' },
  { id: 'chat-2', userId: 'jonas', advisorId: 'lea' },
  { id: 'chat-3', userId: 'mara', advisorId: 'ben' },
];
let dataDir: string;
let server: ServerProcess;
let proxy: TcpProxy;

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'chatclock-killed-'));
  server = await startServerProcess({ dataDir });
  proxy = await startTcpProxy(server.port);
  await makeOrganisation(server, {
    advisors: [
      { id: 'lea', name: 'Lea' },
      { id: 'ben', name: 'Ben' },
    ],
    clients: [
      { id: 'mara', name: 'Mara Lindt', creditsMinor: 500_000, freeMs: { advisorId: 'lea', ms: 300_000 } },
      { id: 'jonas', name: 'Jonas P.', creditsMinor: 500_000 },
    ],
    chats: CHATS.map((chat) => ({ ...chat, openedAtMs: Date.now() - 5 * 3_600_000 })),
  });
}, 60_000);

afterAll(async () => {
  await server?.stop();
  await proxy?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Pushes batches as an outbox does: the same batch again until it is answered. Notes what was acknowledged. */
async function pushUntil(
  device: HttpDevice,
  chatIds: string[],
  acknowledged: Map<string, DeviceRow>,
  state: { isOver: boolean; answers: number },
) {
  let agoMs = 4 * 3_600_000;
  while (!state.isOver) {
    const batch = chatIds.flatMap((chatId, n): DeviceRow[] => [
      device.segment(chatId, agoMs - n * 100, 700),
      device.message(chatId, `${device.name} at ${agoMs}`),
    ]);
    agoMs -= 1_000;
    for (let isAnswered = false; !isAnswered;) {
      try {
        const answers = await device.push(batch);
        isAnswered = true;
        state.answers += 1;
        for (const answer of answers) {
          expect(answer).toMatchObject({ verdict: 'stored' });
          acknowledged.set(
            answer.id,
            batch.find((row) => row.id === answer.id)!,
          );
        }
      } catch (error) {
        if ((error as { code?: string }).code !== 'serverUnreachable') throw error;
        if (state.isOver) return;
        await new Promise((resolve) => setTimeout(resolve, 20)); // The retry's back-off; the kill decides when it ends.
      }
    }
  }
}

async function until(isTrue: () => boolean, what: string): Promise<void> {
  const limit = Date.now() + 30_000;
  while (!isTrue()) {
    if (Date.now() > limit) throw new Error(`Waited too long for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

test(
  'after 20 kills of the server in the midst of pushes nothing acknowledged is missing and nothing is double',
  { timeout: 300_000 },
  async () => {
    const devices: [HttpDevice, string[]][] = [];
    for (const [advisorId, name, chatIds] of [
      ['lea', 'a', ['chat-1', 'chat-2']],
      ['lea', 'b', ['chat-1']],
      ['ben', 'c', ['chat-3']],
    ] as const) {
      const device = await createHttpDevice({ url: proxy.url, advisorId, name });
      await device.anchor();
      await device.push(
        CHATS.filter((chat) => (chatIds as readonly string[]).includes(chat.id)).map((chat) =>
          device.record(chat),
        ),
      );
      devices.push([device, [...chatIds]]);
    }
    const acknowledged = new Map<string, DeviceRow>();
    const state = { isOver: false, answers: 0 };
    const pushing = Promise.all(
      devices.map(([device, chatIds]) => pushUntil(device, chatIds, acknowledged, state)),
    );

    for (let kill = 0; kill < KILLS; kill += 1) {
      const enough = state.answers + 5 + ((kill * 7) % 23);
      await Promise.race([until(() => state.answers >= enough, 'answers'), pushing]);
      await server.kill();
      server = await startServerProcess({ dataDir });
      proxy.retarget(server.port);
    }
    const enough = state.answers + 10;
    await until(() => state.answers >= enough, 'the last answers');
    state.isOver = true;
    await pushing;

    const seen = new Map<string, DeviceRow>();
    for (const [device] of [devices[0]!, devices[2]!]) {
      const rows = await device.pullAll();
      const seqs = rows.map(({ seq }) => seq);
      expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
      const messages = ofType(rows, 'message');
      expect(new Set(messages.map((message) => message.id)).size).toBe(messages.length);
      expect(new Set(messages.map((message) => message.text + message.chatId)).size).toBe(messages.length);
      const segments = ofType(rows, 'timeSegment');
      expect(new Set(segments.map((segment) => segment.id)).size).toBe(segments.length);
      for (const row of [...messages, ...segments]) seen.set(row.id, row);
      const totals = newestById(ofType(rows, 'recordTotals'));
      for (const [chatId, ms] of admittedUnionMs(rows))
        expect([chatId, totals.get(chatId)?.trackedMs]).toEqual([chatId, ms]);
    }
    expect(acknowledged.size).toBeGreaterThan(KILLS * 5);
    for (const [id, row] of acknowledged) expect(seen.get(id), id).toMatchObject(row);
  },
);
