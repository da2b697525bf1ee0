/** What main and the advisor are told, and a local database that cannot be read. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { refusal } from '../support/fake-sync-server.ts';
import { createReplicatorScene, messageRow, type ReplicatorScene } from '../support/replicator-scene.ts';
import { sampleRow } from '../support/sample-rows.ts';
import type { TestDevice } from '../support/test-device.ts';
import { TEST_NOW_MS } from '../support/test-server.ts';

let server: ReplicatorScene['server'];
let network: ReplicatorScene['network'];
let scheduler: ReplicatorScene['scheduler'];
let until: ReplicatorScene['until'];
let phase: ReplicatorScene['phase'];
let stored: ReplicatorScene['stored'];
let device: ReplicatorScene['device'];

beforeEach(() => {
  ({ server, network, scheduler, until, phase, stored, device } = createReplicatorScene());
});
afterEach(() => device.stop());

describe('what main hears', () => {
  test('a sign of life every 2 s, and how far it has applied as soon as it has', async () => {
    await device.start();
    await until('streaming', () => phase() === 'streaming');
    const before = device.heard.reports.length;
    for (let second = 0; second < 10; second++) {
      scheduler.pass(1000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(device.heard.reports.length - before).toBeGreaterThanOrEqual(4);
    server.add(messageRow(1));
    await until('reported', () => device.heard.reports.at(-1)?.appliedSeq === 1);
  });

  test('projections and the policy in force, also those of before the start', async () => {
    server.add(sampleRow('userProjection'));
    server.add(sampleRow('policyChange', { atMs: TEST_NOW_MS - 1 }));
    server.add(sampleRow('policyChange', { id: 'later', value: 'stop', atMs: TEST_NOW_MS + 3_600_000 }));
    await device.start();
    await until('both heard', () => device.heard.projections.length > 0 && device.heard.policy === 'run');
    expect(device.heard.projections[0]).toEqual(sampleRow('userProjection'));
    await until(
      'the checkpoint is written',
      async () => (await device.app!.database.localState.findOne('checkpoint').exec())?.seq === 3,
    );
    await device.stop();
    device.heard.projections.length = 0;
    device.heard.policy = null;
    await device.start();
    await until('heard again', () => device.heard.projections.length > 0 && device.heard.policy === 'run');
    scheduler.pass(3_700_000);
    await until('the change came into force', () => device.heard.policy === 'stop');
  });

  test.each([
    ['the server is down', () => void (network.isOnline = false), 'retrying', 'serverUnreachable'],
    [
      'it speaks another protocol version',
      () => void (server.intercept = () => refusal(426, 'protocolMismatch')),
      'refused',
      'protocolMismatch',
    ],
    [
      'the device is revoked',
      () => void (server.intercept = () => refusal(403, 'deviceRevoked')),
      'refused',
      'deviceRevoked',
    ],
    [
      'the session ran out',
      () => void (server.intercept = () => refusal(401, 'sessionExpired')),
      'refused',
      'sessionExpired',
    ],
    [
      'its disk is full',
      () => void (server.intercept = () => refusal(507, 'diskFull')),
      'retrying',
      'diskFull',
    ],
    [
      'it answers no JSON',
      () => void (server.intercept = () => new Response('<html>')),
      'retrying',
      'serverUnreachable',
    ],
  ])(
    'when %s: a code, nothing lost, and all goes on by itself afterwards',
    async (_what, breakIt, expectedPhase, code) => {
      breakIt();
      device.write(messageRow(1));
      await device.start();
      await until('it is said', () => device.app!.replicator.readStatus().code === code);
      expect(phase()).toBe(expectedPhase);
      expect(device.heard.reports.at(-1)).toMatchObject({ phase: expectedPhase, code });
      expect(await stored('m1')).toBeDefined();
      expect(device.outbox.size).toBe(1);
      network.isOnline = true;
      server.intercept = () => undefined;
      await until('all is well', () => device.outbox.size === 0 && phase() === 'streaming');
      expect(device.app!.replicator.readStatus().code).toBeNull();
    },
  );
});

describe('an unreadable local database', () => {
  test('is set aside and rebuilt from the server and the outbox: nothing is lost', async () => {
    server.add(messageRow(1));
    await device.start();
    await until('caught up', () => device.app!.replicator.readStatus().appliedSeq === 1);
    network.isOnline = false;
    device.write(messageRow(2));
    await until('shown', async () => (await stored('m2')) !== undefined);
    await device.stop();
    await damage(device);
    const app = await device.start();
    expect(app.setAside).toMatchObject({ code: 'localDatabaseUnreadable' });
    network.isOnline = true;
    await until(
      'all is back',
      async () => (await stored('m1')) !== undefined && ((await stored('m2'))?.seq ?? 0) > 0,
    );
    expect(device.outbox.size).toBe(0);
  });
});

/** Makes every open of one of its stores fail from now on, as Chromium does when the files behind it are damaged. */
async function damage({ disk }: TestDevice): Promise<void> {
  const { name: damaged } = (await disk.databases()).find((entry) => entry.name!.includes('--message'))!;
  const open = disk.open.bind(disk);
  disk.open = (name, version) => {
    if (name === damaged)
      throw new DOMException('Internal error opening backing store for indexedDB.open.', 'UnknownError');
    return open(name, version);
  };
}
