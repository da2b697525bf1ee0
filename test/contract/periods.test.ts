/** Closed periods on both databases: frozen for ever, late time in the open one, nothing lost, nobody charged for others. */
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verifyLedger } from '../../sync-server/ledger/verify-ledger.ts';
import {
  admissionOf,
  createDevice,
  createScene,
  memberActor,
  PLATFORM,
  projectionOf,
  seed,
  SERVER,
  T0,
  totalsOf,
  type CoreScene,
  type SceneDevice,
} from '../support/core-scene.ts';
import { exportText, settled } from '../support/exported.ts';
import { checkPeriods, ledgerByPeriod, linesOf, reportsOf } from '../support/period-view.ts';
import { settleEverybody, startStory } from '../support/random-server-story.ts';
import { createStorageEngines } from '../support/storage-engines.ts';

const MINUTE = 60_000;
/** Units of one minute at the rate of the practice world, 200 a minute. */
const MINUTE_UNITS = 200 * MINUTE;
const SUE = memberActor('sue', 'device-sue', 'supervisor');

const { engines, start, stop } = createStorageEngines('periods');

beforeAll(start);
afterAll(stop);

describe.each(engines)('a closed period on $name', (engine) => {
  let scene: CoreScene;
  let lea: SceneDevice;
  let laptop: SceneDevice;

  beforeEach(async () => {
    scene = await createScene(await engine.fresh());
    await seed(scene.core);
    lea = createDevice(scene, memberActor('lea', 'd1'), 'boot-d1');
    laptop = createDevice(scene, memberActor('lea', 'd2'), 'boot-d2');
    await lea.anchor();
    await laptop.anchor();
  });
  afterEach(() => scene.stop());

  const advance = (minutes: number) => scene.clock.advance(minutes * MINUTE);
  const close = (id: string, atMinute: number) =>
    scene.core.closePeriod(SUE, { id, untilMs: T0 + atMinute * MINUTE });
  /** A closed segment from minute to minute. */
  const run = (device: SceneDevice, id: string, chatId: string, from: number, until: number) =>
    device.segment(id, chatId, {
      agoMs: scene.clock.ms - T0 - from * MINUTE,
      elapsedMs: (until - from) * MINUTE,
    });
  const chats = ['chat-1', 'chat-2', 'chat-max'];
  const goodwillOf = async () =>
    (await scene.core.pullFacts(SERVER, 0, 1_000)).rows.flatMap(({ row }) =>
      row.type === 'goodwill' ? [row] : [],
    );

  it('holds what lies in it to the millisecond; the rest of a chat that runs on is the next one’s', async () => {
    advance(20);
    await lea.push(run(lea, 's1', 'chat-1', 5, 17));
    expect(await close('p1', 12)).toMatchObject({ isNew: true });
    expect(await linesOf(scene)).toMatchObject([
      { chat_id: 'chat-1', corrects_number: 0, tracked_ms: 7 * MINUTE, free_ms: 7 * MINUTE, cost_units: 0 },
    ]);
    await checkPeriods(scene, chats);
    expect(await ledgerByPeriod(scene)).toEqual(
      new Map([
        ['chat-1 freeTime period-1', 7 * MINUTE],
        ['chat-1 freeTime period-2', 3 * MINUTE],
        ['chat-1 credit period-2', 2 * MINUTE_UNITS],
      ]),
    );
  });

  it('reports advisors and chats, the union beside the sum, and what was not confirmed', async () => {
    advance(20);
    await lea.push(run(lea, 's1', 'chat-1', 0, 4), run(lea, 's2', 'chat-2', 2, 6));
    await lea.push({ ...run(lea, 'typed', 'chat-1', 7, 9), source: 'manual' });
    await laptop.push({ ...run(laptop, 'runs', 'chat-2', 8, 9), closed: false });
    await close('p1', 10);
    const report = JSON.parse((await reportsOf(scene))[0] as string) as Record<string, unknown>;
    expect(report).toMatchObject({
      ...{ report: 'chatclock-period', id: 'p1', number: 1, fromMs: 0, untilMs: T0 + 10 * MINUTE },
      ...{ byId: 'sue', closedAtMs: scene.clock.ms },
      total: { own: { trackedMs: 9 * MINUTE, freeMs: 9 * MINUTE, paidMs: 0, costUnits: 0 } },
      advisors: [
        {
          advisorId: 'lea',
          own: { trackedMs: 9 * MINUTE },
          unionMs: 7 * MINUTE,
          chats: [
            { chatId: 'chat-1', userId: 'emma', own: { trackedMs: 4 * MINUTE }, lateTime: [] },
            { chatId: 'chat-2', userId: 'emma', own: { trackedMs: 5 * MINUTE }, unionMs: 5 * MINUTE },
          ],
        },
      ],
      unconfirmed: [{ segmentId: 'runs', countedMs: MINUTE, isOpen: true }],
      quarantined: [{ id: 'typed', reason: 'manual', claimedMs: 2 * MINUTE }],
    });
    expect(JSON.stringify(report)).not.toMatch(/Emma|Lea/);
  });

  it('is closed once, by a supervisor, in the past, where the last one ended, and never for own time', async () => {
    advance(20);
    const now = scene.clock.ms;
    for (const actor of [memberActor('lea'), memberActor('ada', 'd', 'administrator'), PLATFORM])
      await expect(scene.core.closePeriod(actor, { id: 'p1', untilMs: now - 1 })).rejects.toMatchObject({
        code: 'notAllowed',
      });
    const asked = { id: 'p1', untilMs: now - 1, reason: 'November' };
    await expect(scene.core.closePeriod(SUE, { ...asked, untilMs: now })).rejects.toMatchObject({
      code: 'badInput',
    });
    await expect(scene.core.closePeriod(SUE, { ...asked, fromMs: 5 })).rejects.toMatchObject({
      code: 'badInput',
    });
    await expect(scene.core.closePeriod(SUE, { ...asked, id: 'chat-1' })).rejects.toMatchObject({
      code: 'idConflict',
    });
    const first = await scene.core.closePeriod(SUE, asked);
    expect(await scene.core.closePeriod(SUE, asked)).toEqual({ seq: first.seq, isNew: false });
    await expect(scene.core.closePeriod(SUE, { ...asked, untilMs: now - 2 })).rejects.toMatchObject({
      code: 'idConflict',
    });
    advance(1);
    for (const untilMs of [now - 2, now - 1])
      await expect(scene.core.closePeriod(SUE, { id: 'p2', untilMs })).rejects.toMatchObject({
        code: 'badInput',
      });
    await scene.core.closePeriod(SUE, { id: 'p2', fromMs: now - 1, untilMs: now });
    expect(await scene.core.periods(SUE)).toMatchObject({
      periods: [
        { id: 'p1', number: 1, fromMs: 0, untilMs: now - 1, byId: 'sue' },
        { id: 'p2', number: 2, fromMs: now - 1, untilMs: now },
      ],
      openFromMs: now,
    });
    await expect(
      scene.core.write(SUE, [{ type: 'periodClose', id: 'p3', untilMs: now }]),
    ).rejects.toMatchObject({ code: 'notAllowed' });
    advance(10);
    await lea.push(run(lea, 's1', 'chat-1', 22, 23));
    const leaSupervises = memberActor('lea', 'd', 'supervisor');
    await expect(
      scene.core.closePeriod(leaSupervises, { id: 'p3', untilMs: scene.clock.ms - 1 }),
    ).rejects.toMatchObject({ code: 'notAllowed' });
  });

  it('is refused any change by the database itself', async () => {
    advance(20);
    await lea.push(run(lea, 's1', 'chat-1', 0, 4));
    await close('p1', 10);
    const before = [await reportsOf(scene), await linesOf(scene)];
    for (const statement of [
      `update period_report set report = '{}'`,
      `update period_line set cost_units = 0`,
      `delete from period_report`,
      `delete from period_line`,
    ])
      await expect(sql.raw(statement).execute(scene.storage.db), statement).rejects.toThrow(/closed periods/);
    scene = await scene.restart();
    expect([await reportsOf(scene), await linesOf(scene)]).toEqual(before);
  });

  it('never changes by late time: that is the open period’s, as a correction of the closed one', async () => {
    advance(20);
    await lea.push(run(lea, 's1', 'chat-1', 0, 8));
    await close('p1', 10);
    const reports = await reportsOf(scene);
    await laptop.push(run(laptop, 'late', 'chat-1', 6, 12));
    await checkPeriods(scene, chats);
    expect(await ledgerByPeriod(scene)).toEqual(
      new Map([
        ['chat-1 freeTime period-1', 8 * MINUTE],
        ['chat-1 freeTime period-2 period-1', 2 * MINUTE],
        ['chat-1 credit period-2', 2 * MINUTE_UNITS],
      ]),
    );
    expect(await goodwillOf()).toEqual([]);
    await close('p2', 18);
    expect((await linesOf(scene)).filter((line) => line.period_number === 2)).toMatchObject([
      { chat_id: 'chat-1', corrects_number: 0, tracked_ms: 2 * MINUTE, cost_units: 2 * MINUTE_UNITS },
      { chat_id: 'chat-1', corrects_number: 1, tracked_ms: 2 * MINUTE, free_ms: 2 * MINUTE },
    ]);
    // A ruling takes all of it back: both closed periods stay, the open one corrects them.
    await scene.core.write(SUE, [{ type: 'ruling', id: 'r1', targetId: 'late', action: 'void' }]);
    scene = await scene.restart();
    await checkPeriods(scene, chats);
    const ledger = await ledgerByPeriod(scene);
    expect(ledger.get('chat-1 freeTime period-3 period-1')).toBe(-2 * MINUTE);
    expect(ledger.get('chat-1 credit period-3 period-2')).toBe(-2 * MINUTE_UNITS);
    expect((await reportsOf(scene))[0]).toBe(reports[0]);
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 8 * MINUTE, costUnits: 0 });
  });

  it('leaves the client what late time of another chat took: goodwill, once, and no more when asked again', async () => {
    advance(20);
    await lea.push(run(lea, 's2', 'chat-2', 0, 8));
    await close('p1', 10);
    const balance = (await projectionOf(scene.core, 'lea', 'emma')).balanceUnits;
    // Four minutes of another chat at the same time use four of the ten free minutes, two of which were this one's.
    await laptop.push(run(laptop, 'late', 'chat-1', 0, 4));
    expect(await totalsOf(scene.core, 'chat-2')).toMatchObject({ costUnits: 2 * MINUTE_UNITS });
    expect(await goodwillOf()).toMatchObject([
      { userId: 'emma', chatId: 'chat-2', units: 2 * MINUTE_UNITS, correctsPeriod: 'p1' },
    ]);
    expect((await projectionOf(scene.core, 'lea', 'emma')).balanceUnits).toBe(balance);
    await checkPeriods(scene, chats);
    for (let n = 0; n < 2; n += 1) {
      await scene.core.write(SERVER, [
        { type: 'topUp', id: `again-${n}`, userId: 'emma', amountMinor: 0, atMs: T0 },
      ]);
      scene = await scene.restart();
    }
    expect(await goodwillOf()).toHaveLength(1);
    const rule = (id: string, action: 'void' | 'admit') =>
      scene.core.write(SUE, [{ type: 'ruling', id, targetId: 'late', action }]);
    await rule('r1', 'void');
    expect(await totalsOf(scene.core, 'chat-2')).toMatchObject({ costUnits: 0 });
    await rule('r2', 'admit');
    expect(await goodwillOf()).toHaveLength(1);
    expect((await projectionOf(scene.core, 'lea', 'emma')).balanceUnits).toBe(balance);
    await checkPeriods(scene, chats);
  });

  it('lets a client pay for the chat that has late time of its own', async () => {
    advance(20);
    await lea.push(run(lea, 's1', 'chat-1', 0, 9));
    await close('p1', 10);
    await laptop.push(run(laptop, 'late', 'chat-1', 5, 10), run(laptop, 'late-2', 'chat-2', 0, 2));
    // Of the ten free minutes chat-2 takes two: chat-1 has a minute of its own too many, and pays for two.
    expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({
      trackedMs: 10 * MINUTE,
      paidMs: 2 * MINUTE,
    });
    expect(await goodwillOf()).toEqual([]);
    await checkPeriods(scene, chats);
  });

  it('is not priced again by a back-dated grant: the open period gives back what it makes free', async () => {
    advance(30);
    await lea.push(run(lea, 's1', 'chat-1', 0, 15));
    await close('p1', 20);
    const [report] = await reportsOf(scene);
    const grant = { type: 'freeTimeGrant', id: 'g1', userId: 'emma', advisorId: 'lea' } as const;
    await scene.core.write(SUE, [{ ...grant, ms: 3 * MINUTE, atMs: T0 }]);
    const ledger = await ledgerByPeriod(scene);
    expect(ledger.get('chat-1 credit period-1')).toBe(5 * MINUTE_UNITS);
    expect(ledger.get('chat-1 credit period-2 period-1')).toBe(-3 * MINUTE_UNITS);
    const entries = await scene.storage.db.selectFrom('ledger_entry').selectAll().execute();
    const charge = entries.find(
      (entry) => entry.period_id === 'period-1' && entry.amount === 5 * MINUTE_UNITS,
    );
    expect(
      entries.find((entry) => entry.corrects_period !== null && entry.commodity === 'credit'),
    ).toMatchObject({
      reverses: charge?.id,
    });
    await checkPeriods(scene, chats);
    expect(await reportsOf(scene)).toEqual([report]);
  });

  it('counts time of a boot without an anchor in the open period alone, wherever it seems to lie', async () => {
    advance(20);
    await lea.push(run(lea, 's2', 'chat-2', 0, 8));
    await close('p1', 10);
    const lost = createDevice(scene, memberActor('lea', 'd9'), 'never-anchored');
    await lost.push(run(lost, 'adrift', 'chat-1', 2, 5));
    const admission = await admissionOf(scene.core, 'adrift');
    expect(admission).toMatchObject({ flags: ['unanchored'], countsFromMs: T0 + 10 * MINUTE });
    expect(admission.startMs).toBeLessThan(T0 + 10 * MINUTE);
    await checkPeriods(scene, chats);
    const ledger = await ledgerByPeriod(scene);
    expect(ledger.get('chat-1 freeTime period-2')).toBe(3 * MINUTE);
    expect([...ledger.keys()].filter((name) => name.endsWith('period-2 period-1'))).toEqual([]);
    // What it took from the other chat in closed time is not the client's to pay.
    expect(await goodwillOf()).toMatchObject([{ chatId: 'chat-2', units: MINUTE_UNITS }]);
    await close('p2', 15);
    scene = await scene.restart();
    await checkPeriods(scene, chats);
    await scene.core.write(SUE, [{ type: 'ruling', id: 'r1', targetId: 'adrift', action: 'void' }]);
    await checkPeriods(scene, chats);
    expect((await ledgerByPeriod(scene)).get('chat-1 freeTime period-3 period-2')).toBe(-3 * MINUTE);
  });

  it.each(['push first', 'close first'])(
    'loses nothing when late time comes at the same moment: %s',
    async (order) => {
      advance(20);
      await lea.push(run(lea, 's1', 'chat-1', 0, 3));
      const push = () => laptop.push(run(laptop, 'race', 'chat-2', 1, 6));
      const [answers] =
        order === 'push first'
          ? await Promise.all([push(), close('p1', 10)])
          : (await Promise.all([close('p1', 10), push()])).reverse();
      expect(answers).toMatchObject([{ code: 'admitted' }]);
      const [report] = await reportsOf(scene);
      expect((report as string).includes('chat-2')).toBe(order === 'push first');
      expect(await totalsOf(scene.core, 'chat-2')).toMatchObject({ trackedMs: 5 * MINUTE });
      await checkPeriods(scene, chats);
      scene = await scene.restart();
      expect(await reportsOf(scene)).toEqual([report]);
    },
  );

  it.each([1, 2])('stays as it is through a random story, and the export settles: story %d', async (n) => {
    await scene.stop();
    scene = await createScene(await engine.fresh());
    const story = await startStory(scene, 100 + n);
    let reports: string[] = [];
    let chatIds: string[] = [];
    for (let part = 0; part < 5; part += 1) {
      await story.run(30);
      await settleEverybody(scene, story, `before-${part}`);
      const { openFromMs } = await scene.core.periods(SUE);
      const untilMs = Math.max(openFromMs + 1, scene.clock.ms - 1 - story.choices.upTo(600_000));
      await scene.core.closePeriod(SUE, { id: `close-${part}`, untilMs });
      const closed = await reportsOf(scene);
      expect(closed.slice(0, part)).toEqual(reports);
      reports = closed;
      await settleEverybody(scene, story, `after-${part}`);
      const { settlement } = await settled(await exportText(scene));
      chatIds = settlement.chats.map((chat) => chat.chatId);
      await checkPeriods(scene, chatIds);
      for (const { chatId, ...figures } of settlement.chats)
        expect(await totalsOf(scene.core, chatId), chatId).toMatchObject(figures);
      expect(await problemsOf(scene)).toEqual([]);
      const given = await goodwillOf();
      await settleEverybody(scene, story, `again-${part}`);
      expect(await goodwillOf()).toEqual(given);
      for (const { userId, balanceUnits } of settlement.users)
        if (userId === 'emma')
          expect((await projectionOf(scene.core, 'lea', userId)).balanceUnits).toBe(balanceUnits);
    }
    expect((await linesOf(scene)).some((line) => line.corrects_number > 0)).toBe(true);
    scene = await scene.restart();
    await settleEverybody(scene, story, 'restarted');
    expect(await reportsOf(scene)).toEqual(reports);
    await checkPeriods(scene, chatIds);
  });

  it('is verified with the ledger, which names what was changed behind the server’s back', async () => {
    advance(20);
    await lea.push(run(lea, 's1', 'chat-1', 0, 12));
    await close('p1', 10);
    await laptop.push(run(laptop, 'late', 'chat-2', 5, 12));
    await close('p2', 18);
    expect(await problemsOf(scene)).toEqual([]);
    const { db } = scene.storage;
    const change = async (statement: string): Promise<string[]> => {
      for (const table of ['period_report', 'period_line', 'sync_row'])
        if (engine.name === 'postgres')
          await sql.raw(`alter table ${table} disable trigger user`).execute(db);
        else
          for (const kind of ['update', 'delete'])
            await sql.raw(`drop trigger if exists ${table}_no_${kind}`).execute(db);
      await sql.raw(statement).execute(db);
      return problemsOf(scene);
    };
    const first = "where id = 'p1'";
    expect(
      await change(
        `update period_report set report = replace(report, 'chatclock-period', 'chatclock-perioD') ${first}`,
      ),
    ).toEqual(
      expect.arrayContaining([expect.stringMatching(/report of period p1 is not what its hash says/)]),
    );
    await change(
      `update period_report set report = replace(report, 'chatclock-perioD', 'chatclock-period') ${first}`,
    );
    expect(
      await change(
        `update period_line set cost_units = cost_units + 1 where period_number = 2 and chat_id = 'chat-2'`,
      ),
    ).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/period p2 holds of chat chat-2 another figure than its report says/),
        expect.stringMatching(/chat:chat-2.*in the closed period-2/),
      ]),
    );
    expect(await change(`delete from period_report where id = 'p2'`)).toEqual(
      expect.arrayContaining([expect.stringMatching(/period p2 was closed, and its report is missing/)]),
    );
  });

  async function problemsOf(of: CoreScene): Promise<string[]> {
    const snapshot = await of.storage.snapshot();
    try {
      return (await verifyLedger(snapshot)).problems;
    } finally {
      await snapshot.close();
    }
  }
});
