/**
 * RxDB itself, the real replicator and the real server in 50 seeded runs: a network that drops, doubles, delays, reorders
 * and splits, devices and a server that are started anew in the middle. Afterwards everything is everywhere, once.
 */
import { afterEach, expect, test } from 'vitest';
import type { DeviceRow, TimeSegment } from '../../shared/rows.ts';
import { joinSegments } from '../../shared/segment-join.ts';
import { createReplicaHasher } from '../../shared/replica-hash.ts';
import { isPulledRow, COLLECTION_OF_ROW } from '../../renderer/database/documents.ts';
import { readReplicaHash } from '../../renderer/replication/replica-check.ts';
import { pullAllRows } from '../support/all-rows.ts';
import { loadFreshRxdb } from '../support/fresh-rxdb.ts';
import { admittedUnionMs, newestById, ofType } from '../support/http-device.ts';
import { createSyncScene, type SceneDevice, type SyncScene } from '../support/sync-scene.ts';
import { seededRandom } from '../support/virtual-scheduler.ts';

const SEEDS = 50;
const SEEDS_OF_A_TEST = 5;
const ROUNDS = 24;
const CHATS = [
  { id: 'chat-1', userId: 'mara' },
  { id: 'chat-2', userId: 'mara' },
  { id: 'chat-3', userId: 'jonas' },
];
/** Longer than the first check of a replica waits, ms. */
const UNTIL_CHECKED_MS = 310_000;

let scene: SyncScene | undefined;
afterEach(() => scene?.stop());
const copies = [loadFreshRxdb(), loadFreshRxdb()];
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Run {
  seed: number;
  random(): number;
  devices: SceneDevice[];
  /** Every row as its device knows it: a segment joined from all its copies. */
  written: Map<string, DeviceRow>;
  /** Running segments, by device and chat. */
  open: Map<string, TimeSegment>;
  restarts: { device: number; server: number };
}

function write(run: Run, device: SceneDevice, row: DeviceRow): void {
  const before = run.written.get(row.id);
  const joined =
    before?.type === 'timeSegment' && row.type === 'timeSegment' ? joinSegments(before, row) : row;
  run.written.set(row.id, joined);
  device.write(joined);
}

/** One thing an advisor or a timer does. */
function act(run: Run, device: SceneDevice, round: number): void {
  const chat = CHATS[Math.floor(run.random() * CHATS.length)]!;
  const key = `${device.id}:${chat.id}`;
  const atMs = scene!.scheduler.nowMs();
  const kind = run.random();
  const running = run.open.get(key);
  if (kind < 0.3) {
    const text = `round ${round} of seed ${run.seed}`;
    const id = `${device.id}-m${round}`;
    write(run, device, {
      type: 'message',
      id,
      chatId: chat.id,
      from: 'advisor',
      deviceId: device.id,
      text,
      atMs,
    });
  } else if (running === undefined) {
    const segment: TimeSegment = {
      type: 'timeSegment',
      id: `${device.id}-s${round}`,
      chatId: chat.id,
      deviceId: device.id,
      bootId: `boot-of-${device.id}`,
      knownSeq: 0,
      startedAtMonoMs: atMs - device.bootedAtMs,
      startedAtMs: atMs,
      elapsedMs: 0,
      closed: false,
      source: 'timer',
      funding: 'funded',
    };
    run.open.set(key, segment);
    write(run, device, segment);
  } else {
    const isClosing = kind > 0.7;
    const elapsedMs = atMs - device.bootedAtMs - running.startedAtMonoMs;
    write(run, device, {
      ...running,
      elapsedMs,
      closed: isClosing,
      ...(isClosing ? { closeReason: 'paused' } : {}),
    });
    if (isClosing) run.open.delete(key);
    if (isClosing && kind > 0.85)
      write(run, device, {
        type: 'stopMark',
        id: `${device.id}-x${round}`,
        chatId: chat.id,
        deviceId: device.id,
        bootId: running.bootId,
        knownSeq: 0,
        atMonoMs: atMs - device.bootedAtMs,
        atMs,
      });
  }
}

async function disturb(run: Run, device: SceneDevice): Promise<void> {
  if (run.random() < 0.15) {
    device.network.isOnline = !device.network.isOnline;
    device.network.cutStreams();
  }
  if (run.random() < 0.15) {
    await device.stop();
    await device.start();
    run.restarts.device += 1;
  }
  if (run.random() < 0.08) {
    await scene!.server.restart();
    run.restarts.server += 1;
  }
}

async function passTime(ms: number): Promise<void> {
  const untilMs = scene!.scheduler.nowMs() + ms;
  await scene!.until('time passes', () => scene!.scheduler.nowMs() >= untilMs);
}

