/**
 * One device: main's outbox in a few lines (journal order, drops only what an answer covers), the local database on a
 * disk that survives restarts, the replicator, and the time tracking of its windows.
 */
import type { IDBFactory } from 'fake-indexeddb';
import { createOutboxPages } from '../../electron/outbox/outbox-pages.ts';
import type { Api } from '../../renderer/api.ts';
import type { LocalDatabase, OpenedDatabase } from '../../renderer/database/local-database.ts';
import { openDatabase } from '../../renderer/database/local-database.ts';
import { createTimeTracking, type TimeTracking } from '../../renderer/records/time-tracking.ts';
import { createReplicator, type Replicator } from '../../renderer/replication/replicator.ts';
import type { Fetch } from '../../renderer/replication/sync-requests.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import { isCovered } from '../../shared/outbox.ts';
import type { DeviceRow, UserProjection } from '../../shared/rows.ts';
import type { PushAnswer } from '../../shared/wire.ts';
import { createDisk, loadFreshRxdb, type FreshRxdb } from './fresh-rxdb.ts';
import { memoryGenerations } from './memory-generations.ts';
import type { VirtualScheduler } from './virtual-scheduler.ts';

export interface TestDevice {
  id: string;
  memberId: string;
  outbox: Map<string, DeviceRow>;
  refused: { row: DeviceRow; code: ErrorCode; atMs: number }[];
  /** What main was told. */
  heard: {
    answers: PushAnswer[];
    projections: UserProjection[];
    policy: 'stop' | 'run' | null;
    reports: { appliedSeq: number; phase: string; code?: ErrorCode }[];
  };
  disk: IDBFactory;
  generations: ReturnType<typeof memoryGenerations>;
  /** Of the running app. */
  app: RunningApp | null;
  /** Starts the app (opens the database, starts the replicator). */
  start(): Promise<RunningApp>;
  stop(): Promise<void>;
  /** Journals a row, as a timer or a window does, and tells the replicator. */
  write(row: DeviceRow): void;
  retryRefused(id: string): void;
}

export interface RunningApp {
  database: LocalDatabase;
  setAside: OpenedDatabase['setAside'];
  replicator: Replicator;
  tracking: TimeTracking;
  api: Api;
}

export interface TestDeviceDeps {
  id: string;
  memberId: string;
  fetch: Fetch;
  scheduler: VirtualScheduler;
  random(): number;
  /** A copy of RxDB that no other running device uses; loading one takes long. */
  rxdb?: FreshRxdb;
}

export function createTestDevice(deps: TestDeviceDeps): TestDevice {
  const { id, memberId, fetch, scheduler, random, rxdb = loadFreshRxdb() } = deps;
  const listeners = new Set<(payload: { rows: DeviceRow[] }) => void>();
  let written = 0;
  const device: TestDevice = {
    id,
    memberId,
    outbox: new Map(),
    refused: [],
    heard: { answers: [], projections: [], policy: null, reports: [] },
    disk: createDisk(),
    generations: memoryGenerations(),
    app: null,
    start,
    async stop() {
      const { app } = device;
      device.app = null;
      listeners.clear();
      await app?.replicator.stop();
      await app?.database.close();
    },
    write(row) {
      device.outbox.set(`${row.type}:${row.id}`, row);
      announce([row]);
    },
    retryRefused(rowId) {
      const index = device.refused.findIndex(({ row }) => row.id === rowId);
      const [entry] = device.refused.splice(index, 1);
      device.write(entry!.row);
    },
  };

  function announce(rows: DeviceRow[]): void {
    for (const listener of [...listeners]) listener({ rows });
  }

  function acknowledge(answers: PushAnswer[]): void {
    device.heard.answers.push(...answers);
    for (const answer of answers) {
      const key = `${answer.type}:${answer.id}`;
      const row = device.outbox.get(key);
      if (row === undefined) continue;
      if (answer.verdict === 'refused') {
        device.outbox.delete(key);
        device.refused.push({ row, code: answer.code, atMs: scheduler.nowMs() });
      } else if (isCovered(row, answer)) {
        device.outbox.delete(key);
      }
    }
  }

  function writeRow(row: { type: string } & Record<string, unknown>): DeviceRow {
    const atMs = scheduler.nowMs();
    const made = { id: `${id}-${written++}`, deviceId: id, atMs };
    const extra = row.type === 'message' ? { ...made, from: 'advisor' } : row.type === 'note' ? made : {};
    const whole = { ...row, ...extra } as unknown as DeviceRow;
    device.write(whole);
    return whole;
  }

  const readPage = createOutboxPages(() => [...device.outbox.values()]);
  const handlers: Record<string, (input: never) => unknown> = {
    readOutbox: ({ from }: { from: number }) => readPage(from),
    readRefusedRows: () => ({ rows: device.refused }),
    acknowledgePush: ({ answers }: { answers: PushAnswer[] }) => acknowledge(answers),
    reportReplication: (report: TestDevice['heard']['reports'][number]) =>
      void device.heard.reports.push(report),
    projectionsPulled: ({ projections }: { projections: UserProjection[] }) =>
      void device.heard.projections.push(...projections),
    policiesPulled: ({ previousChatInPair }: { previousChatInPair: 'stop' | 'run' }) =>
      void (device.heard.policy = previousChatInPair),
    writeRow: ({ row }: { row: { type: string } }) => ({ row: writeRow(row) }),
  };
  const api: Api = {
    call: async (name, input) => structuredClone(handlers[name]!(input as never)) as never,
    on(_name, listener) {
      listeners.add(listener as never);
      return () => void listeners.delete(listener as never);
    },
  };

  async function start(): Promise<RunningApp> {
    const { database, setAside } = await openDatabase(`d-${id}`, {
      mayRebuild: true,
      generations: device.generations,
      storage: rxdb.storageOn(device.disk),
      create: rxdb.create,
      multiInstance: false,
      discard: () => Promise.resolve(),
    });
    const breathe = () => new Promise<void>((resolve) => setImmediate(resolve));
    const replicator = createReplicator({ database, api, fetch, scheduler, random, breathe });
    const tracking = createTimeTracking({ database, api, memberId });
    device.app = { database, setAside, replicator, tracking, api };
    return device.app;
  }

  return device;
}
