/** The overview of some days: sums and unions over all advisors, by advisor and by day, beside the days before. */
import { compareCodeUnits } from '../../shared/code-unit-order.ts';
import { AppError } from '../../shared/errors.ts';
import { groupBy } from '../../shared/fold/group-by.ts';
import { addDays, createCalendar, type Calendar, type Span } from '../../shared/reports/calendar.ts';
import type { Overview, OverviewQuery, WorkedFigures } from '../../shared/reports/overview.ts';
import { cutTo, workedTime, type ReportStretch } from '../../shared/reports/worked-time.ts';
import { assertReaderOfAll } from '../core/pages.ts';
import type { Actor } from '../ports.ts';
import type { ReportContext } from './reports.ts';

/** Longest span, days: five years. */
const MAX_DAYS = 1_830;
const DAY_MS = 86_400_000;
export const DEFAULT_TIME_ZONE = 'UTC';

/**
 * Throws AppError notAllowed for who may not review; badInput when the last day is before the first, or more than five
 * years after it.
 */
export async function readOverview(
  actor: Actor,
  query: OverviewQuery,
  { reports, timeZone, nowMs }: ReportContext,
): Promise<Overview> {
  assertReaderOfAll(actor);
  const days = (Date.parse(query.until) - Date.parse(query.from)) / DAY_MS + 1;
  if (days < 1 || days > MAX_DAYS) throw new AppError('badInput', { from: query.from, until: query.until });
  const calendar = createCalendar(timeZone);
  const span = calendar.spanOfDates(query.from, query.until);
  const before = calendar.spanOfDates(addDays(query.from, -days), addDays(query.from, -1));
  const seq = await reports.refresh();
  const read = async (of: Span) => cutTo(await reports.store.within(of, query), of);
  const stretches = await read(span);
  return {
    ...{ timeZone, ...span, seq, asOfMs: nowMs },
    total: figuresOf(stretches),
    before: figuresOf(await read(before)),
    advisors: [...groupBy(stretches, (one) => one.advisorId)]
      .map(([advisorId, ofAdvisor]) => ({ advisorId, ...figuresOf(ofAdvisor) }))
      .sort((a, b) => compareCodeUnits(a.advisorId, b.advisorId)),
    days: daysWith(calendar, span, stretches),
  };
}

/** Nobody works for two: the union is each advisor's own, and so is the peak. */
function figuresOf(stretches: readonly ReportStretch[]): WorkedFigures {
  const { unionMs, ...sums } = workedTime(stretches);
  const byAdvisor = [...groupBy(stretches, (one) => one.advisorId).values()];
  if (byAdvisor.length < 2) return { ...sums, workedMs: unionMs };
  const each = byAdvisor.map(workedTime);
  return {
    ...sums,
    workedMs: each.reduce((sum, one) => sum + one.unionMs, 0),
    peakChats: Math.max(...each.map((one) => one.peakChats)),
  };
}

/** All days of the span, also those without work. */
function daysWith(calendar: Calendar, span: Span, stretches: readonly ReportStretch[]): Overview['days'] {
  const sorted = [...stretches].sort((a, b) => a.startMs - b.startMs);
  let next = 0;
  let open: ReportStretch[] = [];
  return calendar.daysOf(span).map((day) => {
    while (next < sorted.length && (sorted[next] as ReportStretch).startMs < day.untilMs)
      open.push(sorted[next++] as ReportStretch);
    const figures = figuresOf(cutTo(open, day));
    open = open.filter((one) => one.endMs > day.untilMs);
    return { ...day, ...figures };
  });
}
