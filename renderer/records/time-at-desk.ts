/**
 * Wall-clock time with at least one chat: the union beside the sum of chat time.
 *
 *   observeCountedTime(database, chatIds$)  → Observable<CountedStretch[]>   admitted, trimmed and cut, on the server's clock
 *   timeAtDeskMs(stretches, runningChatIds, sinceMs, nowMs)                 pure
 */
import { combineLatest, map, switchMap, type Observable } from 'rxjs';
import type { AdmissionDocument, MarkDocument, TimeSegmentDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plainList } from '../database/plain.ts';

/** `[startMs, endMs)` in which one chat ran, server clock. */
export interface CountedStretch {
  chatId: string;
  startMs: number;
  endMs: number;
  /** Its segment has not been closed: while the chat runs it goes on until now. */
  isOpen: boolean;
}

export function observeCountedTime(
  database: LocalDatabase,
  chatIds$: Observable<string[]>,
): Observable<CountedStretch[]> {
  return chatIds$.pipe(
    switchMap((chatIds) => {
      const selector = { chatId: { $in: chatIds } };
      return combineLatest([
        database.admission.find({ selector }).$.pipe(map((rows) => plainList<AdmissionDocument>(rows))),
        database.mark.find({ selector }).$.pipe(map((rows) => plainList<MarkDocument>(rows))),
        database.timeSegment
          .find({ selector: { ...selector, closed: false } })
          .$.pipe(map((rows) => plainList<TimeSegmentDocument>(rows))),
      ]);
    }),
    map(([admissions, marks, open]) =>
      countedStretches(admissions, marks, new Set(open.map((segment) => segment.id))),
    ),
  );
}

/** What is left of each admitted segment after its trims and the earliest admitted mark of its chat within it. */
export function countedStretches(
  admissions: readonly AdmissionDocument[],
  marks: readonly MarkDocument[],
  openSegmentIds: ReadonlySet<string>,
): CountedStretch[] {
  const trims = new Map<string, number>();
  for (const mark of marks) {
    if (mark.type !== 'trimMark') continue;
    trims.set(mark.segmentId, Math.min(trims.get(mark.segmentId) ?? Infinity, mark.elapsedMs));
  }
  const cuts = new Map<string, number[]>();
  for (const one of admissions) {
    if (one.type !== 'markAdmission' || one.code !== 'admitted') continue;
    cuts.set(one.chatId, [...(cuts.get(one.chatId) ?? []), one.atMs]);
  }
  const stretches: CountedStretch[] = [];
  for (const one of admissions) {
    if (one.type !== 'segmentAdmission' || one.code === 'quarantined') continue;
    const { chatId, startMs } = one;
    const countedMs = Math.min(one.admittedElapsedMs, trims.get(one.segmentId) ?? Infinity);
    let endMs = startMs + countedMs;
    for (const atMs of cuts.get(chatId) ?? []) if (startMs < atMs && atMs < endMs) endMs = atMs;
    const isWhole = endMs === startMs + one.admittedElapsedMs;
    stretches.push({ chatId, startMs, endMs, isOpen: isWhole && openSegmentIds.has(one.segmentId) });
  }
  return stretches;
}

/**
 * The union of the stretches within `[sinceMs, nowMs)`, ms. An open stretch of a chat that runs goes on until now: its
 * admission lags behind by minutes.
 */
export function timeAtDeskMs(
  stretches: readonly CountedStretch[],
  runningChatIds: ReadonlySet<string>,
  sinceMs: number,
  nowMs: number,
): number {
  const inOrder = stretches
    .map(({ chatId, startMs, endMs, isOpen }) => ({
      from: Math.max(startMs, sinceMs),
      to: isOpen && runningChatIds.has(chatId) ? nowMs : Math.min(endMs, nowMs),
    }))
    .sort((a, b) => a.from - b.from);
  let sumMs = 0;
  let doneMs = 0;
  for (const { from, to } of inOrder) {
    sumMs += Math.max(0, to - Math.max(from, doneMs));
    doneMs = Math.max(doneMs, to);
  }
  return sumMs;
}
