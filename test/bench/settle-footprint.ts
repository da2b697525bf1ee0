/**
 * What an hour of running chats leaves in the database. The core in this process, on a libsql file, with a clock that is
 * moved: 20 devices with 10 running chats each beat as devices do; every figure is given for 200 devices, ten times that.
 * A second run with half as many beats must leave the same ledger: beats post nothing.
 */
import { sql } from 'kysely';
import type { Row, TimeSegment } from '../../shared/rows.ts';
import { BEAT_MS } from '../../shared/wire.ts';
import {
  chat,
  createDevice,
  createScene,
  memberActor,
  SERVER,
  type CoreScene,
  type SceneDevice,
} from '../support/core-scene.ts';
import { rounded, type BenchResult } from './figures.ts';

const DEVICES = 20;
const SCALED_TO = 200;
const CHATS = 10;
const HOUR_MS = 3_600_000;
const PUSH_EVERY_MS = 5 * 60_000;

interface Worker {
  device: SceneDevice;
  open: { segment: TimeSegment; userId: string }[];
}

interface Footprint {
  rows: Record<string, number>;
  ledgerEntries: number;
  bytes: number;
  beats: number;
  msOfWork: number;
}

async function hire(scene: CoreScene, n: number): Promise<Worker> {
  const advisorId = `advisor-${n}`;
  const userIds = Array.from({ length: CHATS }, (_, c) => `user-${n}-${c}`);
  const rows: Row[] = [
    { type: 'advisor', id: advisorId, name: advisorId },
    { type: 'rateChange', id: `rate-${n}`, advisorId, ratePerMinuteMinor: 200, atMs: 0 },
  ];
  for (const userId of userIds) {
    rows.push({ type: 'user', id: userId, name: userId });
    rows.push({ type: 'topUp', id: `top-up-${userId}`, userId, amountMinor: 1_000_000, atMs: 0 });
    rows.push({ type: 'freeTimeGrant', id: `grant-${userId}`, userId, advisorId, ms: 600_000, atMs: 0 });
    rows.push(chat(`chat-of-${userId}`, userId, advisorId, scene.clock.ms));
  }
  await scene.core.write(SERVER, rows);
  const device = createDevice(scene, memberActor(advisorId), 'boot-1', scene.clock.ms - 1_000);
  await device.anchor();
  const open = userIds.map((userId) => ({
    userId,
    segment: device.segment(`segment-of-${userId}`, `chat-of-${userId}`, {
      ...{ agoMs: 0, elapsedMs: 0, closed: false },
    }),
  }));
  return { device, open };
}

const grown = ({ device, open }: Worker) =>
  open.map(({ segment }) => ({ ...segment, elapsedMs: device.monoNow() - segment.startedAtMonoMs }));

async function measure(
  scene: CoreScene,
): Promise<{ rows: Record<string, number>; entries: number; bytes: number }> {
  const { rowsByType } = await scene.core.status();
  const { db } = scene.storage;
  await sql`pragma wal_checkpoint(truncate)`.execute(db);
  const pages = await sql<{ page_count: number }>`pragma page_count`.execute(db);
  const size = await sql<{ page_size: number }>`pragma page_size`.execute(db);
  const entries = await db
    .selectFrom('ledger_entry')
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  const bytes = (pages.rows[0]?.page_count ?? 0) * (size.rows[0]?.page_size ?? 0);
  return { rows: rowsByType, entries: Number(entries.n), bytes };
}

/** One hour of all chats, then all of them are closed. */
async function workAnHour(beatMs: number): Promise<Footprint> {
  const scene = await createScene();
  try {
    const workers: Worker[] = [];
    for (let n = 0; n < DEVICES; n += 1) workers.push(await hire(scene, n));
    const before = await measure(scene);
    const from = performance.now();
    let beats = 0;
    for (const worker of workers) await worker.device.push(...grown(worker));
    for (let atMs = beatMs; atMs <= HOUR_MS; atMs += beatMs) {
      scene.clock.advance(beatMs);
      for (const worker of workers) {
        const running = grown(worker).map(({ id, chatId, elapsedMs }) => ({
          segmentId: id,
          chatId,
          elapsedMs,
        }));
        await worker.device.beat(running, worker.open.map(({ userId }) => userId)); // prettier-ignore
        beats += 1;
        if (atMs % PUSH_EVERY_MS === 0 && atMs < HOUR_MS) await worker.device.push(...grown(worker));
      }
      await scene.core.sweep();
      if (atMs % (10 * 60_000) === 0)
        process.stderr.write(`footprint, a beat every ${beatMs / 1000} s: ${atMs / 60_000} of 60 min\n`);
    }
    for (const worker of workers)
      await worker.device.push(
        ...grown(worker).map((segment) => ({ ...segment, closed: true, closeReason: 'paused' })),
      );
    const msOfWork = performance.now() - from;
    const after = await measure(scene);
    const types = Object.keys(after.rows);
    return {
      rows: Object.fromEntries(types.map((type) => [type, after.rows[type]! - (before.rows[type] ?? 0)])),
      ledgerEntries: after.entries - before.entries,
      bytes: after.bytes - before.bytes,
      beats,
      msOfWork,
    };
  } finally {
    await scene.stop();
  }
}

export async function benchFootprint(): Promise<BenchResult> {
  const usual = await workAnHour(BEAT_MS);
  const fewer = await workAnHour(2 * BEAT_MS);
  const times = SCALED_TO / DEVICES;
  const rows = Object.fromEntries(
    Object.entries(usual.rows)
      .filter(([, count]) => count > 0)
      .map(([type, count]) => [type, count * times]),
  );
  const line = {
    figure: 'footprint',
    how: `core in process on a libsql file; ${DEVICES} devices simulated, figures times ${times}`,
    devices: SCALED_TO,
    chatsOfADevice: CHATS,
    hours: 1,
    beats: usual.beats * times,
    rowsLeft: rows,
    ledgerEntries: usual.ledgerEntries * times,
    ledgerEntriesWithHalfTheBeats: fewer.ledgerEntries * times,
    megabytes: rounded((usual.bytes * times) / 1_048_576),
    bytesOfAChatHour: Math.round(usual.bytes / (DEVICES * CHATS)),
    coreMsOfABeat: rounded(usual.msOfWork / usual.beats, 2),
  };
  const missedAims =
    usual.ledgerEntries === fewer.ledgerEntries
      ? []
      : [
          `twice the beats leave ${usual.ledgerEntries} ledger entries, not ${fewer.ledgerEntries}: beats grow the ledger`,
        ];
  return { lines: [line], missedAims };
}
