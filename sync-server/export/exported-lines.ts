/**
 * From stored rows to lines of a facts file (DOMAIN.md, "Facts files"). Pure. A line is its row with its sequence;
 * what the fold knows beside the newest copy of a row is written as a copy of its own:
 * - a ruling counts what was claimed when it was made: before it comes the copy of its segment that claimed it, under
 *   the sequence which that copy had;
 * - what beats have proven of an open segment comes last, under sequences after all rows: the segment and its admission
 *   once more, with the proven length, marked `provenByBeat`.
 */
import type { RowType, SegmentAdmission, TimeSegment } from '../../shared/rows.ts';
import { factSchemas, type FactType } from '../../shared/facts/fact-schemas.ts';
import { provenElapsedMs } from '../settlement/proven-elapsed.ts';
import { readStored, type StoredText } from '../storage/row-store.ts';

/** Row types a facts file knows; the others (records, totals, projections) follow from them. */
export const EXPORTED_TYPES = Object.keys(factSchemas) as (FactType & RowType)[];

/** What names a person or was said by one: left out unless asked for. */
const TEXT_FIELDS: Partial<Record<RowType, readonly string[]>> = {
  user: ['name'],
  advisor: ['name'],
  chat: ['topic'],
  message: ['text'],
  note: ['text'],
};

export function lineOf(stored: StoredText, hasTexts: boolean): string {
  const left = hasTexts ? undefined : TEXT_FIELDS[stored.type];
  if (left === undefined) return `${stored.json.slice(0, -1)},"seq":${stored.seq}}\n`;
  const fields = JSON.parse(stored.json) as Record<string, unknown>;
  for (const field of left) delete fields[field];
  return JSON.stringify({ ...fields, seq: stored.seq }) + '\n';
}

/** Segments that `stored` refers to and whose newest copy decides what is written of it. */
export function segmentIdOf(stored: StoredText): string | undefined {
  const { row } = readStored(stored);
  if (row.type === 'ruling') return row.targetId;
  return row.type === 'trimMark' ? row.segmentId : undefined;
}

/**
 * The line of a row, after the copy it needs. A trim that names another chat than its segment's counts nowhere and is
 * left out: a facts file has no field to say so.
 */
export function linesOf(
  stored: StoredText,
  segments: ReadonlyMap<string, StoredText>,
  hasTexts: boolean,
): string {
  const line = lineOf(stored, hasTexts);
  if (stored.type !== 'ruling' && stored.type !== 'trimMark') return line;
  const { row } = readStored(stored);
  if (row.type === 'trimMark') {
    const segment = segments.get(row.segmentId);
    return segment !== undefined && segment.chatId !== row.chatId ? '' : line;
  }
  if (row.type !== 'ruling') return line;
  const segment = segments.get(row.targetId);
  const { claimedSeq, claimedElapsedMs } = row;
  if (segment === undefined || claimedSeq === undefined || claimedElapsedMs === undefined) return line;
  if (claimedSeq === segment.seq) return line;
  return copyOf(segment, { elapsedMs: claimedElapsedMs, closed: false, seq: claimedSeq }) + line;
}

/** A copy without what only the newest one knows. */
function copyOf(segment: StoredText, fields: Record<string, unknown>): string {
  const { closeReason: _, reasonElapsedMs: __, ...row } = readStored(segment).row as TimeSegment;
  return JSON.stringify({ ...row, ...fields }) + '\n';
}

/** The two lines for what a beat has proven; nothing when it proves no more than the rows. Takes `seq` and `seq + 1`. */
export function provenLines(
  segment: StoredText,
  admission: StoredText,
  proven: { elapsedMs: number; atMs: number },
  seq: number,
): string {
  const row = readStored(segment).row as TimeSegment;
  const verdict = readStored(admission).row as SegmentAdmission;
  const provenMs = provenElapsedMs(row, verdict, proven);
  const elapsedMs = Math.max(row.elapsedMs, provenMs);
  const admittedElapsedMs = Math.max(verdict.admittedElapsedMs, provenMs);
  if (elapsedMs === row.elapsedMs && admittedElapsedMs === verdict.admittedElapsedMs) return '';
  const said = { provenByBeat: true, provenAtMs: proven.atMs };
  return (
    copyOf(segment, { elapsedMs, ...said, seq }) +
    JSON.stringify({ ...verdict, admittedElapsedMs, ...said, seq: seq + 1 }) +
    '\n'
  );
}
