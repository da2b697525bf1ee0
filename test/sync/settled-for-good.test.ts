/** What must not move what was settled: old pushes that come again, wrong wall clocks, clock estimates a second apart. */
import { afterEach, expect, test } from 'vitest';
import type { DeviceRow, TimeSegment } from '../../shared/rows.ts';
import {
  admissionOf,
  createDevice,
  createScene,
  memberActor,
  seed,
  totalsOf,
  type CoreScene,
  type SceneDevice,
} from '../support/core-scene.ts';
import { seededRandom } from '../support/virtual-scheduler.ts';

const YEAR_MS = 365 * 86_400_000;
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const scenes: CoreScene[] = [];
afterEach(async () => {
  for (const scene of scenes.splice(0)) await scene.stop();
});

async function newScene(): Promise<CoreScene> {
  const scene = await createScene();
  scenes.push(scene);
  await seed(scene.core);
  return scene;
}

const entriesOf = (scene: CoreScene) =>
  scene.storage.db.selectFrom('ledger_entry').selectAll().orderBy('position').execute();

/** An advisor's busy hour on two devices, pushed as outboxes do: open, grown, closed; marks, trims, an end. */
async function workAnHour(scene: CoreScene, wallSkewMs: readonly number[] = [0]): Promise<DeviceRow[][]> {
  const devices = [
    createDevice(scene, memberActor('lea', 'device-a'), 'boot-a'),
    createDevice(scene, memberActor('lea', 'device-b'), 'boot-b'),
  ];
  for (const device of devices) await device.anchor();
  const pushes: DeviceRow[][] = [];
  const push = async (device: SceneDevice, ...rows: DeviceRow[]) => {
    pushes.push(rows);
    for (const answer of await device.push(...rows)) expect(answer.verdict).toBe('stored');
  };
  let skews = 0;
  const skewed = (segment: TimeSegment): TimeSegment => {
    const skewMs = wallSkewMs[skews++ % wallSkewMs.length]!;
    return { ...segment, startedAtMs: segment.startedAtMs + skewMs };
  };
  for (let n = 0; n < 12; n += 1) {
    const device = devices[n % 2]!;
    const chatId = n % 3 === 0 ? 'chat-2' : 'chat-1';
    const open = skewed(device.segment(`s${n}`, chatId, { agoMs: 0, elapsedMs: 0, closed: false }));
    await push(device, open);
    scene.clock.advance(2 * MINUTE_MS);
    await device.beat([{ segmentId: open.id, chatId, elapsedMs: 2 * MINUTE_MS }]);
    await push(device, { ...open, elapsedMs: 2 * MINUTE_MS });
    scene.clock.advance(2 * MINUTE_MS);
    const closed: TimeSegment = { ...open, elapsedMs: 4 * MINUTE_MS, closed: true, closeReason: 'paused' };
    const trim: DeviceRow[] =
      n % 4 === 3
        ? [
            {
              type: 'trimMark',
              id: `t${n}`,
              segmentId: open.id,
              chatId,
              deviceId: open.deviceId,
              elapsedMs: MINUTE_MS,
            },
          ]
        : [];
    await push(device, closed, device.stopMark(`x${n}`, chatId), ...trim);
    scene.clock.advance(MINUTE_MS);
    await scene.core.sweep();
  }
  await push(devices[0]!, devices[0]!.chatEnd('end-1', 'chat-1'));
  await scene.core.sweep();
  return pushes;
}

test('a year-old set of pushes, replayed in any order, changes no ledger entry', async () => {
  const scene = await newScene();
  const pushes = await workAnHour(scene);
  const before = await entriesOf(scene);
  const totals = await totalsOf(scene.core, 'chat-1');
  expect(before.length).toBeGreaterThan(10);

  scene.clock.advance(YEAR_MS);
  scene.core.confirmClock();
  await scene.core.sweep();
  const random = seededRandom(1);
  const again = pushes.flat().flatMap((row) => (random() < 0.3 ? [row, row] : [row]));
  again.sort(() => random() - 0.5);
  const { highSeq } = await scene.core.status();
  for (const row of again) {
    const actor = memberActor('lea', (row as TimeSegment).deviceId);
    const [answer] = await scene.core.push(actor, [row]);
    expect(answer).toMatchObject({ verdict: 'stored', id: row.id });
  }
  await scene.core.sweep();
  expect(await entriesOf(scene)).toEqual(before);
  expect(await totalsOf(scene.core, 'chat-1')).toEqual(totals);
  expect((await scene.core.status()).highSeq).toBe(highSeq);
});

