/**
 * The rights matrix of rows (SECURITY.md S2): roles × row types × {own, another advisor's} × {pull, stream, get, push}.
 * A row type that the world below lacks makes it fail. Routes: http-rights.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PULLED_ROW_TYPES, rowSchema, type Row, type RowType } from '../../shared/rows.ts';
import type { Actor } from '../../sync-server/ports.ts';
import { rowsOfChat, segmentRow } from '../support/device-rows.ts';
import { openStream } from '../support/event-stream.ts';
import { startTestServer, type TestMember, type TestServer } from '../support/test-server.ts';

/** Types of rowSchema that no test could otherwise forget. */
const ALL_TYPES = rowTypesOf(rowSchema);
function rowTypesOf(schema: unknown): RowType[] {
  const { options, shape } = schema as { options?: unknown[]; shape?: { type: { value: RowType } } };
  return options === undefined
    ? shape === undefined
      ? []
      : [shape.type.value]
    : options.flatMap(rowTypesOf);
}

describe('every row', () => {
  let t: TestServer;
  let lea: TestMember;
  let noor: TestMember;
  let ben: TestMember;
  let ada: TestMember;
  let rows: Row[];
  /** Row key → the advisor whose it is; absent: nobody's in particular. */
  const ownerOf = new Map<string, string>();
  const keyOf = (row: Row): string => `${row.type} ${row.id}`;

  async function makeWorld(advisor: TestMember, name: string): Promise<void> {
    const chat = { id: `${name}-chat`, userId: `${name}-user`, advisorId: advisor.id };
    const server: Actor = { kind: 'server' };
    const nowMs = t.clock.nowMs();
    await t.platform.put('users', chat.userId, { name });
    await t.platform.put('rates', `${name}-rate`, { advisorId: advisor.id, ratePerMinuteMinor: 200 });
    await t.platform.put('top-ups', `${name}-top-up`, { userId: chat.userId, amountMinor: 6_000 });
    await t.platform.put('debits', `${name}-debit`, { userId: chat.userId, amountMinor: 100 });
    await t.platform.put('grants', `${name}-grant`, {
      userId: chat.userId,
      advisorId: advisor.id,
      ms: 1_000,
    });
    await t.platform.put('chats', chat.id, {
      userId: chat.userId,
      advisorId: advisor.id,
      openedAtMs: nowMs - 120_000,
    });
    const answers = await advisor.client.push(
      rowsOfChat({ deviceId: advisor.session.deviceId, nowMs }, chat, name),
    );
    expect(answers.map((a) => a.verdict)).toEqual(answers.map(() => 'stored'));
    await t.server.core.write(server, [
      {
        type: 'refund',
        id: `${name}-refund`,
        userId: chat.userId,
        amountMinor: 1,
        atMs: nowMs,
        chatId: chat.id,
      },
      { type: 'ruling', id: `${name}-ruling`, targetId: `${name}-segment`, action: 'admit' },
      {
        type: 'goodwill',
        id: `${name}-goodwill`,
        userId: chat.userId,
        chatId: chat.id,
        units: 1,
        atMs: nowMs,
      },
      {
        type: 'history',
        id: `${name}-history`,
        chatId: chat.id,
        freeMs: 1_000,
        paidMs: 2_000,
        costUnits: 400_000,
        source: 'migration',
      },
      {
        type: 'timeAdjustment',
        id: `${name}-adjustment`,
        userId: chat.userId,
        advisorId: advisor.id,
        ms: 5,
        source: 'migration',
      },
    ]);
  }

  beforeAll(async () => {
    t = await startTestServer();
    [lea, noor, ben, ada] = [
      await t.addMember('advisor'),
      await t.addMember('advisor'),
      await t.addMember('supervisor'),
      await t.addMember('administrator'),
    ];
    await makeWorld(lea, 'lea');
    await makeWorld(noor, 'noor');
    await ada.client.changePolicy('policy-1', { key: 'previousChatInPair', value: 'run' });
    t.clock.pass(1);
    await ben.client.closePeriod('period-1', { untilMs: t.clock.nowMs() - 1 });
    rows = (await t.server.core.pull({ kind: 'server' }, 0, 1_000)).rows.map((r) => r.row);
    // Facts are on no page; they are found by id.
    const facts = {
      rateChange: 'rate',
      topUp: 'top-up',
      debit: 'debit',
      refund: 'refund',
      freeTimeGrant: 'grant',
      goodwill: 'goodwill',
      history: 'history',
      timeAdjustment: 'adjustment',
    } as const;
    for (const [type, suffix] of Object.entries(facts)) {
      for (const name of ['lea', 'noor']) {
        const fact = await t.server.core.find({ kind: 'server' }, type as RowType, `${name}-${suffix}`);
        if (fact !== undefined) rows.push(fact);
      }
    }
    const close = await t.server.core.find({ kind: 'server' }, 'periodClose', 'period-1');
    if (close !== undefined) rows.push(close);
    for (const row of rows) {
      const text = JSON.stringify(row);
      if (text.includes('lea-') || text.includes(lea.id)) ownerOf.set(keyOf(row), lea.id);
      else if (text.includes('noor-') || text.includes(noor.id)) ownerOf.set(keyOf(row), noor.id);
    }
  });
  afterAll(() => t.stop());

  const actorOf = (member: TestMember): Actor => ({
    kind: 'member',
    memberId: member.id,
    role: member.session.member.role,
    deviceId: member.session.deviceId,
    deviceName: 'Test device',
    isDeviceRevoked: false,
  });
  const isPulled = (row: Row): boolean => (PULLED_ROW_TYPES as readonly string[]).includes(row.type);
  const visibleTo = (member: TestMember): string[] =>
    rows
      .filter((row) => isPulled(row))
      .filter(
        (row) =>
          member.session.member.role !== 'advisor' ||
          row.type === 'policyChange' ||
          ownerOf.get(keyOf(row)) === member.id,
      )
      .map(keyOf)
      .sort();

  it('of every type stands in this world twice, once for each advisor', () => {
    for (const type of ALL_TYPES) {
      const owners = rows.filter((row) => row.type === type).map((row) => ownerOf.get(keyOf(row)));
      if (type === 'policyChange' || type === 'periodClose') expect(owners).toEqual([undefined]);
      else expect(new Set(owners), type).toEqual(new Set([lea.id, noor.id]));
    }
  });

  it('is pulled by the advisor it belongs to, by supervisors and administrators, and by nobody else', async () => {
    for (const member of [lea, noor, ben, ada]) {
      const pulled = (await member.client.pull(0)).rows
        .map((r) => keyOf(r.row))
        .filter((key) => rows.some((row) => keyOf(row) === key && isPulled(row)));
      expect(pulled.sort(), member.email).toEqual(visibleTo(member));
    }
    for (const advisor of [lea, noor]) {
      for (const { row } of (await advisor.client.pull(0)).rows) expect(PULLED_ROW_TYPES).toContain(row.type);
    }
  });

  it('is streamed to whom it is pulled by, missed and live ones alike', async () => {
    for (const member of [lea, noor, ben, ada]) {
      const stream = await openStream(t.url, member.headers);
      const page = await stream.nextPage();
      expect(
        page.rows
          .map((r) => keyOf(r.row))
          .filter((key) => visibleTo(member).includes(key))
          .sort(),
        member.email,
      ).toEqual(visibleTo(member));
      stream.stop();
    }
    const streams = await Promise.all([lea, noor, ben].map((m) => openStream(t.url, m.headers, 1_000_000)));
    const [leaStream, noorStream, benStream] = streams;
    for (const stream of streams) await stream.nextPage();
    await t.platform.put('messages', 'lea-live', { chatId: 'lea-chat', text: 'For Lea alone' });
    await t.platform.put('messages', 'noor-live', { chatId: 'noor-chat', text: 'For Noor alone' });
    const idsOf = async (stream: typeof leaStream) =>
      (await stream?.nextPage())?.rows.filter((r) => r.row.type === 'message').map((r) => r.row.id);
    expect(await idsOf(leaStream)).toEqual(['lea-live']);
    expect(await idsOf(noorStream)).toEqual(['noor-live']);
    expect(await idsOf(benStream)).toEqual(['lea-live']);
    expect(await idsOf(benStream)).toEqual(['noor-live']);
    for (const stream of streams) stream.stop();
  });

  it('is found by id by those who may pull it', async () => {
    for (const member of [lea, noor, ben, ada]) {
      const found: string[] = [];
      for (const row of rows)
        if ((await t.server.core.find(actorOf(member), row.type, row.id)) !== undefined)
          found.push(keyOf(row));
      const expected = member.session.member.role === 'advisor' ? visibleTo(member) : rows.map(keyOf).sort();
      expect(found.sort(), member.email).toEqual(expected);
    }
  });

  it('is pushed by the advisor of its chat alone', async () => {
    const chat = { id: 'lea-chat', userId: 'lea-user', advisorId: lea.id };
    for (const [n, member] of [noor, ben, ada].entries()) {
      const writer = { deviceId: member.session.deviceId, nowMs: t.clock.nowMs() };
      const pushed = rowsOfChat(writer, chat, `stranger-${n}`);
      for (const [r, answer] of (await member.client.push(pushed)).entries()) {
        const type = pushed[r]?.type;
        // Time is kept for a ruling; the record is the one that is there already, or it is refused; the rest is refused.
        if (type === 'timeSegment')
          expect(answer).toMatchObject({ verdict: 'stored', code: 'quarantined', reason: 'notYourChat' });
        else expect([type, answer.verdict], member.email).toEqual([type, 'refused']);
      }
      const own = {
        type: 'chat',
        id: `random-${'x'.repeat(30)}-${n}`,
        userId: 'lea-user',
        advisorId: lea.id,
        openedAtMs: writer.nowMs,
      };
      expect(await member.client.push([own])).toMatchObject([{ verdict: 'refused', code: 'notAllowed' }]);
    }
  });

  it('is pushed only under the device that is signed in', async () => {
    const row = segmentRow(
      { deviceId: noor.session.deviceId, nowMs: t.clock.nowMs() },
      'lea-chat',
      'under-another-device',
    );
    expect(await lea.client.push([row])).toMatchObject([{ verdict: 'refused', code: 'notAllowed' }]);
  });

  it('that only platform, supervisors, administrators or the server write is never taken from a push', async () => {
    const written = rows.filter(
      (row) =>
        !rowsOfChat({ deviceId: 'd', nowMs: 0 }, { id: 'c', userId: 'u', advisorId: 'a' }, 'x').some(
          (d) => d.type === row.type,
        ) && row.type !== 'chat',
    );
    for (const member of [lea, ben, ada]) {
      for (const answer of await member.client.push(
        written.map((row) => ({ ...row, id: `pushed-${row.id}` })),
      )) {
        expect(answer).toMatchObject({ verdict: 'refused', code: 'badInput' });
      }
    }
  });
});
