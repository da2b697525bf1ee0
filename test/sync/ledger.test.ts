/** When the ledger is posted, and that it follows the fold through everything that changes the past. */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ledgerMigrations } from '../../sync-server/storage/ledger-migrations.ts';
import {
  chat,
  createDevice,
  createScene,
  memberActor,
  pullAll,
  seed,
  SERVER,
  T0,
  type CoreScene,
  type SceneDevice,
} from '../support/core-scene.ts';
import { balancesOf, entriesOf } from '../support/ledger-view.ts';

const MINUTE = 60_000;

describe('the ledger', () => {
  let scene: CoreScene;
  let lea: SceneDevice;
  beforeEach(async () => {
    scene = await createScene();
    await seed(scene.core);
    lea = createDevice(scene, memberActor('lea'));
    await lea.anchor();
  });
  afterEach(() => scene.stop());

  const advance = (minutes: number) => scene.clock.advance(minutes * MINUTE);
  const newEntries = async (from: number) =>
    (await entriesOf(scene)).slice(from).map((e) => [e.debit_account, e.credit_account, e.amount]);

  /** A chat runs on with a beat every 5 s; its row is pushed at the start and every 5 minutes. */
  async function run(segmentId: string, chatId: string, minutes: number, fromMs = 0): Promise<void> {
    for (let atMs = fromMs; atMs < fromMs + minutes * MINUTE; atMs += 5_000) {
      if (atMs % (5 * MINUTE) === 0)
        await lea.push(lea.segment(segmentId, chatId, { agoMs: atMs, closed: false }));
      scene.clock.advance(5_000);
      await lea.beat([{ segmentId, chatId, elapsedMs: atMs + 5_000 }]);
      await scene.core.sweep();
    }
  }

  it('is not moved by beats, by the start or by the growth of a segment, but every 15 minutes', async () => {
    await run('s1', 'chat-1', 14);
    expect(await newEntries(2)).toEqual([]);
    await run('s1', 'chat-1', 3, 14 * MINUTE);
    const posted = await newEntries(2);
    expect(posted).toEqual([
      ['pair:emma/lea', 'chat:chat-1', 600_000],
      ['user:emma', 'chat:chat-1', 200 * 5 * MINUTE],
    ]);
    await run('s1', 'chat-1', 14, 17 * MINUTE);
    expect(await newEntries(4)).toEqual([['user:emma', 'chat:chat-1', 200 * 15 * MINUTE]]);
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 31 * MINUTE }));
    expect(await newEntries(5)).toEqual([['user:emma', 'chat:chat-1', 200 * MINUTE]]);
    const causes = (await entriesOf(scene)).map((entry) => entry.cause_seq);
    expect(new Set(causes).size).toBe(5);
  }, 60_000);

  it('posts all that is due of a user when one of their segments closes', async () => {
    await run('s1', 'chat-1', 2);
    await lea.push(lea.segment('s2', 'chat-2', { agoMs: MINUTE }));
    expect(await balancesOf(scene)).toMatchObject({
      'chat:chat-1 freeTime': 2 * MINUTE,
      'chat:chat-2 freeTime': MINUTE,
      'pair:emma/lea freeTime': 7 * MINUTE,
    });
  });

  it('posts a device that vanished as closed at its last beat', async () => {
    await run('s1', 'chat-1', 2);
    scene.clock.advance(31_000);
    await scene.core.sweep();
    expect(await newEntries(2)).toEqual([['pair:emma/lea', 'chat:chat-1', 2 * MINUTE]]);
  });

  it('takes back trimmed and voided time by linked reversals, and posts it again when it is admitted', async () => {
    advance(20);
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 12 * MINUTE }));
    await lea.push({
      type: 'trimMark',
      id: 'trim-1',
      segmentId: 's1',
      chatId: 'chat-1',
      deviceId: lea.actor.deviceId,
      elapsedMs: 11 * MINUTE,
    });
    const rule = (id: string, action: 'void' | 'admit') =>
      scene.core.write(SERVER, [{ type: 'ruling', id, targetId: 's1', action }]);
    await rule('r1', 'void');
    await rule('r2', 'admit');
    const entries = await entriesOf(scene);
    const charge = entries[3];
    expect(entries.slice(3).map((e) => [e.credit_account, e.amount, e.reverses])).toEqual([
      ['chat:chat-1', 200 * 2 * MINUTE, null],
      ['user:emma', 200 * MINUTE, charge?.id],
      ['pair:emma/lea', 10 * MINUTE, entries[2]?.id],
      ['user:emma', 200 * MINUTE, charge?.id],
      ['chat:chat-1', 10 * MINUTE, null],
      ['chat:chat-1', 200 * 2 * MINUTE, null],
    ]);
  });

  it('takes back what a mark cuts that arrives later', async () => {
    advance(20);
    const tablet = createDevice(scene, memberActor('lea', 'tablet'));
    await tablet.anchor();
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 10 * MINUTE }));
    await tablet.push(tablet.stopMark('m1', 'chat-1', 6 * MINUTE));
    expect(await newEntries(3)).toEqual([['chat:chat-1', 'pair:emma/lea', 6 * MINUTE]]);
  });

  it('moves free time between chats when an earlier segment arrives late', async () => {
    advance(60);
    await lea.push(lea.segment('s2', 'chat-2', { agoMs: 20 * MINUTE, elapsedMs: 10 * MINUTE }));
    expect(await balancesOf(scene)).toMatchObject({ 'chat:chat-2 freeTime': 10 * MINUTE });
    const tablet = createDevice(scene, memberActor('lea', 'tablet'));
    await tablet.anchor();
    await tablet.push(tablet.segment('s1', 'chat-1', { agoMs: 40 * MINUTE, elapsedMs: 4 * MINUTE }));
    expect(await balancesOf(scene)).toMatchObject({
      'chat:chat-1 freeTime': 4 * MINUTE,
      'chat:chat-2 freeTime': 6 * MINUTE,
      'chat:chat-2 credit': 200 * 4 * MINUTE,
      'user:emma credit': 600_000_000 - 200 * 4 * MINUTE,
    });
  });

  it('re-prices when a grant is back-dated, and books every kind of fact', async () => {
    advance(20);
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 12 * MINUTE }));
    const money = { userId: 'emma', chatId: 'chat-1', atMs: T0 };
    await scene.core.write(SERVER, [
      { type: 'freeTimeGrant', id: 'g2', userId: 'emma', advisorId: 'lea', ms: MINUTE, atMs: T0 },
      { type: 'debit', id: 'd1', ...money, amountMinor: 7 },
      { type: 'refund', id: 'f1', ...money, amountMinor: 5 },
      { type: 'goodwill', id: 'w1', ...money, units: 11 },
    ]);
    expect(await balancesOf(scene)).toEqual({
      'cash:emma credit': -(10_000 - 7) * 60_000,
      'refunds:emma credit': -5 * 60_000,
      'goodwill:emma credit': -11,
      'chat:chat-1 credit': 200 * MINUTE,
      'user:emma credit': (10_000 - 7 + 5) * 60_000 + 11 - 200 * MINUTE,
      'grants:emma/lea freeTime': -11 * MINUTE,
      'chat:chat-1 freeTime': 11 * MINUTE,
    });
  });

  it('is changed by no entry when a year-old set of pushes comes again, also in another order and after a restart', async () => {
    const pushes: unknown[][] = [];
    for (let n = 0; n < 60; n += 1) {
      advance(10);
      const chatId = n % 3 === 0 ? 'chat-1' : 'chat-2';
      pushes.push([
        lea.segment(`open-${n}`, chatId, { agoMs: 9 * MINUTE, elapsedMs: 3 * MINUTE, closed: false }),
      ]);
      pushes.push([
        lea.segment(`open-${n}`, chatId, { agoMs: 9 * MINUTE, elapsedMs: 8 * MINUTE }),
        lea.stopMark(`mark-${n}`, chatId, 4 * MINUTE),
      ]);
      for (const rows of pushes.slice(-2)) await lea.push(...rows);
    }
    const before = await entriesOf(scene);
    const rows = await pullAll(scene.core, SERVER);
    expect(before.length).toBeGreaterThan(60);
    scene.clock.advance(366 * 24 * 60 * MINUTE);
    for (const again of [pushes, [...pushes].reverse(), [pushes.flat()]]) {
      scene = await scene.restart();
      scene.core.confirmClock();
      const old = createDevice(scene, memberActor('lea'));
      for (const one of again) await old.push(...one);
      await scene.core.sweep();
      expect(await entriesOf(scene)).toEqual(before);
    }
    expect((await pullAll(scene.core, SERVER)).toSeq).toBe(rows.toSeq);
  });

  it('posts a database that is older than its ledger by itself', async () => {
    advance(20);
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 12 * MINUTE }));
    await scene.core.write(SERVER, [chat('chat-finn', 'finn', 'max')]);
    const before = await balancesOf(scene);
    const { db } = scene.storage;
    for (const table of ['ledger_entry', 'ledger_account', 'ledger_user'])
      await sql`drop table ${sql.table(table)}`.execute(db);
    await ledgerMigrations('libsql')['0004_ledger']?.up(db);
    scene = await scene.restart();
    expect(await balancesOf(scene)).toEqual({});
    await scene.core.sweep();
    expect(await balancesOf(scene)).toEqual(before);
    const entries = await entriesOf(scene);
    await scene.core.sweep();
    expect(await entriesOf(scene)).toEqual(entries);
  });
});
