/**
 * The overview of a span of days, read from the server.
 *
 *   spanOf(kind, today)            pure: first and last day
 *   readOverview(fetch, span)      → Promise<Overview>   throws AppError
 */
import { addDays, startOfMonth, startOfWeek, type CalendarDate } from '../../shared/reports/calendar.ts';
import { overviewSchema, type Overview } from '../../shared/reports/overview.ts';
import type { Fetch } from '../replication/sync-requests.ts';
import { readReport } from './read-report.ts';

export type SpanKind = 'today' | 'yesterday' | 'week' | 'month';

export interface DateSpan {
  from: CalendarDate;
  until: CalendarDate;
}

/** A week and a month end today: what has not come is not compared with what has been. */
export function spanOf(kind: SpanKind, today: CalendarDate): DateSpan {
  switch (kind) {
    case 'today':
      return { from: today, until: today };
    case 'yesterday':
      return { from: addDays(today, -1), until: addDays(today, -1) };
    case 'week':
      return { from: startOfWeek(today), until: today };
    case 'month':
      return { from: startOfMonth(today), until: today };
  }
}

export function readOverview(fetch: Fetch, { from, until }: DateSpan): Promise<Overview> {
  const query = new URLSearchParams({ from, until });
  return readReport(fetch, `/reports/overview?${query.toString()}`, overviewSchema);
}

/** Chats at once on average while somebody worked; 0 without work. */
export function averageChats({ trackedMs, workedMs }: { trackedMs: number; workedMs: number }): number {
  return workedMs === 0 ? 0 : trackedMs / workedMs;
}
