/** The timeline and the evidence behind it, on both databases. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadSteps } from '../../shared/reports/timeline.ts';
import {
  createDevice,
  createScene,
  memberActor,
  seed,
  SERVER,
  type CoreScene,
  type SceneDevice,
} from '../support/core-scene.ts';
import { createStorageEngines } from '../support/storage-engines.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SUE = memberActor('sue', 'device-sue', 'supervisor');
const { engines, start, stop } = createStorageEngines('timeline');

beforeAll(start);
afterAll(stop);

describe.each(engines)('the timeline on $name', (engine) => {
  let scene: CoreScene;
  let lea: SceneDevice;
  /** Saturday, 22:00 in Berlin; clocks go back at 3:00. */
  const EVENING = Date.parse('2026-10-24T22:00:00+02:00');

  beforeEach(async () => {
    scene = await createScene(await engine.fresh(), EVENING);
    await seed(scene.core, EVENING);
    lea = createDevice(scene, memberActor('lea', 'd1'), 'boot-d1', EVENING - HOUR);
    await scene.core.write(SERVER, [
      { type: 'policyChange', id: 'zone', key: 'timeZone', value: 'Europe/Berlin', atMs: EVENING },
    ]);
  });
  afterEach(() => scene.stop());

  /** A segment that began so many minutes after the evening's start. */
  const run = (id: string, chatId: string, fromMinute: number, minutes: number, more = {}) =>
    lea.segment(id, chatId, {
      agoMs: scene.clock.ms - EVENING - fromMinute * MINUTE,
      elapsedMs: minutes * MINUTE,
      ...more,
    });

  it('has a lane for each chat, cut at the organisation’s midnight, with free and paid time', async () => {
    scene.clock.advance(8 * HOUR);
    await lea.anchor();
    await lea.push(run('s1', 'chat-1', 0, 90), run('s2', 'chat-2', 60, 90), run('s3', 'chat-1', 100, 30));
    const saturday = await scene.core.timeline(SUE, { date: '2026-10-24' });
    expect(saturday).toMatchObject({
      timeZone: 'Europe/Berlin',
      fromMs: Date.parse('2026-10-24T00:00:00+02:00'),
      untilMs: Date.parse('2026-10-25T00:00:00+02:00'),
    });
    const [advisor] = saturday.advisors;
    // 22:00–23:30 and 23:40–24:00 in chat-1, 23:00–24:00 in chat-2: 2:50 of chats in two hours at the desk.
    expect(advisor).toMatchObject({
      ...{ advisorId: 'lea', trackedMs: 170 * MINUTE, workedMs: 120 * MINUTE, peakChats: 2 },
    });
    const at = (minute: number) => EVENING + minute * MINUTE;
    const shown = advisor?.lanes.map(({ chatId, stretches }) => [
      chatId,
      stretches.map(({ startMs, endMs, kind }) => [
        (startMs - EVENING) / MINUTE,
        (endMs - EVENING) / MINUTE,
        kind,
      ]),
    ]);
    expect(shown).toEqual([
      [
        'chat-1',
        [
          [0, 10, 'free'],
          [10, 90, 'paid'],
          [100, 120, 'paid'],
        ],
      ],
      ['chat-2', [[60, 120, 'paid']]],
    ]);
    expect(loadSteps(advisor?.lanes ?? [])).toEqual([
      { atMs: at(0), chats: 1 },
      { atMs: at(60), chats: 2 },
      { atMs: at(90), chats: 1 },
      { atMs: at(100), chats: 2 },
      { atMs: at(120), chats: 0 },
    ]);
    const sunday = await scene.core.timeline(SUE, { date: '2026-10-25', advisorId: 'lea' });
    expect(sunday.untilMs - sunday.fromMs).toBe(25 * HOUR);
    expect(sunday.advisors[0]).toMatchObject({ trackedMs: 40 * MINUTE, workedMs: 30 * MINUTE });
    expect(await scene.core.timeline(SUE, { date: '2026-10-25', advisorId: 'max' })).toMatchObject({
      advisors: [],
    });
  });

  it('shows of each segment where it lies, how well that is known, and what was decided', async () => {
    scene.clock.advance(3 * HOUR);
    await lea.anchor();
    await lea.push(
      run('s1', 'chat-1', 0, 30, { closeReason: 'paused' }),
      run('m1', 'chat-1', 40, 10, { source: 'manual' }),
    );
    const before = await scene.core.evidence(SUE, 'chat-1');
    expect(before.segments).toMatchObject([
      {
        ...{ segmentId: 's1', deviceId: 'd1', source: 'timer', startMs: EVENING, code: 'admitted' },
        ...{ admittedMs: 30 * MINUTE, claimedMs: 30 * MINUTE, pendingMs: 0, closeReason: 'paused' },
        clockErrorMs: expect.any(Number),
      },
      { segmentId: 'm1', source: 'manual', code: 'quarantined', reason: 'manual', admittedMs: 0 },
    ]);
    expect(before.segments[1]).not.toHaveProperty('clockErrorMs');
    await scene.core.write(SUE, [
      { type: 'ruling', id: 'r1', targetId: 'm1', action: 'admit', reason: 'she called' },
    ]);
    expect((await scene.core.evidence(SUE, 'chat-1')).segments[1]).toMatchObject({
      ruling: { action: 'admit', byId: 'sue', reason: 'she called' },
    });
  });

  it('is handed on as tables: a line for each chat and for each segment of the days', async () => {
    scene.clock.advance(8 * HOUR);
    await lea.anchor();
    await lea.push(
      run('s1', 'chat-1', 0, 90),
      run('s2', 'chat-2', 60, 90),
      run('m1', 'chat-1', 200, 10, { source: 'manual' }),
    );
    const read = async (table: 'chats' | 'segments', from: string, until = from) => {
      let text = '';
      for await (const part of await scene.core.reportCsv(SUE, table, { from, until })) text += part;
      return text
        .trimEnd()
        .split('\r\n')
        .slice(1)
        .map((line) => line.split(','));
    };
    const free = 10 * MINUTE;
    // 22:00–23:30 in chat-1, 23:00–24:00 of 23:00–0:30 in chat-2; two credits a minute.
    const chats = await read('chats', '2026-10-24');
    expect(chats.map((cells) => [cells[0], ...cells.slice(7)])).toEqual([
      [
        ...['chat-1', '2026-10-24 22:00:00', '2026-10-24 23:30:00'],
        ...[90 * MINUTE, free, 80 * MINUTE, 160].map(String),
        ...[90 * MINUTE, free, 80 * MINUTE, 80 * MINUTE, 160].map(String),
      ],
      [
        ...['chat-2', '2026-10-24 23:00:00', '2026-10-25 00:00:00'],
        ...[60 * MINUTE, 0, 60 * MINUTE, 120].map(String),
        ...[90 * MINUTE, 0, 90 * MINUTE, 90 * MINUTE, 180].map(String),
      ],
    ]);
    const segments = await read('segments', '2026-10-24', '2026-10-25');
    expect(segments.map((cells) => [cells[0], cells[5], cells[7], cells[8], cells[10], cells[11]])).toEqual([
      ['s1', '2026-10-24 22:00:00', String(90 * MINUTE), String(90 * MINUTE), 'admitted', ''],
      ['s2', '2026-10-24 23:00:00', String(90 * MINUTE), String(90 * MINUTE), 'admitted', ''],
      ['m1', '2026-10-25 01:20:00', String(10 * MINUTE), '0', 'quarantined', 'manual'],
    ]);
    expect((await read('segments', '2026-10-25')).map(([id]) => id)).toEqual(['s2', 'm1']);
    await expect(read('chats', '2026-10-25', '2026-10-24')).rejects.toThrow('badInput');
  });

  it('is for those who may review, and knows its chats', async () => {
    const advisor = memberActor('lea', 'd1');
    await expect(scene.core.timeline(advisor, { date: '2026-10-24' })).rejects.toThrow('notAllowed');
    await expect(scene.core.evidence(advisor, 'chat-1')).rejects.toThrow('notAllowed');
    await expect(
      scene.core.reportCsv(advisor, 'chats', { from: '2026-10-24', until: '2026-10-24' }),
    ).rejects.toThrow('notAllowed');
    await expect(scene.core.evidence(SUE, 'nobody')).rejects.toThrow('unknownReference');
  });
});
