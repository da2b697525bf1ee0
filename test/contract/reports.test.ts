/** Reports on both databases: numbers that a person can check by hand, and the fold's own figures whatever happened. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Overview } from '../../shared/reports/overview.ts';
import type { RecordTotals } from '../../shared/rows.ts';
import {
  createDevice,
  createScene,
  memberActor,
  pullAll,
  seed,
  SERVER,
  type CoreScene,
  type SceneDevice,
} from '../support/core-scene.ts';
import { settleEverybody, startStory, STORY_SUPERVISOR } from '../support/random-server-story.ts';
import { createStorageEngines } from '../support/storage-engines.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SUE = memberActor('sue', 'device-sue', 'supervisor');
const { engines, start, stop } = createStorageEngines('reports');

beforeAll(start);
afterAll(stop);

describe.each(engines)('the overview on $name', (engine) => {
  let scene: CoreScene;
  let lea: SceneDevice;
  let max: SceneDevice;

  /** Saturday noon in Berlin; clocks go back in the night to come. */
  const NOON = Date.parse('2026-10-24T12:00:00+02:00');

  beforeEach(async () => {
    scene = await createScene(await engine.fresh(), NOON);
    await seed(scene.core, NOON);
    lea = createDevice(scene, memberActor('lea', 'd1'), 'boot-d1', NOON - HOUR);
    max = createDevice(scene, memberActor('max', 'd2'), 'boot-d2', NOON - HOUR);
    await scene.core.write(SERVER, [
      { type: 'policyChange', id: 'zone', key: 'timeZone', value: 'Europe/Berlin', atMs: NOON },
    ]);
  });
  afterEach(() => scene.stop());

  const overview = (from: string, until = from, of: { advisorId?: string; userId?: string } = {}) =>
    scene.core.overview(SUE, { from, until, ...of });
  /** A closed segment that began so many minutes after noon. */
  const run = (device: SceneDevice, id: string, chatId: string, fromMinute: number, minutes: number) =>
    device.segment(id, chatId, {
      agoMs: scene.clock.ms - NOON - fromMinute * MINUTE,
      elapsedMs: minutes * MINUTE,
    });

  it('shows six hours of wall clock with nine hours of chats, free and paid, and who worked', async () => {
    scene.clock.advance(8 * HOUR);
    await lea.anchor();
    await max.anchor();
    await lea.push(
      run(lea, 's1', 'chat-1', 0, 180),
      run(lea, 's2', 'chat-2', 60, 180),
      run(lea, 's3', 'chat-1', 300, 120),
      run(lea, 's4', 'chat-2', 360, 60),
    );
    await max.push(run(max, 's5', 'chat-max', 60, 30));
    const { total, advisors, before } = await overview('2026-10-24');
    expect(advisors).toEqual([
      {
        advisorId: 'lea',
        trackedMs: 9 * HOUR,
        freeMs: 10 * MINUTE,
        paidMs: 9 * HOUR - 10 * MINUTE,
        paidUnits: (9 * HOUR - 10 * MINUTE) * 200,
        workedMs: 6 * HOUR,
        peakChats: 2,
        chats: 2,
      },
      {
        ...{ advisorId: 'max', trackedMs: 30 * MINUTE, freeMs: 0, paidMs: 30 * MINUTE },
        ...{ paidUnits: 30 * MINUTE * 100, workedMs: 30 * MINUTE, peakChats: 1, chats: 1 },
      },
    ]);
    expect(total).toMatchObject({ trackedMs: 9.5 * HOUR, workedMs: 6.5 * HOUR, peakChats: 2, chats: 3 });
    expect(before).toMatchObject({ trackedMs: 0, workedMs: 0 });
    expect((await overview('2026-10-24', '2026-10-24', { advisorId: 'max' })).total).toMatchObject({
      trackedMs: 30 * MINUTE,
    });
    expect((await overview('2026-10-25')).before).toMatchObject({ trackedMs: 9.5 * HOUR });
  });

  it('divides a night by the organisation’s midnight, also on a day of 25 hours', async () => {
    scene.clock.advance(40 * HOUR);
    await lea.anchor();
    // From 23:00 on Saturday to 01:00 on Monday: 26 wall hours, 25 of them Sunday’s, in pieces that may be admitted.
    await lea.push(
      ...[11, 14, 17, 20, 23, 26, 29, 32, 35].map((hour) => run(lea, `s${hour}`, 'chat-1', hour * 60, 180)),
    );
    const { days, fromMs, untilMs } = await overview('2026-10-24', '2026-10-26');
    expect(untilMs - fromMs).toBe(73 * HOUR);
    expect(days.map(({ date, trackedMs, workedMs }) => [date, trackedMs / HOUR, workedMs / HOUR])).toEqual([
      ['2026-10-24', 1, 1],
      ['2026-10-25', 25, 25],
      ['2026-10-26', 1, 1],
    ]);
  });

  it('counts what runs as far as beats have proven it, and follows rulings and marks', async () => {
    await lea.anchor();
    const open = lea.segment('s1', 'chat-1', { agoMs: 0, closed: false, elapsedMs: 0 });
    await lea.push(open);
    expect((await overview('2026-10-24')).total).toMatchObject({ trackedMs: 0 });
    for (let beat = 1; beat <= 12; beat += 1) {
      scene.clock.advance(5_000);
      await lea.beat([{ segmentId: 's1', chatId: 'chat-1', elapsedMs: beat * 5_000 }]);
    }
    expect((await overview('2026-10-24')).total).toMatchObject({ trackedMs: MINUTE });
    await lea.push({ ...open, elapsedMs: MINUTE, closed: true, closeReason: 'paused' });
    await scene.core.write(SUE, [
      { type: 'ruling', id: 'r1', targetId: 's1', action: 'trim', elapsedMs: 20_000 },
    ]);
    const after = await overview('2026-10-24');
    expect(after.total).toMatchObject({ trackedMs: 20_000 });
    expect(after.seq).toBe((await scene.core.status()).highSeq);
    const again = await scene.restart();
    expect((await again.core.overview(SUE, { from: '2026-10-24', until: '2026-10-24' })).total).toMatchObject(
      {
        trackedMs: 20_000,
      },
    );
    await again.stop();
    scene = await createScene();
  });

  it('is refused to advisors and platforms, and for days that are none', async () => {
    const asked = { from: '2026-10-24', until: '2026-10-24' };
    for (const actor of [lea.actor, { kind: 'platform', keyId: 'k' } as const])
      await expect(scene.core.overview(actor, asked)).rejects.toMatchObject({ code: 'notAllowed' });
    for (const until of ['2026-10-23', '2032-10-24'])
      await expect(scene.core.overview(SUE, { ...asked, until })).rejects.toMatchObject({ code: 'badInput' });
  });

  it('refuses a time zone that nobody knows', async () => {
    for (const value of ['Middle/Earth', '+02:00', 2])
      await expect(
        scene.core.write(SERVER, [{ type: 'policyChange', id: 'bad', key: 'timeZone', value, atMs: NOON }]),
      ).rejects.toMatchObject({ code: 'badInput' });
  });
});

describe('the overview of everything', () => {
  it.each([1, 2, 3])(
    'is what the fold says of all chats, step by step, whatever happened (story %i)',
    async (storySeed) => {
      const scene = await createScene();
      const story = await startStory(scene, storySeed);
      for (let step = 0; step < 5; step += 1) {
        await story.run(40);
        await settleEverybody(scene, story, `settled-${step}`);
        const { rows } = await pullAll(scene.core, STORY_SUPERVISOR);
        const totals = rows.filter((row): row is RecordTotals => row.type === 'recordTotals');
        const sum = (figure: 'trackedMs' | 'freeMs' | 'paidMs') =>
          totals.reduce((all, one) => all + one[figure], 0);
        const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
        const whole: Overview = await scene.core.overview(STORY_SUPERVISOR, {
          from: day(scene.clock.ms - 1_000 * 86_400_000),
          until: day(scene.clock.ms + 86_400_000),
        });
        expect(whole.total).toMatchObject({
          ...{ trackedMs: sum('trackedMs'), freeMs: sum('freeMs'), paidMs: sum('paidMs') },
        });
        expect(whole.days.reduce((all, one) => all + one.trackedMs, 0)).toBe(sum('trackedMs'));
      }
      await scene.stop();
    },
  );
});
