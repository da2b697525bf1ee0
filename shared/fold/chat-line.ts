/** The segments and marks of one chat, kept so that a new fact recounts only the segments it touches. */
import type { ChatMarks } from './chat-marks.ts';
import { claimedElapsedMs, countSegment, placedStartMs, type CountedSegment } from './counted-segments.ts';
import type {
  FoldMark,
  FoldMarkAdmission,
  FoldRuling,
  FoldSegment,
  FoldSegmentAdmission,
  FoldTrimMark,
} from './fold-input.ts';
import type { CountedStretch } from './pair-fold.ts';
import { UnsafeIntegerError } from './safe-integer.ts';
import { addAdmission, addRuling, addTrim, noVerdict, type SegmentVerdict } from './segment-verdicts.ts';
import { firstAbove, insertSorted, removeSorted } from './sorted-list.ts';

/** One segment with everything that names it; facts may come before the segment itself. */
export interface SegmentRecord {
  segment: FoldSegment | undefined;
  admissions: FoldSegmentAdmission[];
  trims: FoldTrimMark[];
  rulings: FoldRuling[];
  verdict: SegmentVerdict | undefined;
  /** Where the claim ends before any mark, ms; may lie beyond 2^53. */
  reachMs: number;
  counted: CountedSegment | undefined;
  /** Why it cannot be counted. */
  unsafe: UnsafeIntegerError | undefined;
  stretch: CountedStretch | undefined;
}

/** A stopMark or chatEnd. */
export interface MarkRecord {
  mark: FoldMark;
  isEnd: boolean;
  /** Where it cuts, ms; undefined while quarantined. */
  placedMs: number | undefined;
}

export interface ChatLine {
  /** By reach: a mark at an instant concerns only those that reach beyond it. */
  byReach: SegmentRecord[];
  marks: ChatMarks;
  endsMs: number[];
  /** The earliest instant at which a mark came or went since the last recount. */
  marksChangedFromMs: number;
}

export function newChatLine(): ChatLine {
  return {
    byReach: [],
    marks: { instantsMs: [], earliestEndMs: Infinity },
    endsMs: [],
    marksChangedFromMs: Infinity,
  };
}

export function newSegmentRecord(): SegmentRecord {
  return {
    segment: undefined,
    admissions: [],
    trims: [],
    rulings: [],
    verdict: undefined,
    reachMs: -1,
    counted: undefined,
    unsafe: undefined,
    stretch: undefined,
  };
}

const itself = (ms: number): number => ms;
const reachOf = (record: SegmentRecord): number => record.reachMs;

/** Moves a mark to where its admission places it; without one it stands as written. */
export function placeMark(
  line: ChatLine,
  record: MarkRecord,
  admission: FoldMarkAdmission | undefined,
): void {
  const { mark, isEnd, placedMs: before } = record;
  const after = admission?.code === 'quarantined' ? undefined : (admission?.atMs ?? mark.atMs);
  if (before === after) return;
  record.placedMs = after;
  for (const list of isEnd ? [line.marks.instantsMs, line.endsMs] : [line.marks.instantsMs]) {
    if (before !== undefined) removeSorted(list, before);
    if (after !== undefined) insertSorted(list, after, itself);
  }
  line.marks.earliestEndMs = line.endsMs[0] ?? Infinity;
  line.marksChangedFromMs = Math.min(line.marksChangedFromMs, before ?? Infinity, after ?? Infinity);
}

/** Boils down what was said about the segment, and where its claim reaches. */
export function reclaim(line: ChatLine, record: SegmentRecord): void {
  const segment = record.segment as FoldSegment;
  const verdict = noVerdict();
  for (const admission of record.admissions) addAdmission(verdict, admission);
  for (const trim of record.trims) addTrim(verdict, trim);
  for (const ruling of record.rulings) addRuling(verdict, ruling);
  record.verdict = verdict;
  const reachMs = placedStartMs(segment, verdict) + claimedElapsedMs(segment, verdict);
  if (reachMs === record.reachMs) return;
  if (record.reachMs >= 0) removeSorted(line.byReach, record);
  record.reachMs = reachMs;
  insertSorted(line.byReach, record, reachOf);
}

/** The segments that a change of the chat's marks may concern, since the last time this was asked. */
export function takeConcerned(line: ChatLine): SegmentRecord[] {
  const fromMs = line.marksChangedFromMs;
  if (fromMs === Infinity) return [];
  line.marksChangedFromMs = Infinity;
  return line.byReach.slice(firstAbove(line.byReach, fromMs, reachOf));
}

/** What counts of a claimed segment. Returns false when it cannot be counted exactly; `unsafe` then says why. */
export function recount(line: ChatLine, record: SegmentRecord): boolean {
  try {
    record.counted = countSegment(record.segment as FoldSegment, record.verdict, line.marks);
    record.unsafe = undefined;
    return true;
  } catch (cause) {
    if (!(cause instanceof UnsafeIntegerError)) throw cause;
    record.counted = undefined;
    record.unsafe = cause;
    return false;
  }
}
