/** The ledger on both databases: append-only by the database itself, posted with its cause, refused when it is wrong. */
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { entryHash } from '../../sync-server/ledger/ledger-entry.ts';
import { missingMovements } from '../../sync-server/ledger/post-user.ts';
import { accountChanges } from '../../sync-server/ledger/account-changes.ts';
import type { LedgerParts } from '../../sync-server/ledger/ledger.ts';
import {
  chat,
  createDevice,
  createScene,
  memberActor,
  seed,
  T0,
  type CoreScene,
} from '../support/core-scene.ts';
import { balancesOf, entriesOf } from '../support/ledger-view.ts';
import { createStorageEngines } from '../support/storage-engines.ts';

const { engines, start, stop } = createStorageEngines('ledger');
beforeAll(start);
afterAll(stop);

/** 12 minutes of chat-1 (10 of them free) at 200 a minute. */
const AFTER_TWELVE_MINUTES = {
  'cash:emma credit': -600_000_000,
  'chat:chat-1 credit': 24_000_000,
  'chat:chat-1 freeTime': 600_000,
  'grants:emma/lea freeTime': -600_000,
  'user:emma credit': 576_000_000,
};

describe.each(engines)('the ledger on $name', (engine) => {
  let scene: CoreScene;
  afterEach(() => scene.stop());

  async function open(ledgerParts: Partial<LedgerParts> = {}): Promise<CoreScene> {
    scene = await createScene(await engine.fresh(), T0, { ledgerParts });
    return scene;
  }

  async function afterTwelveMinutes(ledgerParts: Partial<LedgerParts> = {}): Promise<CoreScene> {
    await open(ledgerParts);
    await seed(scene.core);
    const lea = createDevice(scene, memberActor('lea'));
    await lea.anchor();
    scene.clock.advance(12 * 60_000);
    await lea.push(lea.segment('s1', 'chat-1', { agoMs: 12 * 60_000 }));
    return scene;
  }

  it('holds what the fold says, entry by entry, and chains it', async () => {
    await afterTwelveMinutes();
    expect(await balancesOf(scene)).toEqual(AFTER_TWELVE_MINUTES);
    const entries = await entriesOf(scene);
    expect(entries.map((e) => [e.position, e.debit_account, e.credit_account, e.chat_id, e.amount])).toEqual([
      [1, 'cash:emma', 'user:emma', null, 600_000_000],
      [2, 'grants:emma/lea', 'pair:emma/lea', null, 600_000],
      [3, 'pair:emma/lea', 'chat:chat-1', 'chat-1', 600_000],
      [4, 'user:emma', 'chat:chat-1', 'chat-1', 24_000_000],
    ]);
    let previous = '0'.repeat(64);
    for (const { hash, ...entry } of entries) {
      expect(entry.previous_hash).toBe(previous);
      expect(entryHash(entry)).toBe(hash);
      previous = hash;
    }
    expect(scene.core.ledgerState()).toEqual({
      entries: 4,
      headHash: previous,
      creditSumUnits: 0,
      freeTimeSumMs: 0,
      violations: 0,
    });
  });

  it('refuses UPDATE, DELETE and every way around them', async () => {
    await afterTwelveMinutes();
    const { db } = scene.storage;
    const before = await entriesOf(scene);
    const attempts = [
      sql`update ledger_entry set amount = amount + 1`,
      sql`update ledger_entry set reverses = 'x' where position = 4`,
      sql`delete from ledger_entry where position = 4`,
      sql`delete from ledger_entry`,
      ...(engine.name === 'postgres'
        ? [sql`truncate ledger_entry`, sql`truncate ledger_entry cascade`]
        : [sql`insert or replace into ledger_entry select * from ledger_entry where position = 4`]),
    ];
    for (const attempt of attempts)
      await expect(attempt.execute(db)).rejects.toThrow(/never (changed|deleted|replaced)/);
    expect(await entriesOf(scene)).toEqual(before);
  });

  it('goes on where it was after a restart', async () => {
    await afterTwelveMinutes();
    const { entries, headHash } = scene.core.ledgerState();
    scene = await scene.restart();
    expect(scene.core.ledgerState()).toMatchObject({ entries, headHash });
    const lea = createDevice(scene, memberActor('lea'));
    await lea.anchor();
    await lea.push(lea.segment('s2', 'chat-2', { agoMs: 30_000 }));
    const all = await entriesOf(scene);
    expect(all[4]).toMatchObject({ position: 5, previous_hash: headHash, chat_id: 'chat-2' });
    expect(await balancesOf(scene)).toMatchObject({ 'chat:chat-2 credit': 30_000 * 200 });
  });

  it('refuses a commit whose entry does not post what the fold says, stores nothing of it and says so', async () => {
    let isFaulty = false;
    const tooMuch: typeof missingMovements = (...given) =>
      missingMovements(...given).map((one) => (isFaulty ? { ...one, amount: one.amount + 1 } : one));
    await open({ missingMovements: tooMuch });
    await seed(scene.core);
    const before = await entriesOf(scene);
    const highSeq = (await scene.core.status()).highSeq;
    const lea = createDevice(scene, memberActor('lea'));
    isFaulty = true;
    const segment = lea.segment('s1', 'chat-1');
    await expect(lea.push(segment)).rejects.toMatchObject({ code: 'serverBusy' });
    expect(await entriesOf(scene)).toEqual(before);
    expect((await scene.core.status()).highSeq).toBe(highSeq);
    expect(scene.core.ledgerState()).toMatchObject({
      violations: 1,
      lastViolation: {
        rule: 'accountNotFold',
        account: 'pair:emma/lea',
        expected: 540_000,
        found: 539_999,
        atMs: T0,
      },
    });
    // Nothing was lost: the device pushes again, and a sound server takes it.
    isFaulty = false;
    expect(await lea.push(segment)).toMatchObject([{ verdict: 'stored', code: 'admitted' }]);
    expect(await balancesOf(scene)).toMatchObject({ 'chat:chat-1 freeTime': 60_000 });
  });

  it('refuses a commit after which the accounts would not sum to zero', async () => {
    let isFaulty = false;
    const oneSided: typeof accountChanges = (...given) =>
      accountChanges(...given).filter((one) => !isFaulty || !one.account.startsWith('cash:'));
    await open({ accountChanges: oneSided });
    await seed(scene.core);
    isFaulty = true;
    const topUp = { type: 'topUp', id: 't2', userId: 'emma', amountMinor: 1, atMs: T0 } as const;
    await expect(scene.core.write({ kind: 'server' }, [topUp])).rejects.toMatchObject({ code: 'serverBusy' });
    expect(scene.core.ledgerState()).toMatchObject({
      violations: 1,
      lastViolation: { rule: 'sumNotZero', commodity: 'credit', expected: 0, found: 60_000 },
    });
    expect(await scene.core.find({ kind: 'server' }, 'topUp', 't2')).toBeUndefined();
  });

  it('lets the others be posted by time when one user cannot be', async () => {
    let isFaulty = true;
    const wrongForEmma: typeof missingMovements = (...given) =>
      missingMovements(...given).map((one) =>
        isFaulty && one.chatId === 'chat-1' ? { ...one, amount: one.amount + 1 } : one,
      );
    await open({ missingMovements: wrongForEmma });
    await seed(scene.core);
    await scene.core.write({ kind: 'server' }, [chat('chat-finn', 'finn', 'max')]);
    for (const [advisorId, chatId] of [
      ['lea', 'chat-1'],
      ['max', 'chat-finn'],
    ] as const) {
      const device = createDevice(scene, memberActor(advisorId));
      await device.anchor();
      await device.push(device.segment(`s-${chatId}`, chatId, { agoMs: 5_000, closed: false }));
    }
    scene.clock.advance(31_000);
    await expect(scene.core.sweep()).rejects.toMatchObject({ code: 'serverBusy' });
    expect(await balancesOf(scene)).toMatchObject({ 'chat:chat-finn credit': 500_000 });
    const { violations } = scene.core.ledgerState();
    await scene.core.sweep();
    expect(scene.core.ledgerState().violations).toBe(violations);
    isFaulty = false;
    scene.clock.advance(15 * 60_000);
    await scene.core.sweep();
    expect(await balancesOf(scene)).toMatchObject({ 'chat:chat-1 freeTime': 5_000 });
  });

  it('refuses to post on top of balances that somebody changed', async () => {
    await afterTwelveMinutes();
    const { db } = scene.storage;
    await sql`update ledger_account set balance = balance + 1 where account = 'cash:emma'`.execute(db);
    scene = await scene.restart();
    const lea = createDevice(scene, memberActor('lea'));
    await expect(lea.push(lea.segment('s2', 'chat-2'))).rejects.toMatchObject({ code: 'serverBusy' });
    expect(scene.core.ledgerState()).toMatchObject({ creditSumUnits: 1, violations: 1 });
  });
});
