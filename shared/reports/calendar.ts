/**
 * Days, weeks and months of an organisation's time zone (IANA name) as instants. Days have 23 or 25 hours where clocks
 * change; where midnight does not exist the day starts at the first instant that has its date. Pure: the zone is given.
 */

/** `YYYY-MM-DD` in the organisation's zone. */
export type CalendarDate = string;

/** `[fromMs, untilMs)`, ms since the epoch. */
export interface Span {
  fromMs: number;
  untilMs: number;
}

const DAY_MS = 86_400_000;
/** No zone is further than this from UTC, ms. */
const MAX_OFFSET_MS = 15 * 3_600_000;

export type Calendar = ReturnType<typeof createCalendar>;

/** The calendar of a zone. Throws RangeError for a zone that is not known. */
export function createCalendar(zone: string) {
  // The Swedish form of a date is the ISO form.
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' });
  const dateAt = (atMs: number): CalendarDate => format.format(atMs);

  /** The first instant of a date. A date that the zone skipped starts, and ends, where the next one starts. */
  function startOfDateMs(date: CalendarDate): number {
    const utcMs = Date.parse(`${date}T00:00:00Z`);
    let before = utcMs - MAX_OFFSET_MS;
    let after = utcMs + MAX_OFFSET_MS;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (dateAt(middle) < date) before = middle;
      else after = middle;
    }
    return after;
  }

  return {
    dateAt,
    startOfDateMs,
    /** From the first date up to the end of the last one. */
    spanOfDates: (first: CalendarDate, last: CalendarDate): Span => ({
      fromMs: startOfDateMs(first),
      untilMs: startOfDateMs(addDays(last, 1)),
    }),
    /** The days of a span in time order; the first and the last may be cut. */
    daysOf({ fromMs, untilMs }: Span): (Span & { date: CalendarDate })[] {
      const days: (Span & { date: CalendarDate })[] = [];
      let startMs = fromMs;
      for (let date = dateAt(fromMs); startMs < untilMs; date = addDays(date, 1)) {
        const endMs = Math.min(untilMs, startOfDateMs(addDays(date, 1)));
        if (endMs > startMs) days.push({ date, fromMs: startMs, untilMs: endMs });
        startMs = endMs;
      }
      return days;
    },
  };
}

/** The date `days` later, or earlier below zero. */
export function addDays(date: CalendarDate, days: number): CalendarDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Monday of the date's week. */
export function startOfWeek(date: CalendarDate): CalendarDate {
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return addDays(date, -weekday);
}

export function startOfMonth(date: CalendarDate): CalendarDate {
  return `${date.slice(0, 7)}-01`;
}
