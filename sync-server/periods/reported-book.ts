/** What one user's book brings to the report of the period that is being closed. */
import { countedTimes } from '../../shared/fold/period-slices.ts';
import type { Interval } from '../../shared/fold/union.ts';
import { factsOf, type ChatBook, type SegmentEntry, type UserBook } from '../core/user-book.ts';
import { foldInputOf, type FoldSources } from '../settlement/fold-book.ts';
import { amountsUntilEnd, closedTimeOf, countsFromOf } from './closed-time.ts';
import { openLines } from './open-lines.ts';
import type { ClosedPeriod, PeriodLine } from './period-line.ts';
import type { QuarantinedRow, ReportedChat, UnconfirmedSegment } from './period-report.ts';
import type { Periods } from './periods.ts';

export interface ReportOfBook {
  lines: PeriodLine[];
  chats: ReportedChat[];
  unconfirmed: UnconfirmedSegment[];
  quarantined: QuarantinedRow[];
}

/** Call before the period is entered. Throws UnsafeIntegerError. */
export function reportOfBook(
  book: UserBook,
  sources: FoldSources,
  periods: Periods,
  period: ClosedPeriod,
): ReportOfBook {
  const untilEnd = amountsUntilEnd(book, sources, period.untilMs);
  const { untilEnds } = closedTimeOf(book, sources, periods);
  const lines = openLines(untilEnd, untilEnds, book.frozenLines ?? []);
  const counted = countedIntervals(book, sources, period);
  const goodwill = goodwillSince(book, periods.last()?.id);
  const linesOf = new Map<string, PeriodLine[]>();
  for (const line of lines) linesOf.set(line.chatId, [...(linesOf.get(line.chatId) ?? []), line]);
  const report: ReportOfBook = { lines, chats: [], unconfirmed: [], quarantined: [] };
  for (const chat of book.chats.values()) {
    const { id: chatId, userId, advisorId } = chat.row;
    report.chats.push({
      ...{ chatId, userId, advisorId },
      lines: linesOf.get(chatId) ?? [],
      intervals: [...(counted.get(chatId)?.values() ?? [])],
      goodwillUnits: goodwill.get(chatId) ?? 0,
    });
    addOpenQuestions(report, book, chat, counted.get(chatId), period);
  }
  return report;
}

/** By chat and segment: what counts in the period, cut to it; unanchored time from before it as it was placed. */
function countedIntervals(
  book: UserBook,
  sources: FoldSources,
  { fromMs, untilMs }: ClosedPeriod,
): Map<string, Map<string, Interval>> {
  const countsFrom = countsFromOf(book);
  const byChat = new Map<string, Map<string, Interval>>();
  for (const { segmentId, chatId, startMs, endMs } of countedTimes(foldInputOf(book, sources))) {
    const countsFromMs = countsFrom.get(segmentId);
    if (countsFromMs !== undefined && countsFromMs > fromMs) continue;
    const startsMs = countsFromMs === fromMs ? startMs : Math.max(startMs, fromMs);
    const interval = { startMs: startsMs, endMs: Math.min(endMs, untilMs) };
    if (interval.endMs <= interval.startMs) continue;
    const ofChat = byChat.get(chatId) ?? new Map<string, Interval>();
    byChat.set(chatId, ofChat);
    ofChat.set(segmentId, interval);
  }
  return byChat;
}

function goodwillSince(book: UserBook, lastPeriodId: string | undefined): Map<string, number> {
  const units = new Map<string, number>();
  for (const { row } of factsOf(book, 'goodwill'))
    if (lastPeriodId !== undefined && row.correctsPeriod === lastPeriodId)
      units.set(row.chatId, (units.get(row.chatId) ?? 0) + row.units);
  return units;
}

function addOpenQuestions(
  report: ReportOfBook,
  book: UserBook,
  chat: ChatBook,
  counted: ReadonlyMap<string, Interval> | undefined,
  { fromMs, untilMs }: ClosedPeriod,
): void {
  const { advisorId } = chat.row;
  const ruled = new Set(factsOf(book, 'ruling').map(({ row }) => row.targetId));
  for (const entry of chat.segments.values()) {
    const { row, admission } = entry;
    if (admission === undefined || ruled.has(row.id) || admission.row.startMs >= untilMs) continue;
    const isOfPeriod = admission.row.startMs >= fromMs;
    if (admission.row.code === 'quarantined') {
      if (isOfPeriod) report.quarantined.push(quarantinedSegment(entry, advisorId));
      continue;
    }
    const { startMs, pendingMs } = admission.row;
    if (row.closed && (pendingMs === 0 || !isOfPeriod)) continue;
    const interval = counted?.get(row.id);
    report.unconfirmed.push({
      ...{ segmentId: row.id, chatId: row.chatId, advisorId, deviceId: row.deviceId, startMs, pendingMs },
      countedMs: interval === undefined ? 0 : interval.endMs - interval.startMs,
      isOpen: !row.closed,
    });
  }
  for (const { row, admission } of chat.marks.values()) {
    if (admission?.row.code !== 'quarantined') continue;
    const { atMs, reason = '' } = admission.row;
    if (atMs < fromMs || atMs >= untilMs) continue;
    report.quarantined.push({
      ...{ id: row.id, type: row.type, chatId: row.chatId, advisorId, deviceId: row.deviceId ?? '' },
      ...{ reason, atMs, claimedMs: 0 },
    });
  }
}

function quarantinedSegment({ row, admission }: SegmentEntry, advisorId: string): QuarantinedRow {
  return {
    ...{ id: row.id, type: row.type, chatId: row.chatId, advisorId, deviceId: row.deviceId },
    ...{ reason: admission?.row.reason ?? '', atMs: admission?.row.startMs ?? 0, claimedMs: row.elapsedMs },
  };
}
