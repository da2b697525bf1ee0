/**
 * The join of two copies of one document: the only rule by which local copies merge (DOMAIN.md, "Who writes what").
 * Any order and any number of times give the same result; the collections' conflict handler and every write use it.
 */
import { joinSegments } from '../../shared/segment-join.ts';
import type { ChatDocument, RowDocument, TimeSegmentDocument } from './documents.ts';

/**
 * Joins two copies with the same type and id. Segments grow, a chat keeps its earliest end; every other row has one
 * writer and never changes at equal sequence, so the copy with the higher server sequence stands.
 * A mark of refusal falls away as soon as the server has the row.
 */
export function joinDocuments<D extends RowDocument>(a: D, b: D): D {
  const joined = joinContents(a, b);
  if (joined.seq === 0 || joined.refusedCode === undefined) return joined;
  const { refusedCode: _refusedCode, ...rest } = joined;
  return rest as D;
}

function joinContents<D extends RowDocument>(a: D, b: D): D {
  const newer: RowDocument = isNewer(a, b) ? a : b;
  const older: RowDocument = newer === a ? b : a;
  if (newer.type === 'timeSegment' && older.type === 'timeSegment' && isSameSegment(newer, older)) {
    return joinSegments(newer, older) as RowDocument as D;
  }
  if (newer.type === 'chat' && older.type === 'chat') {
    return { ...newer, endedAtMs: earliestEnd(newer, older) } as RowDocument as D;
  }
  return newer as D;
}

/** Another chat, device or start under one id is an idConflict: never merged, the server's copy stands. */
function isSameSegment(a: TimeSegmentDocument, b: TimeSegmentDocument): boolean {
  return a.chatId === b.chatId && a.deviceId === b.deviceId && a.startedAtMonoMs === b.startedAtMonoMs;
}

function earliestEnd(a: ChatDocument, b: ChatDocument): number {
  if (a.endedAtMs === 0) return b.endedAtMs;
  return b.endedAtMs === 0 ? a.endedAtMs : Math.min(a.endedAtMs, b.endedAtMs);
}

function isNewer(a: RowDocument, b: RowDocument): boolean {
  if (a.seq !== b.seq) return a.seq > b.seq;
  // Of two local copies either could stand; the choice must not depend on their order.
  return canonicalText(a) >= canonicalText(b);
}

function canonicalText(value: object): string {
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Deep equality of two documents; an absent field equals an undefined one. */
export function isSameDocument(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) {
    if (!isSameDocument((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
      return false;
  }
  return true;
}
