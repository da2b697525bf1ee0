/** A device's replica is held against the hash that the server states with a page (DOMAIN.md I10). */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSyncScene, type SceneDevice, type SyncScene } from '../support/sync-scene.ts';
import { protocolHeaders } from '../support/test-server.ts';

/** Longer than the first check of a replica waits, ms. */
const UNTIL_CHECKED_MS = 310_000;

let scene: SyncScene;
let device: SceneDevice;
beforeEach(async () => {
  scene = await createSyncScene(1);
  await scene.server.platform.put('users', 'mara', { name: 'Mara' });
  await scene.server.platform.put('chats', 'chat-1', { userId: 'mara', advisorId: scene.advisor.id });
  for (const n of [1, 2, 3])
    await scene.server.platform.put('messages', `m${n}`, { chatId: 'chat-1', text: `line ${n}` });
  device = await scene.addDevice('A');
  await device.start();
  await scene.until('all is applied', async () => (await messages()).length === 3);
});
afterEach(() => scene.stop());

async function messages(): Promise<string[]> {
  const documents = await device.app!.database.message.find().exec();
  return documents.map((document) => document.primary).sort();
}
const status = () => device.app!.replicator.readStatus();

test('a replica that lost a row is found and fetched anew, and rows not yet sent stay', async () => {
  await (await device.app!.database.message.findOne('m2').exec())!.remove();
  expect(await messages()).toEqual(['m1', 'm3']);
  device.network.faults.dropRequest = 1;
  await device.app!.tracking.initializeTimeTrackingForChat('chat-1');
  await scene.hurry(UNTIL_CHECKED_MS);
  device.network.faults.dropRequest = 0;
  await scene.until('the replica is whole', async () => (await messages()).length === 3);
  expect(status().differingTypes).toEqual(['message']);
  expect(await device.app!.database.conversationTimeRecord.find().exec()).toHaveLength(1);
  await scene.until('the record is sent', () => device.outbox.size === 0);
});

test('a sound replica is confirmed and nothing is fetched again', async () => {
  await scene.hurry(UNTIL_CHECKED_MS);
  await scene.until('the check', () => status().checkedSeq > 0);
  expect(status().differingTypes).toEqual([]);
  const pulls = device.network.delivered.filter(({ path }) => path.startsWith('/pull'));
  expect(pulls.filter(({ path }) => path.includes('fromSeq=0&'))).toHaveLength(1);
  expect(pulls.filter(({ path }) => path.endsWith('withHash=true'))).toHaveLength(1);
});

test('only a page that is the last one, and only on request, states a hash', async () => {
  const ask = async (query: string) =>
    (
      await scene.server.request('GET', `/v1/pull?${query}`, {
        headers: { ...scene.advisor.headers, ...protocolHeaders },
      })
    ).body;
  expect(await ask('fromSeq=0')).not.toHaveProperty('hash');
  expect(await ask('fromSeq=0&limit=2&withHash=true')).not.toHaveProperty('hash');
  const { hash } = await ask('fromSeq=0&withHash=true');
  expect(hash).toMatchObject({ chat: expect.any(String), message: expect.any(String) });
  await scene.server.platform.put('messages', 'm4', { chatId: 'chat-1', text: 'line 4' });
  const later = (await ask('fromSeq=0&withHash=true')).hash;
  expect(later.message).not.toBe(hash.message);
  expect(later.chat).toBe(hash.chat);
});
