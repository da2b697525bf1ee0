/** A session held outside on a real server: it waits, counts under a ruling, can be taken back by its device, and is told. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeviceRow, TimeSegment } from '../../shared/rows.ts';
import { explainChat } from '../../sync-server/ledger/explain-chat.ts';
import {
  admissionOf,
  createDevice,
  createScene,
  memberActor,
  pullAll,
  seed,
  T0,
  totalsOf,
  type CoreScene,
  type SceneDevice,
} from '../support/core-scene.ts';
import { createOutsideDesk, type OutsideDesk } from '../support/outside-desk.ts';

const MINUTE = 60_000;
const supervisor = memberActor('sue', 'device-sue', 'supervisor');
let scene: CoreScene;
let lea: SceneDevice;
let desk: OutsideDesk;
beforeAll(async () => {
  scene = await createScene();
  await seed(scene.core, T0 - 120 * MINUTE);
  lea = createDevice(scene, memberActor('lea'));
  await lea.anchor();
  desk = createOutsideDesk({
    ...{ deviceId: lea.actor.deviceId, bootId: lea.bootId },
    ...{ startMs: scene.clock.ms, monoMs: lea.monoNow() },
  });
});
afterAll(() => scene.stop());

/** What the desk let go in this time is pushed; the server's clock goes with the device's. */
async function send(): Promise<DeviceRow[]> {
  await desk.pass(9_000);
  scene.clock.advance(9_000);
  const rows = desk.rows.splice(0);
  const answers = await lea.push(...rows);
  expect(answers.map(({ verdict }) => verdict)).toEqual(rows.map(() => 'stored'));
  return rows;
}

async function enter(startMs: number, elapsedMs: number): Promise<TimeSegment> {
  await desk.outside.saveSession({
    ...{ timerId: null, userId: 'emma', topic: 'Phone', note: '', startMs, elapsedMs },
  });
  return (await send()).find((row): row is TimeSegment => row.type === 'timeSegment')!;
}

async function explain(chatId: string): Promise<string[]> {
  const snapshot = await scene.storage.snapshot();
  const lines = await explainChat(snapshot, chatId);
  await snapshot.close();
  return lines.map((line) => line.trim());
}

test('it waits for a ruling, counts the whole claim under it, and its device hears of the ruling', async () => {
  const { id, chatId } = await enter(scene.clock.ms - 40 * MINUTE, 25 * MINUTE);
  expect(await admissionOf(scene.core, id)).toMatchObject({ code: 'quarantined', reason: 'manual' });
  expect(await totalsOf(scene.core, chatId)).toMatchObject({ trackedMs: 0, costUnits: 0 });
  await scene.core.write(supervisor, [
    { type: 'ruling', id: 'r1', targetId: id, action: 'admit', byId: 'sue', reason: 'On the bill' },
  ]);
  // 10 minutes are free, 15 cost 2.00 credits each: the end of the chat cuts nothing of them.
  expect(await totalsOf(scene.core, chatId)).toMatchObject({
    ...{ trackedMs: 25 * MINUTE, freeMs: 10 * MINUTE, paidMs: 15 * MINUTE, chargeMinor: 3_000 },
  });
  const { rows } = await pullAll(scene.core, lea.actor);
  expect(rows).toContainEqual(
    expect.objectContaining({ type: 'ruling', targetId: id, action: 'admit', reason: 'On the bill' }),
  );
  const lines = await explain(chatId);
  for (const line of [
    `placed   2027-01-15 07:20:00.000 as entered by hand`,
    'ruling   r1 by sue admits the 25:00.000 claimed by then ("On the bill"), in place of verdict and trims',
    'tracked 25:00.000 = free 10:00.000 + paid 15:00.000',
  ])
    expect(lines).toContain(line);
});

test('its device takes it back by a trim to nothing, which a later ruling replaces', async () => {
  const { id, chatId } = await enter(scene.clock.ms - 90 * MINUTE, 5 * MINUTE);
  await desk.outside.withdraw({ segmentId: id, chatId });
  await send();
  expect(await explain(chatId)).toContainEqual(
    expect.stringContaining('its device lets only 00:00.000 count'),
  );
  expect(await totalsOf(scene.core, chatId)).toMatchObject({ trackedMs: 0 });
  await scene.core.write(supervisor, [
    { type: 'ruling', id: 'r2', targetId: id, action: 'trim', elapsedMs: 2 * MINUTE, byId: 'sue' },
  ]);
  expect(await totalsOf(scene.core, chatId)).toMatchObject({ trackedMs: 2 * MINUTE });
});

test('beside a running chat of the client both count: the sum is what the two ran', async () => {
  const before = scene.clock.ms;
  await lea.push(lea.segment('s1', 'chat-1', { agoMs: 20 * MINUTE, elapsedMs: 20 * MINUTE }));
  const { id, chatId } = await enter(before - 12 * MINUTE, 12 * MINUTE);
  await scene.core.write(supervisor, [
    { type: 'ruling', id: 'r3', targetId: id, action: 'admit', byId: 'sue' },
  ]);
  expect(await totalsOf(scene.core, 'chat-1')).toMatchObject({ trackedMs: 20 * MINUTE });
  expect(await totalsOf(scene.core, chatId)).toMatchObject({ trackedMs: 12 * MINUTE });
});