test('±24 h of wall-clock skew with back-steps changes no charge and no entry of an anchored boot', async () => {
  const right = await newScene();
  await workAnHour(right);
  const entries = await entriesOf(right);
  for (const skews of [[DAY_MS], [-DAY_MS], [DAY_MS, -DAY_MS, 0, 3 * MINUTE_MS, -7_000]]) {
    const wrong = await newScene();
    await workAnHour(wrong, skews);
    for (const chatId of ['chat-1', 'chat-2'])
      expect(await totalsOf(wrong.core, chatId)).toEqual(await totalsOf(right.core, chatId));
    expect(await entriesOf(wrong)).toEqual(entries);
  }
});

/** An exchange whose one way took two seconds: the estimate is a second off. `answer` = the way back was slow. */
async function anchorASecondOff(scene: CoreScene, device: SceneDevice, slow: 'request' | 'answer') {
  const { core } = scene;
  const { actor, bootId } = device;
  const sentAtMonoMs = device.monoNow();
  if (slow === 'request') scene.clock.advance(2_000);
  const first = await core.beat(actor, { bootId, sentAtMonoMs, running: [], userIds: [] });
  if (slow === 'answer') scene.clock.advance(2_000);
  const echo = { exchangeId: first.exchangeId, sentAtMonoMs, receivedAtMonoMs: device.monoNow() };
  const { anchor } = await core.beat(actor, {
    bootId,
    sentAtMonoMs: device.monoNow(),
    echo,
    running: [],
    userIds: [],
  });
  const trueOffsetMs = scene.clock.ms - device.monoNow();
  expect(anchor!.offsetMs - trueOffsetMs).toBe(slow === 'request' ? 1_000 : -1_000);
}

test.each(['request', 'answer'] as const)(
  'a pause on one device and a resume on another whose clock estimate is a second off (slow %s) lose nothing',
  async (slow) => {
    const scene = await newScene();
    const [a, b] = ['device-a', 'device-b'].map((id) =>
      createDevice(scene, memberActor('lea', id), `boot-${id}`),
    );
    await a!.anchor();
    await anchorASecondOff(scene, b!, slow);
    scene.clock.advance(MINUTE_MS);
    const first = a!.segment('s1', 'chat-1');
    await a!.push(first, a!.stopMark('pause', 'chat-1'));
    const { highSeq: knownSeq } = await scene.core.status();
    scene.clock.advance(200);
    const startedAtMonoMs = b!.monoNow();
    scene.clock.advance(MINUTE_MS + 2_000);
    await b!.push({ ...b!.segment('s2', 'chat-1', { elapsedMs: MINUTE_MS, knownSeq }), startedAtMonoMs });
    expect(await admissionOf(scene.core, 's2')).toMatchObject({
      code: 'admitted',
      admittedElapsedMs: MINUTE_MS,
    });
    expect((await totalsOf(scene.core, 'chat-1')).trackedMs).toBe(2 * MINUTE_MS);
  },
);

test.each(['request', 'answer'] as const)(
  'a pause and resume on one device with a better clock estimate in between (slow %s) lose nothing',
  async (slow) => {
    const scene = await newScene();
    const a = createDevice(scene, memberActor('lea', 'device-a'), 'boot-a');
    await anchorASecondOff(scene, a, slow);
    scene.clock.advance(MINUTE_MS);
    await a.push(a.segment('s1', 'chat-1'), a.stopMark('pause', 'chat-1'));
    await a.anchor();
    scene.clock.advance(200);
    const startedAtMonoMs = a.monoNow();
    scene.clock.advance(MINUTE_MS + 2_000);
    await a.push({ ...a.segment('s2', 'chat-1', { elapsedMs: MINUTE_MS }), startedAtMonoMs });
    await scene.core.sweep();
    expect((await totalsOf(scene.core, 'chat-1')).trackedMs).toBe(2 * MINUTE_MS);
  },
);
