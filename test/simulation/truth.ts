/** What really happened, as only the simulation knows: when segments ran, what was called saved, what a crash took. */
import { joinRows, rowKey } from '../../shared/outbox.ts';
import type { ChatEnd, DeviceRow, StopMark } from '../../shared/rows.ts';

export interface TrueSegment {
  id: string;
  chatId: string;
  deviceId: string;
  bootId: string;
  startedAtMonoMs: number;
  /** True instants, ms. */
  startMs: number;
  /** The last instant at which it may have run. */
  endMs: number;
  sleeps: { fromMs: number; toMs: number }[];
}

export interface TrueMark {
  row: StopMark | ChatEnd;
  atMs: number;
}

export interface Loss {
  device: string;
  segmentId: string;
  lostMs: number;
}

export interface Truth {
  segments: Map<string, TrueSegment>;
  marks: Map<string, TrueMark>;
  /** By key: every row any device called saved, its copies joined. */
  saved: Map<string, DeviceRow>;
  /** Rows that only lay on a disk that was put back to an older state. */
  forgotten: Set<string>;
  losses: Loss[];
  /** Rows a device is about to save: they began when its clock says so, which only here is known for certain. */
  began(
    rows: readonly DeviceRow[],
    trueMsOf: (monoMs: number) => number,
    sleeps: TrueSegment['sleeps'],
  ): void;
  noteSaved(rows: readonly DeviceRow[], nowMs: number): void;
  /** The segment still ran at this instant. */
  ranUntil(segmentId: string, nowMs: number): void;
}

export function createTruth(): Truth {
  const truth: Truth = {
    segments: new Map(),
    marks: new Map(),
    saved: new Map(),
    forgotten: new Set(),
    losses: [],
    began(rows, trueMsOf, sleeps) {
      for (const row of rows) {
        if ((row.type === 'stopMark' || row.type === 'chatEnd') && !truth.marks.has(row.id))
          truth.marks.set(row.id, { row, atMs: trueMsOf(row.atMonoMs ?? 0) });
        if (row.type !== 'timeSegment' || row.source === 'manual' || truth.segments.has(row.id)) continue;
        const startMs = trueMsOf(row.startedAtMonoMs);
        truth.segments.set(row.id, {
          ...{ id: row.id, chatId: row.chatId, deviceId: row.deviceId, bootId: row.bootId },
          ...{ startedAtMonoMs: row.startedAtMonoMs, sleeps, startMs, endMs: startMs },
        });
      }
    },
    noteSaved(rows, nowMs) {
      for (const row of rows) {
        const key = rowKey(row);
        const known = truth.saved.get(key);
        truth.saved.set(key, known === undefined ? row : joinRows(known, row));
        if (row.type === 'timeSegment' && row.closeReason !== 'crashed') truth.ranUntil(row.id, nowMs);
      }
    },
    ranUntil(segmentId, nowMs) {
      const segment = truth.segments.get(segmentId);
      if (segment !== undefined) segment.endMs = Math.max(segment.endMs, nowMs);
    },
  };
  return truth;
}

/** Sleep shorter than this may count: no tick gap tells it from a slow computer (two beats), ms. */
const UNNOTICED_SLEEP_MS = 10_000;

/** How long the segment can have run at most, ms of true time, sleep aside. */
export function trueElapsedMs(segment: TrueSegment): number {
  let elapsedMs = segment.endMs - segment.startMs;
  for (const { fromMs, toMs } of segment.sleeps) {
    const from = Math.max(fromMs, segment.startMs);
    const to = Math.min(toMs, segment.endMs);
    if (toMs - fromMs > UNNOTICED_SLEEP_MS && to > from) elapsedMs -= to - from;
  }
  return elapsedMs;
}
