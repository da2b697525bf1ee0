/** The platform API: every write idempotent by the caller's id, dates default to now, advisors' messages go outward. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPlatformClient } from '../../sync-server/platform-client.ts';
import { segmentRow } from '../support/device-rows.ts';
import { startTestServer, type TestMember, type TestServer } from '../support/test-server.ts';

describe('the platform', () => {
  let t: TestServer;
  let lea: TestMember;
  beforeAll(async () => {
    t = await startTestServer();
    lea = await t.addMember('advisor');
    await t.platform.put('users', 'mara', { name: 'Mara' });
    await t.platform.put('chats', 'chat-0', { userId: 'mara', advisorId: lea.id });
  });
  afterAll(() => t.stop());

  it('writes everything once, however often it sends it, also a minute later without dates', async () => {
    const { platform } = t;
    const writeAll = async () => [
      await platform.put('users', 'u-1', { name: 'Jonas' }),
      await platform.put('advisors', 'a-1', { name: 'Noor' }),
      await platform.put('chats', 'c-1', {
        userId: 'u-1',
        advisorId: 'a-1',
        topic: 'Recovering files',
        number: '813',
      }),
      await platform.put('messages', 'm-1', { chatId: 'c-1', text: 'Hello' }),
      await platform.put('top-ups', 't-1', { userId: 'u-1', amountMinor: 5_000 }),
      await platform.put('debits', 'd-1', { userId: 'u-1', amountMinor: 100, reason: 'Correction' }),
      await platform.put('grants', 'g-1', { userId: 'u-1', advisorId: 'a-1', ms: 600_000 }),
      await platform.put('rates', 'r-1', { advisorId: 'a-1', ratePerMinuteMinor: 200 }),
      await platform.put('rates', 'r-2', { chatId: 'c-1', ratePerMinuteMinor: 300 }),
      await platform.endChat('c-1'),
    ];
    const first = await writeAll();
    expect(first.map((w) => w.isNew)).toEqual(first.map(() => true));
    t.clock.pass(90_000);
    expect((await writeAll()).map((w) => [w.id, w.isNew])).toEqual(first.map((w) => [w.id, false]));
    expect(await platform.readChat('c-1')).toMatchObject({
      state: 'ended',
      balanceUnits: 4_900 * 60_000,
      freeLeftMs: 600_000,
    });
  });

  it('is told idConflict when an id comes back with other content, and nothing changes', async () => {
    await t.platform.put('top-ups', 'once', { userId: 'mara', amountMinor: 1_000 });
    const before = (await t.platform.readChat('chat-0')).balanceUnits;
    await expect(
      t.platform.put('top-ups', 'once', { userId: 'mara', amountMinor: 2_000 }),
    ).rejects.toMatchObject({ code: 'idConflict' });
    await expect(t.platform.put('users', 'mara', { name: 'Somebody else' })).rejects.toMatchObject({
      code: 'idConflict',
    });
    await expect(
      t.platform.put('chats', 'chat-0', { userId: 'mara', advisorId: lea.id, topic: 'New' }),
    ).rejects.toMatchObject({ code: 'idConflict' });
    expect((await t.platform.readChat('chat-0')).balanceUnits).toBe(before);
  });

  it('sends the same top-up fifty times at once and it counts once', async () => {
    const before = (await t.platform.readChat('chat-0')).balanceUnits ?? 0;
    const writes = await Promise.all(
      Array.from({ length: 50 }, () =>
        t.platform.put('top-ups', 'fifty', { userId: 'mara', amountMinor: 7, atMs: 5 }),
      ),
    );
    expect(writes.filter((w) => w.isNew).length).toBe(1);
    expect((await t.platform.readChat('chat-0')).balanceUnits).toBe(before + 7 * 60_000);
  });

  it('is told what its rows refer to and is not there', async () => {
    const { platform } = t;
    await expect(platform.put('chats', 'x', { userId: 'nobody', advisorId: lea.id })).rejects.toMatchObject({
      code: 'unknownReference',
    });
    await expect(platform.put('chats', 'x', { userId: 'mara', advisorId: 'nobody' })).rejects.toMatchObject({
      code: 'unknownReference',
    });
    await expect(platform.put('messages', 'x', { chatId: 'no-chat', text: 'Hello' })).rejects.toMatchObject({
      code: 'unknownReference',
    });
    await expect(platform.put('top-ups', 'x', { userId: 'nobody', amountMinor: 1 })).rejects.toMatchObject({
      code: 'unknownReference',
    });
    await expect(platform.endChat('no-chat')).rejects.toMatchObject({ code: 'unknownReference' });
    await expect(platform.readChat('no-chat')).rejects.toMatchObject({ code: 'unknownChat' });
  });

  it('is refused what is no instant, no amount, no text', async () => {
    const { platform } = t;
    const refused = [
      platform.put('top-ups', 'bad', { userId: 'mara', amountMinor: -1 }),
      platform.put('top-ups', 'bad', { userId: 'mara', amountMinor: 0.5 }),
      platform.put('debits', 'bad', { userId: 'mara', amountMinor: 2 ** 53 }),
      platform.put('grants', 'bad', { userId: 'mara', advisorId: lea.id, ms: -1 }),
      platform.put('chats', 'bad', { userId: 'mara', advisorId: lea.id, openedAtMs: -1 }),
      platform.put('messages', 'bad', { chatId: 'chat-0', text: '' }),
      platform.put('rates', 'bad', { ratePerMinuteMinor: 1 }),
      platform.put('rates', 'bad', { chatId: 'chat-0', advisorId: lea.id, ratePerMinuteMinor: 1 }),
      platform.put('rates', 'bad', {
        chatId: 'chat-0',
        ratePerMinuteMinor: 1,
        atMs: t.clock.nowMs() - 3_600_000,
      }),
      platform.put('users', 'x'.repeat(201), {}),
    ];
    for (const write of refused) await expect(write).rejects.toMatchObject({ code: 'badInput' });
    await expect(
      platform.put('messages', 'long', { chatId: 'chat-0', text: 'x'.repeat(20_001) }),
    ).rejects.toMatchObject({ code: 'messageTooLong' });
    await expect(
      platform.put('messages', 'huge', { chatId: 'chat-0', text: 'x'.repeat(10_000_000) }),
    ).rejects.toMatchObject({ code: 'tooLarge' });
  });

  it('sets neither balance nor time nor author by fields it was not asked for', async () => {
    const headers = { authorization: `Bearer ${t.server.platformKey}` };
    const body = {
      chatId: 'chat-0',
      text: 'Hi',
      from: 'advisor',
      deviceId: 'd',
      balanceUnits: 1,
      type: 'topUp',
      id: 'other',
    };
    expect((await t.request('PUT', '/platform/v1/messages/assigned', { headers, body })).status).toBe(200);
    const stored = await t.server.core.find({ kind: 'server' }, 'message', 'assigned');
    expect(stored).toEqual({
      type: 'message',
      id: 'assigned',
      chatId: 'chat-0',
      from: 'user',
      text: 'Hi',
      atMs: t.clock.nowMs(),
    });
  });

  it('reads what advisors wrote, in order, page by page, and nothing else', async () => {
    const start = (await readAll(t)).toSeq;
    const message = (id: string) => ({
      type: 'message',
      id,
      chatId: 'chat-0',
      from: 'advisor',
      text: `Text ${id}`,
      atMs: t.clock.nowMs(),
    });
    await lea.client.push([message('out-1')]);
    await t.platform.put('messages', 'in-1', { chatId: 'chat-0', text: 'From Mara' });
    await lea.client.push([message('out-2'), message('out-3')]);
    const { ids, toSeq } = await readAll(t, start);
    expect(ids).toEqual(['out-1', 'out-2', 'out-3']);
    expect((await t.platform.readMessages(toSeq)).messages).toEqual([]);
    const headers = { authorization: `Bearer ${t.server.platformKey}` };
    const page = await t.request('GET', `/platform/v1/messages?fromSeq=${start}&limit=1`, { headers });
    expect(page.body).toMatchObject({ fromSeq: start, hasMore: true });
  });

  it('sees a chat wait, open, run and end, with its totals', async () => {
    await t.platform.put('rates', 'lea-rate', { advisorId: lea.id, ratePerMinuteMinor: 200 });
    await t.platform.put('users', 'pia', {});
    await t.platform.put('top-ups', 'pia-1', { userId: 'pia', amountMinor: 1_200 });
    await t.platform.put('chats', 'pia-chat', { userId: 'pia', advisorId: lea.id });
    const stateOf = async () => (await t.platform.readChat('pia-chat')).state;
    expect(await stateOf()).toBe('waiting');
    await lea.client.push([
      { type: 'conversationTimeRecord', id: 'pia-chat', userId: 'pia', advisorId: lea.id },
    ]);
    expect(await stateOf()).toBe('open');

    t.clock.pass(120_000);
    const { deviceId } = lea.session;
    const open = {
      ...segmentRow({ deviceId, nowMs: t.clock.nowMs() }, 'pia-chat', 'pia-segment'),
      closed: false,
      closeReason: undefined,
    };
    await lea.client.push([open]);
    const beat = {
      bootId: 'boot-1',
      sentAtMonoMs: 61_000,
      running: [{ segmentId: 'pia-segment', chatId: 'pia-chat', elapsedMs: 30_000 }],
      userIds: ['pia'],
    };
    expect((await t.request('POST', '/v1/beat', { headers: lea.headers, body: beat })).status).toBe(200);
    expect(await stateOf()).toBe('running');

    await lea.client.push([{ ...open, closed: true, closeReason: 'ended' }]);
    await t.platform.endChat('pia-chat');
    const ended = await t.platform.readChat('pia-chat');
    expect(ended).toMatchObject({
      state: 'ended',
      totals: { trackedMs: 30_000, paidMs: 30_000, chargeMinor: 100 },
    });
    expect(ended.balanceUnits).toBe(1_100 * 60_000);
  });
});

describe('the platform key', () => {
  it('is in a file only its owner reads, survives a restart and is not in the database', async () => {
    const { stat, readFile } = await import('node:fs/promises');
    const { createServer } = await import('../../sync-server/create-server.ts');
    const t = await startTestServer();
    const file = `${t.dataDir}/platform-key`;
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, 'utf8')).trim()).toBe(t.server.platformKey);
    expect((await readFile(`${t.dataDir}/chatclock.db`, 'latin1')).includes(t.server.platformKey ?? '')).toBe(
      false,
    );
    await t.platform.put('users', 'mara', {});
    await t.server.stop();
    const again = await createServer({
      dataDir: t.dataDir,
      port: 0,
      clock: t.clock,
      organisationName: 'Test organisation',
    });
    expect(again.platformKey).toBe(t.server.platformKey);
    const client = createPlatformClient({ url: again.url, key: again.platformKey ?? '' });
    expect(await client.put('users', 'mara', {})).toMatchObject({ isNew: false });
    await again.stop();
  });

  it('opens nothing when it is wrong', async () => {
    const t = await startTestServer();
    const stranger = createPlatformClient({ url: t.url, key: 'ccp_wrong' });
    await expect(stranger.put('users', 'mara', {})).rejects.toMatchObject({ code: 'notSignedIn' });
    await t.stop();
  });
});

async function readAll(t: TestServer, fromSeq = 0): Promise<{ ids: string[]; toSeq: number }> {
  const ids: string[] = [];
  let seq = fromSeq;
  for (;;) {
    const page = await t.platform.readMessages(seq);
    expect(page.fromSeq).toBe(seq);
    ids.push(...page.messages.map((m) => m.id));
    seq = page.toSeq;
    if (!page.hasMore) return { ids, toSeq: seq };
  }
}
