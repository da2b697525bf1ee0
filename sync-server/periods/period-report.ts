/** The report of a period, as it is frozen: canonical JSON without names or texts, so that erasing a person leaves it whole. */
import { canonicalJson } from '../../shared/canonical-json.ts';
import { compareCodeUnits } from '../../shared/code-unit-order.ts';
import { isNothing, NO_AMOUNTS, plus, type PeriodAmounts } from '../../shared/fold/period-slices.ts';
import { FOLD_VERSION } from '../../shared/fold/settlement.ts';
import { unionIntervals, type Interval } from '../../shared/fold/union.ts';
import type { PeriodLine } from './period-line.ts';

export const REPORT_VERSION = 1;

/** What one chat brings to the report. */
export interface ReportedChat {
  chatId: string;
  userId: string;
  advisorId: string;
  lines: readonly PeriodLine[];
  /** Counted time of the period, ms since the epoch. */
  intervals: readonly Interval[];
  /** Goodwill given while the period was open, units. */
  goodwillUnits: number;
}

/** Time that is not confirmed: it runs, or something of its claim waits for a ruling. */
export interface UnconfirmedSegment {
  segmentId: string;
  chatId: string;
  advisorId: string;
  deviceId: string;
  startMs: number;
  countedMs: number;
  pendingMs: number;
  isOpen: boolean;
}

/** A segment or mark that counts nothing before a ruling. */
export interface QuarantinedRow {
  id: string;
  type: 'timeSegment' | 'stopMark' | 'chatEnd';
  chatId: string;
  advisorId: string;
  deviceId: string;
  reason: string;
  atMs: number;
  claimedMs: number;
}

export interface ReportInput {
  period: { id: string; number: number; fromMs: number; untilMs: number };
  closedAtMs: number;
  byId: string;
  seq: number;
  /** Id of a closed period by its number. */
  periodIdOf(number: number): string;
  chats: readonly ReportedChat[];
  unconfirmed: readonly UnconfirmedSegment[];
  quarantined: readonly QuarantinedRow[];
}

/**
 * The report as text. Of every chat and advisor: `own` is time of the period, `late` late time of earlier periods that
 * is posted in this one; `unionMs` is wall-clock time in which at least one of the advisor's chats counted.
 */
export function periodReport(input: ReportInput): string {
  const { period, closedAtMs, byId, seq } = input;
  const chats = input.chats.filter(
    ({ lines, goodwillUnits }) => lines.some((line) => !isNothing(line)) || goodwillUnits > 0,
  );
  const advisorIds = [...new Set(chats.map((chat) => chat.advisorId))].sort(compareCodeUnits);
  return canonicalJson({
    report: 'chatclock-period',
    version: REPORT_VERSION,
    foldVersion: FOLD_VERSION,
    ...{ ...period, closedAtMs, byId, seq },
    total: totalOf(chats),
    advisors: advisorIds.map((advisorId) =>
      advisorOf(
        advisorId,
        chats.filter((chat) => chat.advisorId === advisorId),
        input,
      ),
    ),
    unconfirmed: sorted(input.unconfirmed, (one) => one.segmentId),
    quarantined: sorted(input.quarantined, (one) => one.id),
  });
}

function advisorOf(advisorId: string, chats: readonly ReportedChat[], input: ReportInput) {
  return {
    advisorId,
    ...totalOf(chats),
    unionMs: lengthOf(chats.flatMap((chat) => chat.intervals)),
    chats: sorted(chats, (chat) => chat.chatId).map((chat) => ({
      ...{ chatId: chat.chatId, userId: chat.userId, unionMs: lengthOf(chat.intervals) },
      ...totalOf([chat]),
      lateTime: chat.lines
        .filter((line) => line.correctsNumber > 0)
        .map((line) => ({ correctsPeriod: input.periodIdOf(line.correctsNumber), ...pick(line) })),
    })),
  };
}

function totalOf(chats: readonly ReportedChat[]) {
  let own = NO_AMOUNTS;
  let late = NO_AMOUNTS;
  let goodwillUnits = 0;
  for (const chat of chats) {
    goodwillUnits += chat.goodwillUnits;
    for (const line of chat.lines)
      if (line.correctsNumber === 0) own = plus(own, line);
      else late = plus(late, line);
  }
  return { own, late, goodwillUnits };
}

function pick({ trackedMs, freeMs, paidMs, billedMs, costUnits }: PeriodAmounts): PeriodAmounts {
  return { trackedMs, freeMs, paidMs, billedMs, costUnits };
}

function lengthOf(intervals: readonly Interval[]): number {
  return unionIntervals(intervals).reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

function sorted<T>(items: readonly T[], idOf: (item: T) => string): T[] {
  return [...items].sort((a, b) => compareCodeUnits(idOf(a), idOf(b)));
}
