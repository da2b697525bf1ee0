/**
 * What is to be pushed, in journal order: one entry per row, newer copies of a row waiting coalesced into it.
 * No version that the server answered is pushed again (DOMAIN.md I18), and nothing is called answered that was not sent.
 */
import { isCovered, isCoveredTo, joinRows, rowKey } from '../../shared/outbox.ts';
import type { DeviceRow } from '../../shared/rows.ts';
import type { PushAnswer } from '../../shared/wire.ts';

/** Answered rows remembered so that a late announcement is not pushed again; older ones are with main's outbox gone. */
const ANSWERED_MAX = 20_000;

/** A row the server fails on is tried again after at most so many batches of others. */
const SKIPS_MAX = 8;

interface Entry {
  row: DeviceRow;
  bytes: number;
  /** Not before this many further batches: a row that made the server fail lets the others pass. */
  skips: number;
  failures: number;
  /** Answered pushes of this row that did not cover it. */
  pushes: number;
}

export interface Batch {
  rows: DeviceRow[];
}

export interface AnsweredRow {
  row: DeviceRow;
  answer: PushAnswer;
}

export interface PushQueue {
  /** Adds rows from the outbox; false when none of them is new to the server as far as known. */
  offer(rows: readonly DeviceRow[]): boolean;
  /** Up to `maxRows` rows of `maxBytes` in JSON, in order; at least one if any waits. */
  take(maxRows: number, maxBytes: number): Batch | null;
  /** Matches answers to the rows of the batch; an answer to what was not sent is ignored. Drops nothing. */
  match(batch: Batch, answers: readonly PushAnswer[]): AnsweredRow[];
  /** Lets go of answered rows, except where a longer copy has come meanwhile. */
  drop(matched: readonly AnsweredRow[]): void;
  /** Puts a single row behind the others after the server failed on it. */
  postpone(row: DeviceRow): void;
  waiting(): number;
}

export function createPushQueue(): PushQueue {
  const waiting = new Map<string, Entry>();
  const answered = new Map<string, DeviceRow>();

  function offerOne(row: DeviceRow): boolean {
    const key = rowKey(row);
    const known = answered.get(key);
    if (known !== undefined && covers(known, row)) return false;
    const entry = waiting.get(key);
    if (entry === undefined) {
      waiting.set(key, { row, bytes: bytesOf(row), skips: 0, failures: 0, pushes: 0 });
      return true;
    }
    if (covers(entry.row, row)) return false;
    entry.row = joinRows(entry.row, row);
    entry.bytes = bytesOf(entry.row);
    return true;
  }

  function take(maxRows: number, maxBytes: number): Batch | null {
    const rows: DeviceRow[] = [];
    let bytes = 0;
    for (const entry of waiting.values()) {
      if (entry.skips > 0) {
        entry.skips--;
        continue;
      }
      if (rows.length > 0 && (rows.length >= maxRows || bytes + entry.bytes > maxBytes)) break;
      rows.push(entry.row);
      bytes += entry.bytes;
    }
    return rows.length === 0 ? null : { rows };
  }

  function match(batch: Batch, answers: readonly PushAnswer[]): AnsweredRow[] {
    const sent = new Map(batch.rows.map((row) => [rowKey(row), row]));
    const matched: AnsweredRow[] = [];
    answers.forEach((answer, index) => {
      let row = sent.get(`${answer.type}:${answer.id}`);
      // A row so malformed that the server could not read its id is answered at its place.
      if (row === undefined && answer.verdict === 'refused' && answers.length === batch.rows.length) {
        const atPlace = batch.rows[index]!;
        if (sent.has(rowKey(atPlace))) row = atPlace;
      }
      if (row === undefined) return;
      sent.delete(rowKey(row));
      matched.push({ row, answer: { ...answer, id: row.id, type: row.type } });
    });
    // Unanswered although the batch was: behind the others, or it would be sent again at once and for ever.
    for (const row of sent.values()) postpone(row);
    return matched;
  }

  function drop(matched: readonly AnsweredRow[]): void {
    for (const { row, answer } of matched) {
      const key = rowKey(row);
      const entry = waiting.get(key);
      if (
        answer.verdict === 'stored' &&
        !isCovered(row, answer) &&
        entry !== undefined &&
        entry.pushes === 0
      ) {
        // The server holds less than was sent: once more, behind the others, and then never again.
        entry.pushes++;
        postpone(row);
        continue;
      }
      if (entry !== undefined && covers(row, entry.row)) waiting.delete(key);
      // A refused row that main puts back into the outbox is a wish to try again.
      if (answer.verdict === 'stored') remember(key, row);
    }
  }

  function postpone(row: DeviceRow): void {
    const key = rowKey(row);
    const entry = waiting.get(key);
    if (entry === undefined) return;
    waiting.delete(key);
    entry.failures++;
    entry.skips = Math.min(2 ** entry.failures, SKIPS_MAX);
    waiting.set(key, entry);
  }

  function remember(key: string, row: DeviceRow): void {
    answered.delete(key);
    answered.set(key, row);
    if (answered.size > ANSWERED_MAX) answered.delete(answered.keys().next().value!);
  }

  return {
    offer: (rows) => rows.map(offerOne).some((isNew) => isNew),
    take,
    match,
    drop,
    postpone,
    waiting: () => waiting.size,
  };
}

/** Whether the server, having `sent`, has everything `row` says. */
function covers(sent: DeviceRow, row: DeviceRow): boolean {
  return sent.type !== 'timeSegment' || isCoveredTo(row, sent.elapsedMs, sent.closed);
}

function bytesOf(row: DeviceRow): number {
  return new TextEncoder().encode(JSON.stringify(row)).length + 1;
}
