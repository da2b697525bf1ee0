/** The server's core on a database of its own with a clock that moves by hand, and devices that speak to it directly. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Chat, DeviceRow, Row, RowType, TimeSegment } from '../../shared/rows.ts';
import type { BeatResponse, PushAnswer, Role } from '../../shared/wire.ts';
import { createSyncCore, type SyncCoreDeps } from '../../sync-server/core/sync-core.ts';
import type { Actor, SyncCore } from '../../sync-server/ports.ts';
import { openStorage, type Storage } from '../../sync-server/storage/storage.ts';

export const T0 = 1_800_000_000_000;
export const SERVER: Actor = { kind: 'server' };
export const PLATFORM: Actor = { kind: 'platform', keyId: 'key-1' };

export interface SceneClock {
  ms: number;
  advance(ms: number): void;
}

export interface CoreScene {
  core: SyncCore;
  storage: Storage;
  clock: SceneClock;
  /** A process of its own on the same database, as after a restart. */
  restart(): Promise<CoreScene>;
  stop(): Promise<void>;
}

export type MemberActor = Extract<Actor, { kind: 'member' }>;

export function memberActor(
  memberId: string,
  deviceId = `device-of-${memberId}`,
  role: Role = 'advisor',
): MemberActor {
  return {
    kind: 'member',
    memberId,
    role,
    deviceId,
    deviceName: `Laptop ${deviceId}`,
    isDeviceRevoked: false,
  };
}

