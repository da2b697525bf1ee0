/** What a supervisor decides over HTTP: rulings, refunds, grants, notes; who decided, for whom not, and reading it again. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { segmentRow } from '../support/device-rows.ts';
import { startTestServer, type TestMember, type TestServer } from '../support/test-server.ts';

describe('a supervisor', () => {
  let t: TestServer;
  let lea: TestMember;
  let ben: TestMember;
  let ada: TestMember;

  beforeAll(async () => {
    t = await startTestServer();
    [lea, ben, ada] = [
      await t.addMember('advisor'),
      await t.addMember('supervisor'),
      await t.addMember('administrator'),
    ];
    // Ben holds chats, too: his own time is not his to decide about.
    await t.platform.put('advisors', ben.id, { name: 'Ben' });
    await t.platform.put('users', 'emma', { name: 'Emma' });
    await t.platform.put('top-ups', 'paid', { userId: 'emma', amountMinor: 10_000 });
    for (const [chatId, advisor] of [
      ['of-lea', lea],
      ['of-ben', ben],
    ] as const) {
      await t.platform.put('rates', `rate-${chatId}`, { advisorId: advisor.id, ratePerMinuteMinor: 200 });
      await t.platform.put('chats', chatId, {
        userId: 'emma',
        advisorId: advisor.id,
        openedAtMs: t.clock.nowMs() - 600_000,
      });
      t.clock.pass(120_000);
      const writer = { deviceId: advisor.session.deviceId, nowMs: t.clock.nowMs() };
      const manual = { ...segmentRow(writer, chatId, `manual-${chatId}`), source: 'manual' };
      expect(await advisor.client.push([manual])).toMatchObject([{ code: 'quarantined', reason: 'manual' }]);
    }
  });
  afterAll(() => t.stop());

  const find = (type: 'ruling' | 'refund' | 'freeTimeGrant' | 'note' | 'recordTotals', id: string) =>
    t.server.core.find({ kind: 'server' }, type, id);

  it('admits time; the server says who did and what was claimed by then', async () => {
    const body = { targetId: 'manual-of-lea', action: 'admit', reason: 'seen in the log' } as const;
    expect(await ben.client.writeFact('rulings', 'r1', body)).toMatchObject({ id: 'r1', isNew: true });
    expect(await ben.client.writeFact('rulings', 'r1', body)).toMatchObject({ isNew: false });
    expect(await find('ruling', 'r1')).toMatchObject({ byId: ben.id, claimedElapsedMs: 30_000 });
    expect(await find('recordTotals', 'of-lea')).toMatchObject({ trackedMs: 30_000, chargeMinor: 100 });
  });

  it('refunds a chat up to its charge, and not a minor credit more', async () => {
    const refund = (id: string, amountMinor: number) =>
      ben.client.writeFact('refunds', id, { userId: 'emma', chatId: 'of-lea', amountMinor, reason: 'late' });
    await refund('f1', 60);
    await expect(refund('f2', 41)).rejects.toMatchObject({ code: 'badInput' });
    await refund('f3', 40);
    expect(await find('refund', 'f3')).toMatchObject({ byId: ben.id, atMs: t.clock.nowMs() });
  });

  it('grants free time from an instant that has passed: the open period is priced again', async () => {
    const atMs = t.clock.nowMs() - 3_600_000;
    await ben.client.writeFact('grants', 'g1', { userId: 'emma', advisorId: lea.id, ms: 20_000, atMs });
    expect(await find('recordTotals', 'of-lea')).toMatchObject({ freeMs: 20_000, paidMs: 10_000 });
  });

  it('writes notes, which the advisor of the chat reads like messages and nobody else does', async () => {
    await ben.client.writeFact('notes', 'n1', { chatId: 'of-lea', text: 'well done' });
    await lea.client.push([
      {
        type: 'note',
        id: 'n2',
        chatId: 'of-lea',
        deviceId: lea.session.deviceId,
        text: 'calls again',
        atMs: t.clock.nowMs(),
      },
    ]);
    const notesOf = async (member: TestMember) =>
      (await member.client.pull(0)).rows.flatMap(({ row }) => (row.type === 'note' ? [row] : []));
    expect(await notesOf(lea)).toMatchObject([
      { id: 'n1', byId: ben.id, text: 'well done' },
      { id: 'n2', deviceId: lea.session.deviceId, text: 'calls again' },
    ]);
    const max = await t.addMember('advisor');
    expect(await notesOf(max)).toEqual([]);
    const forged = { type: 'note', id: 'n3', chatId: 'of-lea', byId: ben.id, text: 'x', atMs: 0 };
    expect(await lea.client.push([forged])).toMatchObject([{ verdict: 'refused', code: 'notAllowed' }]);
  });

  it('never decides about own time', async () => {
    const own = [
      ben.client.writeFact('rulings', 'own-1', { targetId: 'manual-of-ben', action: 'admit' }),
      ben.client.writeFact('refunds', 'own-2', { userId: 'emma', chatId: 'of-ben', amountMinor: 0 }),
      ben.client.writeFact('grants', 'own-3', { userId: 'emma', advisorId: ben.id, ms: 1 }),
    ];
    for (const one of await Promise.allSettled(own))
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'notAllowed' } });
  });

  it('reads what was decided, page by page, and so does an administrator', async () => {
    for (const member of [ben, ada]) {
      const page = await member.client.pullFacts(0);
      const seen = page.rows.map(({ row }) => `${row.type} ${row.id}`);
      expect(seen).toEqual(
        expect.arrayContaining(['ruling r1', 'refund f1', 'refund f3', 'freeTimeGrant g1', 'note n1']),
      );
      expect(seen).not.toContain('timeSegment manual-of-lea');
      expect(page).toMatchObject({ fromSeq: 0, hasMore: false });
      const seqs = page.rows.map(({ seq }) => seq);
      const rest = await t.request('GET', `/v1/facts?fromSeq=${seqs[1]}&limit=2`, {
        headers: member.headers,
      });
      expect(rest.body.rows.map((r: { seq: number }) => r.seq)).toEqual(seqs.slice(2, 4));
      expect(rest.body).toMatchObject({ toSeq: seqs[3], hasMore: true });
    }
  });

  it('exports everything as a facts file, with names and texts only when asked', async () => {
    const get = (query: string) => t.request('GET', `/v1/export/facts${query}`, { headers: ben.headers });
    const plain = await get('');
    expect(plain.headers.get('content-type')).toMatch(/^application\/x-ndjson/);
    const lines = (plain.body as string)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; id: string; seq: number });
    expect(lines.map((line) => line.id)).toEqual(expect.arrayContaining(['r1', 'f1', 'g1', 'n1', 'n2']));
    expect(new Set(lines.map((line) => line.seq)).size).toBe(lines.length);
    expect(plain.body).not.toContain('well done');
    expect((await get('?texts=true')).body).toContain('well done');
  });

  it('closes a period over HTTP; its report is the same bytes for ever', async () => {
    const get = (path: string, member = ben) => t.request('GET', path, { headers: member.headers });
    await expect(ben.client.closePeriod('own', { untilMs: t.clock.nowMs() })).rejects.toMatchObject({
      code: 'badInput',
    });
    t.clock.pass(1_000);
    const untilMs = t.clock.nowMs() - 1;
    expect(await ben.client.closePeriod('november', { untilMs, reason: 'all seen' })).toMatchObject({
      id: 'november',
      isNew: true,
    });
    expect(await ada.client.listPeriods()).toMatchObject({
      periods: [{ id: 'november', number: 1, fromMs: 0, untilMs, byId: ben.id }],
      openFromMs: untilMs,
    });
    const first = await get('/v1/periods/november/report', ada);
    expect(first.status).toBe(200);
    const { hash } = (await ben.client.listPeriods()).periods[0] as { hash: string };
    expect(first.headers.get('x-report-sha256')).toBe(hash);
    expect(first.body).toMatchObject({ id: 'november', total: { own: { trackedMs: 30_000 } } });
    const bytes = async () =>
      (await fetch(`${t.url}/v1/periods/november/report`, { headers: ben.headers })).text();
    const before = await bytes();
    expect(createHash('sha256').update(before).digest('hex')).toBe(hash);
    await ben.client.writeFact('rulings', 'late', { targetId: 'manual-of-lea', action: 'void' });
    expect(await bytes()).toBe(before);
    expect((await get('/v1/periods/december/report')).body).toMatchObject({ code: 'unknownReference' });
  });

  it('is told what is wrong with a policy no value of which is known', async () => {
    const change = (key: 'billingIncrementMs' | 'requireConsent' | 'offlineAfterAllowance', value: unknown) =>
      ada.client.changePolicy(`p-${key}-${String(value)}`, { key, value: value as string });
    for (const [key, value] of [
      ['billingIncrementMs', 0],
      ['billingIncrementMs', '60000'],
      ['requireConsent', 'yes'],
      ['offlineAfterAllowance', 'maybe'],
    ] as const)
      await expect(change(key, value)).rejects.toMatchObject({ code: 'badInput' });
    await change('billingIncrementMs', 60_000);
    await change('offlineAfterAllowance', 'continue');
  });
});
