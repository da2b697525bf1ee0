/** Signing in, refreshing, signing out, the first supervisor, members, devices: what the border answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemberClient } from '../../sync-server/member-client.ts';
import { openStream } from '../support/event-stream.ts';
import { protocolHeaders, startTestServer, type TestServer } from '../support/test-server.ts';

describe('the first supervisor', () => {
  it('is created once with the one-time code, and signs in', async () => {
    const t = await startTestServer();
    const client = createMemberClient({ url: t.url });
    const person = { name: 'Ben', email: 'Ben@Example.org', password: 'ten letters or more' };
    expect(await client.hello()).toMatchObject({
      product: 'chatclock',
      needsSetup: true,
      organisationName: 'Test organisation',
    });
    await expect(client.setUp({ code: 'AAAA-BBBB-CCCC', ...person })).rejects.toMatchObject({
      code: 'setupCodeWrong',
    });

    const member = await client.setUp({ code: t.server.setupCode ?? '', ...person });
    expect(member).toMatchObject({ name: 'Ben', email: 'ben@example.org', role: 'supervisor' });
    expect((await client.hello()).needsSetup).toBe(false);
    await expect(client.setUp({ code: t.server.setupCode ?? '', ...person })).rejects.toMatchObject({
      code: 'setupAlreadyDone',
    });
    expect(
      (await client.signIn({ email: 'ben@example.ORG', password: person.password, deviceName: 'Desk' }))
        .member,
    ).toEqual(member);
    await t.stop();
  });

  it('with a password of nine letters is refused as badInput, and the code stays good', async () => {
    const t = await startTestServer();
    const client = createMemberClient({ url: t.url });
    const code = t.server.setupCode ?? '';
    await expect(
      client.setUp({ code, name: 'B', email: 'b@x.y', password: '123456789' }),
    ).rejects.toMatchObject({ code: 'badInput' });
    await client.setUp({ code, name: 'B', email: 'b@x.y', password: '1234567890' });
    await t.stop();
  });
});

describe('sessions', () => {
  let t: TestServer;
  beforeAll(async () => {
    t = await startTestServer();
  });
  afterAll(() => t.stop());

  it('answer an unknown account and a wrong password alike', async () => {
    const lea = await t.addMember('advisor');
    const signIn = (email: string, password: string) =>
      t.request('POST', '/v1/auth/sign-in', {
        headers: protocolHeaders,
        body: { email, password, deviceName: 'd' },
      });
    const wrong = await signIn(lea.email, 'wrong');
    const unknown = await signIn('nobody@test.local', lea.password);
    expect(wrong.status).toBe(401);
    expect({ ...wrong.body, errorId: '' }).toEqual({ code: 'wrongCredentials', details: {}, errorId: '' });
    expect({ ...unknown.body, errorId: '' }).toEqual({ ...wrong.body, errorId: '' });
  });

  it('make an account wait after ten wrong passwords from one address, and nobody else', async () => {
    const lea = await t.addMember('advisor');
    const noor = await t.addMember('advisor');
    const signIn = (email: string, password: string) =>
      t.request('POST', '/v1/auth/sign-in', {
        headers: protocolHeaders,
        body: { email, password, deviceName: 'd' },
      });
    for (let n = 0; n < 10; n += 1) expect((await signIn(lea.email, 'wrong')).status).toBe(401);
    const limited = await signIn(lea.email.toUpperCase(), lea.password);
    expect(limited.status).toBe(429);
    expect(limited.body.code).toBe('tooMany');
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn(noor.email, noor.password)).status).toBe(200);
    t.clock.pass(15 * 60_000 + 1);
    expect((await signIn(lea.email, lea.password)).status).toBe(200);
  });

  it('exchange a refresh token for the next pair', async () => {
    const lea = await t.addMember('advisor');
    const next = await lea.client.refresh(lea.session.refreshToken);
    expect(next.refreshToken).not.toBe(lea.session.refreshToken);
    expect(next.deviceId).toBe(lea.session.deviceId);
    expect(await lea.client.pull(0)).toMatchObject({ fromSeq: 0 });
  });

  it('end as a whole when a refresh token is shown a second time', async () => {
    const lea = await t.addMember('advisor');
    await lea.client.refresh(lea.session.refreshToken);
    const thief = createMemberClient({ url: t.url });
    await expect(thief.refresh(lea.session.refreshToken)).rejects.toMatchObject({ code: 'sessionExpired' });
    await expect(lea.client.pull(0)).rejects.toMatchObject({ code: 'sessionExpired' });
  });

  it('run out: access after a quarter of an hour, refresh after ninety days', async () => {
    const lea = await t.addMember('advisor');
    t.clock.pass(15 * 60_000);
    await expect(lea.client.pull(0)).rejects.toMatchObject({ code: 'sessionExpired' });
    const next = await lea.client.refresh(lea.session.refreshToken);
    t.clock.pass(90 * 24 * 3_600_000);
    await expect(lea.client.refresh(next.refreshToken)).rejects.toMatchObject({ code: 'sessionExpired' });
  });

  it('end with sign-out, streams and tokens alike', async () => {
    const lea = await t.addMember('advisor');
    const stream = await openStream(t.url, lea.headers);
    await stream.nextPage();
    await lea.client.signOut();
    await stream.ended;
    expect((await t.request('GET', '/v1/pull', { headers: lea.headers })).body.code).toBe('sessionExpired');
    await expect(lea.client.refresh(lea.session.refreshToken)).rejects.toMatchObject({
      code: 'sessionExpired',
    });
  });

  it('keep no token and no password readable in the database', async () => {
    const lea = await t.addMember('advisor');
    const { readFile, readdir } = await import('node:fs/promises');
    const files = (await readdir(t.dataDir)).filter((f) => f.startsWith('chatclock.db'));
    const bytes = Buffer.concat(await Promise.all(files.map((f) => readFile(`${t.dataDir}/${f}`)))).toString(
      'latin1',
    );
    for (const secret of [lea.session.accessToken, lea.session.refreshToken, lea.password])
      expect(bytes.includes(secret)).toBe(false);
  });
});

describe('devices', () => {
  it('of one profile keep their id; another member or another profile gets a new one', async () => {
    const t = await startTestServer();
    const lea = await t.addMember('advisor');
    const noor = await t.addMember('advisor');
    const { deviceId } = lea.session;
    const again = await lea.client.signIn({
      email: lea.email,
      password: lea.password,
      deviceName: 'Renamed',
      deviceId,
    });
    expect(again.deviceId).toBe(deviceId);
    expect((await lea.client.listDevices()).map((d) => [d.id, d.name, d.isRevoked])).toEqual([
      [deviceId, 'Renamed', false],
    ]);
    const other = await noor.client.signIn({
      email: noor.email,
      password: noor.password,
      deviceName: 'd',
      deviceId,
    });
    expect(other.deviceId).not.toBe(deviceId);
    await t.stop();
  });

  it('that are revoked lose stream and pull at once, keep push and refresh, and cannot be signed in again', async () => {
    const t = await startTestServer();
    const lea = await t.addMember('advisor');
    const tablet = await t.signIn(lea, 'Tablet');
    const stream = await openStream(t.url, tablet.headers);
    await stream.nextPage();
    await lea.client.revokeDevice(tablet.session.deviceId);
    await stream.ended;

    await expect(tablet.client.pull(0)).rejects.toMatchObject({ code: 'deviceRevoked' });
    const beat = { bootId: 'b', sentAtMonoMs: 1, running: [], userIds: [] };
    expect((await t.request('POST', '/v1/beat', { headers: tablet.headers, body: beat })).body.code).toBe(
      'deviceRevoked',
    );
    expect((await t.request('GET', '/v1/stream', { headers: tablet.headers })).body.code).toBe(
      'deviceRevoked',
    );
    await tablet.client.refresh(tablet.session.refreshToken);
    expect(await tablet.client.push([{ nonsense: true }])).toMatchObject([
      { verdict: 'refused', code: 'badInput' },
    ]);
    const { deviceId } = tablet.session;
    await expect(
      tablet.client.signIn({ email: lea.email, password: lea.password, deviceName: 'd', deviceId }),
    ).rejects.toMatchObject({ code: 'deviceRevoked' });
    expect((await lea.client.listDevices()).find((d) => d.id === deviceId)?.isRevoked).toBe(true);
    await t.stop();
  });

  it('push what they recorded before they were revoked: stored, quarantined, never lost', async () => {
    const t = await startTestServer();
    const lea = await t.addMember('advisor');
    await t.platform.put('users', 'mara', {});
    await t.platform.put('chats', 'chat-1', { userId: 'mara', advisorId: lea.id });
    const boss = await t.addMember('supervisor');
    await boss.client.revokeDevice(lea.session.deviceId);
    const segment = {
      type: 'timeSegment',
      id: `${lea.session.deviceId}-1`,
      chatId: 'chat-1',
      deviceId: lea.session.deviceId,
      bootId: 'boot-1',
      knownSeq: 0,
      startedAtMonoMs: 1_000,
      startedAtMs: t.clock.nowMs() - 60_000,
      elapsedMs: 30_000,
      closed: true,
      closeReason: 'paused',
      source: 'timer',
      funding: 'funded',
    };
    expect(await lea.client.push([segment])).toMatchObject([
      { verdict: 'stored', code: 'quarantined', reason: 'revoked' },
    ]);
    await t.stop();
  });

  it('of others are hidden from an advisor and open to a supervisor', async () => {
    const t = await startTestServer();
    const lea = await t.addMember('advisor');
    const noor = await t.addMember('advisor');
    const ben = await t.addMember('supervisor');
    expect((await noor.client.listDevices()).map((d) => d.id)).toEqual([noor.session.deviceId]);
    await expect(noor.client.revokeDevice(lea.session.deviceId)).rejects.toMatchObject({
      code: 'unknownReference',
    });
    await expect(noor.client.revokeDevice('no-such-device')).rejects.toMatchObject({
      code: 'unknownReference',
    });
    expect((await ben.client.listDevices()).length).toBe(3);
    await ben.client.revokeDevice(lea.session.deviceId);
    await expect(lea.client.pull(0)).rejects.toMatchObject({ code: 'deviceRevoked' });
    await t.stop();
  });
});

describe('members', () => {
  it('are added by supervisors; an advisor brings its advisor row; the same e-mail is an idConflict', async () => {
    const t = await startTestServer();
    const ben = await t.addMember('supervisor');
    const account = {
      name: 'Lea',
      email: 'lea@test.local',
      password: 'long enough for her',
      role: 'advisor' as const,
    };
    const lea = await ben.client.addMember(account);
    expect(await t.server.core.find({ kind: 'server' }, 'advisor', lea.id)).toEqual({
      type: 'advisor',
      id: lea.id,
      name: 'Lea',
    });
    await expect(ben.client.addMember({ ...account, email: 'LEA@test.local' })).rejects.toMatchObject({
      code: 'idConflict',
    });
    expect((await ben.client.listMembers()).map((m) => m.email).sort()).toEqual([
      'lea@test.local',
      ben.email,
    ]);
    await t.stop();
  });

  it('sign in under the advisor the platform made', async () => {
    const t = await startTestServer();
    const ben = await t.addMember('supervisor');
    await t.platform.put('advisors', 'advisor-7', { name: 'Seven' });
    const member = await ben.client.addMember({
      id: 'advisor-7',
      name: 'Seven',
      email: 'seven@test.local',
      password: 'long enough for 7',
      role: 'advisor',
    });
    expect(member.id).toBe('advisor-7');
    await t.stop();
  });

  it('become administrator by a supervisor only while there is none', async () => {
    const t = await startTestServer();
    const ben = await t.addMember('supervisor');
    const administrator = (n: number) => ({
      name: `A${n}`,
      email: `a${n}@test.local`,
      password: 'long enough for all',
      role: 'administrator' as const,
    });
    await ben.client.addMember(administrator(1));
    await expect(ben.client.addMember(administrator(2))).rejects.toMatchObject({ code: 'notAllowed' });
    await t.stop();
  });
});