/** `open` opens the database; by default a new libsql file that goes with the scene. `parts` replace the core's own. */
export async function createScene(
  open?: () => Promise<Storage>,
  startMs = T0,
  parts: Partial<SyncCoreDeps> = {},
): Promise<CoreScene> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-core-'));
  const openDatabase = open ?? (() => openStorage({ file: path.join(folder, 'core.db') }));
  const clock: SceneClock = { ms: startMs, advance: (ms) => void (clock.ms += ms) };
  const scene = await sceneOn(await openDatabase(), clock, openDatabase, parts);
  return {
    ...scene,
    async stop() {
      await scene.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function sceneOn(
  storage: Storage,
  clock: SceneClock,
  open: () => Promise<Storage>,
  parts: Partial<SyncCoreDeps>,
): Promise<CoreScene> {
  const core = await createSyncCore({
    ...parts,
    storage,
    clock: { nowMs: () => clock.ms },
    schedule: () => ({ stop: () => undefined }),
  });
  const stop = async (): Promise<void> => {
    await core.close();
    await storage.close();
  };
  return {
    core,
    storage,
    clock,
    stop,
    async restart() {
      await stop();
      return sceneOn(await open(), clock, open, parts);
    },
  };
}

/** Advisors lea and max; users emma (10 min free with lea, 100.00 credits) and finn; rate 200 a minute. */
export async function seed(core: SyncCore, atMs = T0): Promise<void> {
  await core.write(SERVER, [
    { type: 'advisor', id: 'lea', name: 'Lea' },
    { type: 'advisor', id: 'max', name: 'Max' },
    { type: 'user', id: 'emma', name: 'Emma' },
    { type: 'user', id: 'finn', name: 'Finn' },
    { type: 'rateChange', id: 'rate-lea', advisorId: 'lea', ratePerMinuteMinor: 200, atMs: 0 },
    { type: 'rateChange', id: 'rate-max', advisorId: 'max', ratePerMinuteMinor: 100, atMs: 0 },
    { type: 'topUp', id: 'topup-emma', userId: 'emma', amountMinor: 10_000, atMs },
    { type: 'freeTimeGrant', id: 'grant-emma', userId: 'emma', advisorId: 'lea', ms: 600_000, atMs: 0 },
    chat('chat-1', 'emma', 'lea', atMs),
    chat('chat-2', 'emma', 'lea', atMs),
    chat('chat-max', 'emma', 'max', atMs),
  ]);
}

export function chat(id: string, userId: string, advisorId: string, openedAtMs = T0): Chat {
  return { type: 'chat', id, userId, advisorId, openedAtMs };
}

/** A device whose monotonic clock is the server's minus `bootedAtMs`. */
export interface SceneDevice {
  actor: MemberActor;
  bootId: string;
  monoNow(): number;
  push(...rows: unknown[]): Promise<PushAnswer[]>;
  /** Two beats with a round trip of nothing: the boot has an anchor. */
  anchor(): Promise<BeatResponse>;
  beat(
    running?: { segmentId: string; chatId: string; elapsedMs: number }[],
    userIds?: string[],
    closed?: { segmentId: string; chatId: string; elapsedMs: number }[],
  ): Promise<BeatResponse>;
  /** A segment that started `agoMs` ago; closed unless said otherwise. */
  segment(id: string, chatId: string, given?: Partial<TimeSegment> & { agoMs?: number }): TimeSegment;
  stopMark(id: string, chatId: string, agoMs?: number): Extract<DeviceRow, { type: 'stopMark' }>;
  chatEnd(id: string, chatId: string, agoMs?: number): Extract<DeviceRow, { type: 'chatEnd' }>;
}

export function createDevice(
  scene: CoreScene,
  actor: MemberActor,
  bootId = 'boot-1',
  bootedAtMs = T0 - 10_000_000,
): SceneDevice {
  const { core, clock } = scene;
  const monoNow = (): number => clock.ms - bootedAtMs;
  const instant = (agoMs: number) => ({
    deviceId: actor.deviceId,
    bootId,
    knownSeq: 0,
    atMonoMs: monoNow() - agoMs,
    atMs: clock.ms - agoMs,
  });
  const device: SceneDevice = {
    actor,
    bootId,
    monoNow,
    push: (...rows) => core.push(actor, rows),
    async anchor() {
      const first = await core.beat(actor, { bootId, sentAtMonoMs: monoNow(), running: [], userIds: [] });
      const echo = { exchangeId: first.exchangeId, sentAtMonoMs: monoNow(), receivedAtMonoMs: monoNow() };
      return core.beat(actor, { bootId, sentAtMonoMs: monoNow(), echo, running: [], userIds: [] });
    },
    beat: (running = [], userIds = [], closed = []) =>
      core.beat(actor, { bootId, sentAtMonoMs: monoNow(), running, userIds, closed }),
    segment(id, chatId, { agoMs = 60_000, ...given } = {}) {
      return {
        type: 'timeSegment',
        id,
        chatId,
        ...{
          deviceId: actor.deviceId,
          bootId,
          knownSeq: 0,
          startedAtMonoMs: monoNow() - agoMs,
          startedAtMs: clock.ms - agoMs,
        },
        ...{ elapsedMs: agoMs, closed: true, source: 'timer', funding: 'funded' },
        ...given,
      };
    },
    stopMark: (id, chatId, agoMs = 0) => ({ type: 'stopMark', id, chatId, ...instant(agoMs) }),
    chatEnd: (id, chatId, agoMs = 0) => ({ type: 'chatEnd', id, chatId, ...instant(agoMs) }),
  };
  return device;
}

/** One row as the server itself sees it; fails when it is not there. */
export async function rowOf<T extends RowType>(
  core: SyncCore,
  type: T,
  id: string,
): Promise<Extract<Row, { type: T }>> {
  const row = await core.find(SERVER, type, id);
  if (row === undefined) throw new Error(`There is no ${type} ${id}`);
  return row as Extract<Row, { type: T }>;
}

export const admissionOf = (core: SyncCore, segmentId: string) =>
  rowOf(core, 'segmentAdmission', `admission:${segmentId}`);
export const markAdmissionOf = (core: SyncCore, markId: string) =>
  rowOf(core, 'markAdmission', `admission:${markId}`);
export const totalsOf = (core: SyncCore, chatId: string) => rowOf(core, 'recordTotals', chatId);
export const projectionOf = (core: SyncCore, advisorId: string, userId: string) =>
  rowOf(core, 'userProjection', `${advisorId}:${userId}`);

/** Everything the actor may see, page by page; fails on a hole. */
export async function pullAll(
  core: SyncCore,
  actor: Actor,
  fromSeq = 0,
  limit = 1000,
): Promise<{ rows: Row[]; seqs: number[]; toSeq: number }> {
  const rows: Row[] = [];
  const seqs: number[] = [];
  let toSeq = fromSeq;
  for (;;) {
    const page = await core.pull(actor, toSeq, limit);
    if (page.fromSeq !== toSeq) throw new Error(`A page from ${page.fromSeq} does not follow ${toSeq}`);
    rows.push(...page.rows.map((one) => one.row));
    seqs.push(...page.rows.map((one) => one.seq));
    toSeq = page.toSeq;
    if (!page.hasMore) return { rows, seqs, toSeq };
  }
}
