/** What the journal's lines amount to. Pure: a line in, the next state; the same at run time and when read again. */
import { assertNever } from '../../shared/errors.ts';
import type { RefusedRow } from '../../shared/queue.ts';
import { isCoveredTo, joinRows, rowKey } from '../../shared/outbox.ts';
import type { ChatEnd, DeviceRow, TimeSegment } from '../../shared/rows.ts';
import { OUTBOX_LINE_VERSION, type OutboxLine } from './outbox-lines.ts';

export interface OutboxState {
  /** Rows the server has not covered, in the order they were first written. */
  waiting: Map<string, DeviceRow>;
  refused: Map<string, RefusedRow>;
  /** Open segments by id, also those whose first copy is covered: a crash closes them at their last beat. */
  open: Map<string, TimeSegment>;
  heldEnds: Map<string, ChatEnd>;
}

export function emptyOutboxState(): OutboxState {
  return { waiting: new Map(), refused: new Map(), open: new Map(), heldEnds: new Map() };
}

/** Applies one line in place. */
export function applyOutboxLine(state: OutboxState, line: OutboxLine): void {
  switch (line.kind) {
    case 'row':
      return applyRow(state, line.row);
    case 'beat':
      for (const [segmentId, elapsedMs] of line.running) growSegment(state, segmentId, elapsedMs);
      return;
    case 'covered': {
      const row = state.waiting.get(line.key);
      // The row may have grown while the answer was under way: what was not sent is not covered.
      if (row !== undefined && isCoveredTo(row, line.elapsedMs, line.closed)) state.waiting.delete(line.key);
      return;
    }
    case 'refused': {
      const row = state.waiting.get(line.key);
      if (row === undefined) return;
      state.waiting.delete(line.key);
      state.refused.set(line.key, { row, code: line.code, atMs: line.atMs });
      return;
    }
    case 'retried': {
      const refused = state.refused.get(line.key);
      if (refused === undefined) return;
      state.refused.delete(line.key);
      state.waiting.set(line.key, refused.row);
      return;
    }
    case 'heldEnd':
      state.heldEnds.set(line.row.chatId, line.row);
      return;
    case 'droppedEnd':
      state.heldEnds.delete(line.chatId);
      return;
    default:
      assertNever(line);
  }
}

function applyRow(state: OutboxState, row: DeviceRow): void {
  const key = rowKey(row);
  // Copies of an open segment join what was known of it, also after its first copy is covered.
  const known = state.waiting.get(key) ?? (row.type === 'timeSegment' ? state.open.get(row.id) : undefined);
  const joined = known === undefined ? row : joinRows(known, row);
  state.waiting.set(key, joined);
  if (row.type === 'chatEnd') state.heldEnds.delete(row.chatId);
  if (joined.type !== 'timeSegment') return;
  if (joined.closed) state.open.delete(joined.id);
  else state.open.set(joined.id, joined);
}

function growSegment(state: OutboxState, segmentId: string, elapsedMs: number): void {
  const segment = state.open.get(segmentId);
  if (segment !== undefined && elapsedMs > segment.elapsedMs)
    state.open.set(segmentId, { ...segment, elapsedMs });
}

/** The lines that amount to this state: what compaction writes. */
export function linesOf(state: OutboxState): OutboxLine[] {
  const v = OUTBOX_LINE_VERSION;
  const lines: OutboxLine[] = [];
  for (const row of state.waiting.values()) if (!state.open.has(row.id)) lines.push({ v, kind: 'row', row });
  for (const segment of state.open.values()) {
    lines.push({ v, kind: 'row', row: state.waiting.get(rowKey(segment)) ?? segment });
    lines.push({ v, kind: 'beat', running: [[segment.id, segment.elapsedMs]] });
    if (!state.waiting.has(rowKey(segment)))
      lines.push({ v, kind: 'covered', key: rowKey(segment), elapsedMs: segment.elapsedMs, closed: false });
  }
  for (const [key, { row, code, atMs }] of state.refused)
    lines.push({ v, kind: 'row', row }, { v, kind: 'refused', key, code, atMs });
  for (const row of state.heldEnds.values()) lines.push({ v, kind: 'heldEnd', row });
  return lines;
}
