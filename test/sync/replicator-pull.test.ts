/** What a replicator takes, against a server that the test can make do anything. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refusal } from '../support/fake-sync-server.ts';
import { createReplicatorScene, messageRow, type ReplicatorScene } from '../support/replicator-scene.ts';
import { sampleRow } from '../support/sample-rows.ts';

let server: ReplicatorScene['server'];
let network: ReplicatorScene['network'];
let until: ReplicatorScene['until'];
let stored: ReplicatorScene['stored'];
let device: ReplicatorScene['device'];

beforeEach(() => {
  ({ server, network, until, stored, device } = createReplicatorScene());
});
afterEach(() => device.stop());

describe('pulling', () => {
  test('everything before the start comes in pages, everything after by the stream', async () => {
    for (let n = 0; n < 2500; n++) server.add(messageRow(n));
    await device.start();
    await until('caught up', () => device.app!.replicator.readStatus().appliedSeq === 2500);
    await until('streaming', () => server.openStreams() === 1);
    expect(server.pulls.slice(0, 3)).toEqual([0, 1000, 2000]);
    server.add(messageRow(2500));
    await until('the change is here', async () => (await stored('m2500')) !== undefined);
    expect(server.pulls).toHaveLength(3);
  });

  test('a page that does not join is not applied: the gap is pulled', async () => {
    await device.start();
    await until('streaming', () => server.openStreams() === 1);
    server.rows.push({ seq: 1, row: messageRow(1) as never }, { seq: 2, row: messageRow(2) as never });
    server.sendPage({ fromSeq: 1, toSeq: 2, rows: [server.rows[1]!], hasMore: false, scope: 'all' });
    await until(
      'both are here',
      async () => (await stored('m1')) !== undefined && (await stored('m2')) !== undefined,
    );
    expect(server.pulls).toEqual([0, 0]);
  });

  test('a page that comes twice or late changes nothing', async () => {
    await device.start();
    await until('streaming', () => server.openStreams() === 1);
    server.add(messageRow(1));
    server.add(messageRow(2));
    await until('both are here', () => device.app!.replicator.readStatus().appliedSeq === 2);
    server.sendPage({ fromSeq: 0, toSeq: 1, rows: [server.rows[0]!], hasMore: false, scope: 'all' });
    server.sendPage({ fromSeq: 1, toSeq: 2, rows: [server.rows[1]!], hasMore: false, scope: 'all' });
    server.add(messageRow(3));
    await until('the next is here', () => device.app!.replicator.readStatus().appliedSeq === 3);
    expect(await device.app!.database.message.find().exec()).toHaveLength(3);
    expect(server.pulls).toEqual([0]);
  });

  test('a restart goes on at the checkpoint', async () => {
    for (let n = 0; n < 1500; n++) server.add(messageRow(n));
    await device.start();
    await until('caught up', () => device.app!.replicator.readStatus().appliedSeq === 1500);
    await until(
      'the checkpoint is written',
      async () => (await device.app!.database.localState.findOne('checkpoint').exec())?.seq === 1500,
    );
    await device.stop();
    server.pulls.length = 0;
    await device.start();
    await until('streaming', () => server.openStreams() === 1);
    expect(server.pulls).toEqual([1500]);
  });

  test.each(['a streamed', 'a pulled'])(
    '%s page whose write fails is applied again: rows first, the checkpoint after',
    async (how) => {
      const { database } = await device.start();
      await until('streaming', () => server.openStreams() === 1);
      if (how === 'a pulled') {
        network.isOnline = false;
        network.cutStreams();
      }
      const { storageInstance } = database.message;
      const { bulkWrite } = storageInstance;
      let failures = 0;
      storageInstance.bulkWrite = (...write) => {
        if (failures >= 3) return bulkWrite.apply(storageInstance, write);
        failures++;
        return Promise.reject(new DOMException('Encountered full disk', 'QuotaExceededError'));
      };
      server.add(messageRow(1));
      network.isOnline = true;
      await until('it is said', () => device.heard.reports.some(({ code }) => code === 'diskFull'));
      await until('the row is here', async () => (await stored('m1')) !== undefined);
      expect(failures).toBe(3);
      await until('all is well', () => device.app!.replicator.readStatus().code === null);
    },
  );

  test('a row that this version does not understand is left out and blocks no other', async () => {
    server.add({ type: 'ledgerEntry', id: 'x' } as never);
    server.add({ ...messageRow(1), atMs: 'yesterday' } as never);
    server.add(messageRow(2));
    await device.start();
    await until('caught up', () => device.app!.replicator.readStatus().appliedSeq === 3);
    expect(await stored('m2')).toMatchObject({ seq: 3 });
    expect(device.app!.replicator.readStatus().skippedRows).toBe(2);
  });

  test('a change of rights drops what was replicated, keeps what is unsent, and begins again at 0', async () => {
    server.add(messageRow(1));
    server.add(messageRow(2));
    await device.start();
    await until('caught up', () => device.app!.replicator.readStatus().appliedSeq === 2);
    server.intercept = (path) => (path === '/push' ? refusal(503, 'serverBusy') : undefined);
    device.write(messageRow(3));
    server.scope = 'less';
    server.rows.shift();
    network.cutStreams();
    await until('the row is gone', async () => (await stored('m1')) === undefined);
    await until(
      'the rest is back',
      async () => (await stored('m2')) !== undefined && (await stored('m3')) !== undefined,
    );
    expect(await stored('m3')).toMatchObject({ seq: 0 });
    expect(device.outbox.size).toBe(1);
  });

  test('a chat ends here when its end arrives, and is open again when that end is quarantined', async () => {
    const chat = async () => (await device.app!.database.chat.findOne('chat-1').exec())?.endedAtMs;
    server.add(sampleRow('chat'));
    server.add(sampleRow('chatEnd', { atMs: 900 }));
    server.add(sampleRow('chatEnd', { id: 'end-2', atMs: 500 }));
    await device.start();
    await until('the earliest end stands', async () => (await chat()) === 500);
    server.add(sampleRow('markAdmission', { id: 'a2', markId: 'end-2', code: 'quarantined' }));
    await until('the other end stands', async () => (await chat()) === 900);
    server.add(sampleRow('markAdmission', { id: 'a1', markId: 'end-1', code: 'quarantined' }));
    await until('the chat is open', async () => (await chat()) === 0);
  });
});
