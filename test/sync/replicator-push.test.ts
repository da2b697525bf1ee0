/** What a replicator sends, against a server that the test can make do anything. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceRow } from '../../shared/rows.ts';
import { refusal } from '../support/fake-sync-server.ts';
import {
  createReplicatorScene,
  messageRow,
  segmentRow,
  type ReplicatorScene,
} from '../support/replicator-scene.ts';
import { sampleRow } from '../support/sample-rows.ts';

let server: ReplicatorScene['server'];
let network: ReplicatorScene['network'];
let scheduler: ReplicatorScene['scheduler'];
let until: ReplicatorScene['until'];
let sentIds: ReplicatorScene['sentIds'];
let phase: ReplicatorScene['phase'];
let stored: ReplicatorScene['stored'];
let device: ReplicatorScene['device'];

beforeEach(() => {
  ({ server, network, scheduler, until, sentIds, phase, stored, device } = createReplicatorScene());
});
afterEach(() => device.stop());

describe('pushing', () => {
  test('a row in the outbox is shown at once, sent, acknowledged to main and shown with its sequence', async () => {
    network.isOnline = false;
    await device.start();
    device.write(messageRow(1));
    await until('it is shown', async () => (await stored('m1')) !== undefined);
    expect(await stored('m1')).toMatchObject({ seq: 0, text: 'message 1' });
    network.isOnline = true;
    await until('main dropped it', () => device.outbox.size === 0);
    await until('it has its sequence', async () => (await stored('m1'))?.seq === 1);
    expect(device.heard.answers).toMatchObject([{ verdict: 'stored', id: 'm1', seq: 1 }]);
  });

  test('a replicator that starts sends the whole outbox in journal order, in batches of 200 at most', async () => {
    for (let n = 0; n < 450; n++) device.write(messageRow(n));
    await device.start();
    await until('all are answered', () => device.outbox.size === 0);
    expect(server.pushes.map((rows) => rows.length)).toEqual([200, 200, 50]);
    expect(sentIds()).toEqual(Array.from({ length: 450 }, (_, n) => `m${n}`));
  });

  test('a batch stays below the size of a body', async () => {
    for (let n = 0; n < 100; n++)
      device.write(sampleRow('message', { id: `m${n}`, text: 'ß'.repeat(20_000) }));
    await device.start();
    await until('all are answered', () => device.outbox.size === 0);
    const bodies = network.delivered
      .filter(({ path }) => path === '/push')
      .map(({ body }) => new TextEncoder().encode(body!).length);
    expect(Math.max(...bodies)).toBeLessThanOrEqual(1_048_576);
    expect(bodies.length).toBeGreaterThan(3);
  });

  test('what grows while a push is under way is sent once more, in its newest version only', async () => {
    await device.start();
    device.write(segmentRow(1000, false));
    await until('the first copy is answered', () => server.pushes.length === 1 && device.outbox.size === 0);
    device.write(segmentRow(2000, false));
    device.write(segmentRow(3000, false));
    device.write(segmentRow(4000, true));
    await until('the last copy is answered', () => device.outbox.size === 0);
    const lengths = server.pushes
      .slice(1)
      .flat()
      .map((row) => (row as { elapsedMs: number }).elapsedMs);
    expect(lengths.at(-1)).toBe(4000);
    expect(lengths.length).toBeLessThanOrEqual(2);
  });

  test('no version that was answered is pushed again, whoever announces it', async () => {
    await device.start();
    device.write(segmentRow(4000, true));
    await until('it is answered', () => device.outbox.size === 0);
    device.write(segmentRow(4000, true));
    device.write(segmentRow(3000, false));
    device.write(messageRow(1));
    await until('the message is answered', () => !device.outbox.has('message:m1'));
    expect(sentIds()).toEqual(['segment-1', 'm1']);
  });

  test('a reply that is lost after the commit leads to one more push and to one row', async () => {
    await device.start();
    await until('streaming', () => phase() === 'streaming');
    network.faults.loseReply = 1;
    device.write(messageRow(1));
    await until('the push was committed', () => server.rows.length === 1);
    expect(device.outbox.size).toBe(1);
    network.faults.loseReply = 0;
    await until('it is answered', () => device.outbox.size === 0);
    expect(server.rows).toHaveLength(1);
  });

  test('a malformed row in the middle is refused and blocks no other; the advisor sees it marked, and a retry sends it again', async () => {
    await device.start();
    const bad = { ...messageRow(2), atMs: -5 } as DeviceRow;
    device.write(messageRow(1));
    device.write(bad);
    device.write(messageRow(3));
    await until('all are answered', () => device.outbox.size === 0);
    expect(server.rows.map(({ row }) => row.id).sort()).toEqual(['m1', 'm3']);
    expect(device.refused).toMatchObject([{ row: { id: 'm2' }, code: 'badInput' }]);
    expect(sentIds().filter((id) => id === 'm2')).toHaveLength(1);
    device.refused[0]!.row = messageRow(2);
    device.retryRefused('m2');
    await until('it is answered', () => device.outbox.size === 0);
    expect(server.rows.map(({ row }) => row.id)).toContain('m2');
  });

  test('a segment whose id another one has at the server is shown as that other one, or not at all', async () => {
    const kept = { verdict: 'stored', code: 'quarantined', reason: 'idConflict', closed: true } as const;
    server.intercept = (path, body) =>
      path === '/push'
        ? Response.json({
            answers: body!.rows!.map(({ id }) => ({
              ...kept,
              id,
              type: 'timeSegment',
              seq: 7,
              elapsedMs: 4000,
            })),
          })
        : undefined;
    await device.start();
    device.write(segmentRow(4000, true));
    await until('it is answered', () => device.outbox.size === 0);
    await until('the own copy is gone', async () => (await stored('segment-1')) === undefined);
  });

  test('a valid row that the server refuses is marked in the transcript until it is sent again', async () => {
    server.intercept = (path, body) =>
      path === '/push' && body!.rows!.some(({ id }) => id === 'm2')
        ? Response.json({ answers: [{ verdict: 'refused', id: 'm2', type: 'message', code: 'notYourChat' }] })
        : undefined;
    await device.start();
    device.write(messageRow(2));
    await until('it is refused', () => device.refused.length === 1);
    await until('it is marked', async () => (await stored('m2'))?.refusedCode === 'notYourChat');
    await device.stop();
    await device.start();
    expect(await stored('m2')).toMatchObject({ refusedCode: 'notYourChat', seq: 0 });
    server.intercept = () => undefined;
    await until('the refused list was read', () => phase() === 'streaming');
    device.retryRefused('m2');
    await until('it is at the server', async () => ((await stored('m2'))?.seq ?? 0) > 0);
    expect(await stored('m2')).not.toHaveProperty('refusedCode');
  });

  test('a batch that is too large is halved until the one row that causes it stands alone; that one is refused', async () => {
    server.intercept = (path, body) =>
      path === '/push' && body!.rows!.some(({ id }) => id === 'm5') ? refusal(413, 'tooLarge') : undefined;
    for (let n = 0; n < 16; n++) device.write(messageRow(n));
    await device.start();
    await until('all are answered', () => device.outbox.size === 0);
    expect(device.refused).toMatchObject([{ row: { id: 'm5' }, code: 'tooLarge' }]);
    expect(server.rows).toHaveLength(15);
  });

  test('a row on which the server fails waits behind the others and is never dropped', async () => {
    let isBroken = true;
    server.intercept = (path, body) =>
      isBroken && path === '/push' && body!.rows!.some(({ id }) => id === 'm5')
        ? refusal(500, 'internal')
        : undefined;
    for (let n = 0; n < 16; n++) device.write(messageRow(n));
    await device.start();
    await until('the others are answered', () => device.outbox.size === 1);
    expect([...device.outbox.keys()]).toEqual(['message:m5']);
    isBroken = false;
    await until('it is answered', () => device.outbox.size === 0);
    expect(device.refused).toEqual([]);
  });

  test('an answer to what was not sent is not passed on to main', async () => {
    server.intercept = (path) =>
      path === '/push'
        ? Response.json({
            answers: [{ verdict: 'stored', id: 'm99', type: 'message', seq: 7, code: 'accepted' }],
          })
        : undefined;
    await device.start();
    device.write(messageRow(1));
    await until('pushed', () => network.delivered.filter(({ path }) => path === '/push').length > 1);
    expect(device.heard.answers).toEqual([]);
    expect(device.outbox.size).toBe(1);
  });

  test('1,000 rows drain within 30 s of the network’s return', async () => {
    network.isOnline = false;
    await device.start();
    for (let n = 0; n < 1000; n++) device.write(messageRow(n));
    for (let minute = 0; minute < 20; minute++) {
      scheduler.pass(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    network.isOnline = true;
    const backAtMs = scheduler.nowMs();
    await until('the first push', () => server.pushes.length >= 1);
    expect(scheduler.nowMs() - backAtMs).toBeLessThanOrEqual(10_000);
    // From here on nothing waits: time stands, and all is answered all the same.
    await until('all are answered', () => device.outbox.size === 0, 0);
    expect(server.pushes).toHaveLength(5);
  });
});