async function playSeed(seed: number): Promise<Run> {
  scene = await createSyncScene(seed, copies);
  for (const chat of CHATS) {
    await scene.server.platform.put('users', chat.userId, { name: chat.userId });
    await scene.server.platform.put('chats', chat.id, { userId: chat.userId, advisorId: scene.advisor.id });
  }
  const random = seededRandom(seed);
  const devices = [await scene.addDevice('A'), await scene.addDevice('B')];
  const run: Run = {
    seed,
    random,
    devices,
    written: new Map(),
    open: new Map(),
    restarts: { device: 0, server: 0 },
  };
  for (const device of devices) {
    await device.anchor();
    device.network.faults = {
      dropRequest: 0.15,
      duplicateRequest: 0.2,
      loseReply: 0.2,
      cutStream: 0.1,
      repeatPage: 0.2,
      losePage: 0.1,
      lateCopy: 0.2,
      delayMs: 300,
      delayReplyMs: 300,
      pageRows: 12,
    };
    await device.start();
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const device = devices[Math.floor(random() * 2)]!;
    act(run, device, round);
    await disturb(run, device);
    await passTime(Math.floor(random() * 900));
  }
  for (const device of devices) {
    device.network.isOnline = true;
    for (const [key, segment] of run.open) {
      if (!key.startsWith(`${device.id}:`)) continue;
      const elapsedMs = scene.scheduler.nowMs() - device.bootedAtMs - segment.startedAtMonoMs;
      write(run, device, { ...segment, elapsedMs, closed: true, closeReason: 'quit' });
    }
  }
  return run;
}

/** Everything the devices wrote is at the server and on every device, once, and everybody holds the same. */
async function expectSameEverywhere(run: Run): Promise<void> {
  const { devices, written } = run;
  await scene!.until('both outboxes are empty', () => devices.every((device) => device.outbox.size === 0));
  await passTime(10_000); // Late copies are over; what a silent device left open was swept.
  const rows = await pullAllRows(scene!.advisor.client);
  const high = rows.at(-1)!.seq;
  await scene!.until('both devices have applied all', () =>
    devices.every((device) => device.app!.replicator.readStatus().appliedSeq >= high),
  );

  const keys = rows.map(({ row }) => `${row.type}:${row.id}`);
  expect(new Set(keys).size).toBe(keys.length);
  const byId = new Map(rows.map((one) => [`${one.row.type}:${one.row.id}`, one]));
  const ours = rows.filter(({ row }) => ['message', 'timeSegment', 'stopMark'].includes(row.type));
  expect(new Set(ours.map(({ row }) => row.id))).toEqual(new Set(written.keys()));
  const hasher = createReplicaHasher();
  for (const { seq, row } of rows) hasher.add(row.type, seq);
  for (const device of devices) {
    expect(device.refused).toEqual([]);
    for (const row of written.values()) {
      const { seq, row: stored } = byId.get(`${row.type}:${row.id}`)!;
      expect(stored).toMatchObject(row);
      const document = await device
        .app!.database.collections[COLLECTION_OF_ROW[row.type]].findOne(row.id)
        .exec();
      expect(document?.toJSON()).toMatchObject({ ...row, seq });
    }
    for (const { seq, row } of rows) {
      if (!isPulledRow(row) || row.type === 'user') continue;
      const document = await device
        .app!.database.collections[COLLECTION_OF_ROW[row.type]].findOne(row.id)
        .exec();
      expect(document?.toJSON(), `${row.type} ${row.id}`).toMatchObject({ ...row, seq });
    }
    expect(await readReplicaHash(device.app!.database, high, breathe)).toEqual(hasher.read());
  }
  const totals = newestById(ofType(rows, 'recordTotals'));
  const marked = new Set(ofType(rows, 'stopMark').map((mark) => mark.chatId));
  for (const [chatId, ms] of admittedUnionMs(rows))
    if (!marked.has(chatId)) expect([chatId, totals.get(chatId)?.trackedMs]).toEqual([chatId, ms]);
}

/** The product's own check of the replica against the hash that the server states with a page. */
async function expectChecked(run: Run): Promise<void> {
  for (const device of run.devices) device.network.faults = { ...device.network.faults, losePage: 0 };
  await scene!.hurry(UNTIL_CHECKED_MS);
  await scene!.until('both replicas are checked', () =>
    run.devices.every((device) => device.app!.replicator.readStatus().checkedSeq > 0),
  );
  for (const device of run.devices) expect(device.app!.replicator.readStatus().differingTypes).toEqual([]);
}

const groups = Array.from({ length: SEEDS / SEEDS_OF_A_TEST }, (_, group) =>
  Array.from({ length: SEEDS_OF_A_TEST }, (_unused, n) => 101 + group * SEEDS_OF_A_TEST + n),
);

test.each(groups.map((seeds) => ({ seeds, from: seeds[0]!, to: seeds.at(-1)! })))(
  'every row is at the server and on both devices once, and all replicas are equal (seeds $from to $to)',
  { timeout: 120_000 },
  async ({ seeds }) => {
    const happened: Record<string, number> = {};
    const note = (name: string, times: number) => (happened[name] = (happened[name] ?? 0) + times);
    for (const seed of seeds) {
      try {
        const run = await playSeed(seed);
        await expectSameEverywhere(run);
        if (seed % 2 === 0) await expectChecked(run);
        for (const { network } of run.devices)
          for (const [name, times] of Object.entries(network.happened)) note(name, times);
        note('device restarts', run.restarts.device);
        note('server restarts', run.restarts.server);
        await scene!.stop();
        scene = undefined;
      } catch (cause) {
        throw new Error(`seed ${seed}: ${(cause as Error).message}`, { cause });
      }
    }
    const faults = [
      'dropRequest',
      'duplicateRequest',
      'loseReply',
      'cutStream',
      'repeatPage',
      'losePage',
      'lateCopy',
    ];
    for (const name of [...faults, 'device restarts', 'server restarts'])
      expect([name, happened[name] ?? 0]).not.toEqual([name, 0]);
  },
);
