/** Rules of the outbox: what an answer of the server covers, how copies of a row grow together (DOMAIN.md, "Outbox"). */
import type { DeviceRow } from './rows.ts';
import { joinSegments } from './segment-join.ts';
import type { PushAnswer } from './wire.ts';

export function rowKey(row: { type: string; id: string }): string {
  return `${row.type}:${row.id}`;
}

/** A newer copy of a row joined into the one held: segments grow, of all else the first stands. */
export function joinRows(held: DeviceRow, copy: DeviceRow): DeviceRow {
  return held.type === 'timeSegment' && copy.type === 'timeSegment' ? joinSegments(held, copy) : held;
}

/**
 * Does the answer cover what the outbox holds, so that it may be dropped? A segment's answer must name a length and a
 * closing at least as far as the row's: an answer without them, or to an older copy, covers nothing.
 */
export function isCovered(row: DeviceRow, answer: PushAnswer): boolean {
  if (answer.verdict !== 'stored' || answer.id !== row.id || answer.type !== row.type) return false;
  return isCoveredTo(row, answer.elapsedMs, answer.closed);
}

/** Does a server copy of this length (ms) and closing cover the row? Rows other than segments never grow. */
export function isCoveredTo(
  row: DeviceRow,
  elapsedMs: number | undefined,
  closed: boolean | undefined,
): boolean {
  if (row.type !== 'timeSegment') return true;
  return elapsedMs !== undefined && elapsedMs >= row.elapsedMs && (!row.closed || closed === true);
}
