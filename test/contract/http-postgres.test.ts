/** The borders on PostgreSQL: the same code, and a second server process on the same database. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStream } from '../support/event-stream.ts';
import { startPostgres, whyNoPostgres, type TestPostgres } from '../support/postgres.ts';
import { startTestServer, type TestMember, type TestServer } from '../support/test-server.ts';

const why = whyNoPostgres();
if (why !== undefined) process.stderr.write(`${why}\n`);

describe.runIf(why === undefined)('on PostgreSQL', () => {
  let postgres: TestPostgres;
  let t: TestServer;
  let lea: TestMember;
  beforeAll(async () => {
    postgres = await startPostgres();
    t = await startTestServer({ databaseUrl: await postgres.createDatabase('borders') });
    lea = await t.addMember('advisor');
  });
  afterAll(async () => {
    await t.stop();
    await postgres.stop();
  });

  it('sessions rotate, and a refresh token shown twice ends its family', async () => {
    const device = await t.signIn(lea, 'Second');
    await device.client.refresh(device.session.refreshToken);
    await expect(device.client.refresh(device.session.refreshToken)).rejects.toMatchObject({
      code: 'sessionExpired',
    });
    await expect(device.client.pull(0)).rejects.toMatchObject({ code: 'sessionExpired' });
  });

  it('members and devices are listed with figures, not texts', async () => {
    const ben = await t.addMember('supervisor');
    const devices = await ben.client.listDevices();
    expect(devices.every((d) => typeof d.createdAtMs === 'number')).toBe(true);
    const account = { name: 'X', email: lea.email, password: 'long enough', role: 'advisor' as const };
    await expect(ben.client.addMember(account)).rejects.toMatchObject({ code: 'idConflict' });
  });

  it('the platform writes once, a device pushes and a stream carries both', async () => {
    const stream = await openStream(t.url, lea.headers);
    await stream.nextPage();
    await t.platform.put('users', 'mara', { name: 'Mara' });
    await t.platform.put('chats', 'chat-1', { userId: 'mara', advisorId: lea.id });
    expect(await t.platform.put('users', 'mara', { name: 'Mara' })).toMatchObject({ isNew: false });
    const message = { type: 'message', id: 'm-1', chatId: 'chat-1', from: 'advisor', text: 'Hello', atMs: 1 };
    expect(await lea.client.push([message])).toMatchObject([{ verdict: 'stored', code: 'accepted' }]);
    const seen: string[] = [];
    while (!seen.includes('m-1')) seen.push(...(await stream.nextPage()).rows.map((r) => r.row.id));
    expect(seen).toContain('chat-1');
    stream.stop();
    expect((await t.request('GET', '/healthz')).body).toEqual({ status: 'ok', storage: 'postgres' });
  });

  it('two concurrent exchanges of one refresh token: one wins or none, and the family ends', async () => {
    const device = await t.signIn(lea, 'Third');
    const tries = await Promise.allSettled(
      Array.from({ length: 8 }, () => device.client.refresh(device.session.refreshToken)),
    );
    expect(tries.filter((one) => one.status === 'fulfilled').length).toBeLessThanOrEqual(1);
    await expect(device.client.pull(0)).rejects.toMatchObject({ code: 'sessionExpired' });
  });
});
