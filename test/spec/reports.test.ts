import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unionIntervals } from '../../shared/fold/union.ts';
import { addDays, createCalendar, startOfMonth, startOfWeek } from '../../shared/reports/calendar.ts';
import { cutTo, workedTime, type ReportStretch } from '../../shared/reports/worked-time.ts';
import { PROPERTY_TIMEOUT_MS, runs } from './property-runs.ts';

const HOUR = 3_600_000;
const hoursOf = ({ fromMs, untilMs }: { fromMs: number; untilMs: number }) => (untilMs - fromMs) / HOUR;

describe('the calendar of an organisation', () => {
  it('has days of 23 and 25 hours where clocks change', () => {
    const day = (date: string) => createCalendar('Europe/Berlin').spanOfDates(date, date);
    expect(hoursOf(day('2026-03-28'))).toBe(24);
    expect(hoursOf(day('2026-03-29'))).toBe(23);
    expect(hoursOf(day('2026-10-25'))).toBe(25);
    expect(day('2026-10-25').fromMs).toBe(Date.parse('2026-10-25T00:00:00+02:00'));
    expect(day('2026-10-25').untilMs).toBe(Date.parse('2026-10-26T00:00:00+01:00'));
  });

  it('starts a day without midnight at its first instant, and gives a skipped day no time', () => {
    // Clocks in Beirut went from 0:00 to 1:00; Samoa went from 29 to 31 December across the date line.
    expect(createCalendar('Asia/Beirut').startOfDateMs('2022-03-27')).toBe(
      Date.parse('2022-03-27T01:00:00+03:00'),
    );
    expect(hoursOf(createCalendar('Pacific/Apia').spanOfDates('2011-12-30', '2011-12-30'))).toBe(0);
    expect(hoursOf(createCalendar('Pacific/Apia').spanOfDates('2011-12-29', '2011-12-31'))).toBe(48);
  });

  it('knows weeks from Monday, months, and half-hour zones', () => {
    expect(startOfWeek('2026-11-22')).toBe('2026-11-16');
    expect(startOfWeek('2026-11-16')).toBe('2026-11-16');
    expect(startOfMonth('2026-11-22')).toBe('2026-11-01');
    expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
    expect(createCalendar('Asia/Kolkata').dateAt(Date.parse('2026-11-22T18:30:00Z'))).toBe('2026-11-23');
    expect(createCalendar('Asia/Kolkata').dateAt(Date.parse('2026-11-22T18:29:59Z'))).toBe('2026-11-22');
  });

  it('divides a span into its days without a hole', () => {
    const span = { fromMs: Date.parse('2026-10-24T12:00:00Z'), untilMs: Date.parse('2026-10-26T12:00:00Z') };
    const days = createCalendar('Europe/Berlin').daysOf(span);
    expect(days.map(({ date, ...one }) => [date, hoursOf(one)])).toEqual([
      ['2026-10-24', 10],
      ['2026-10-25', 25],
      ['2026-10-26', 13],
    ]);
  });

  it('refuses a zone that nobody knows', () => {
    expect(() => createCalendar('Middle/Earth')).toThrow(RangeError);
  });
});

describe('worked time', () => {
  const at = (clock: string) => Date.parse(`2026-11-20T${clock}:00Z`);
  const stretch = (
    chatId: string,
    from: string,
    until: string,
    kind: 'free' | 'paid' = 'paid',
  ): ReportStretch => ({
    ...{ chatId, userId: 'mara', advisorId: 'lea', startMs: at(from), endMs: at(until), kind },
    unitsPerMs: kind === 'paid' ? 200 : 0,
  });

  it('of six hours of wall clock with nine hours of chats', () => {
    const day = [
      stretch('812', '09:00', '09:10', 'free'),
      stretch('812', '09:10', '12:00'),
      stretch('815', '10:00', '13:00'),
      stretch('809', '14:00', '16:00'),
      stretch('820', '15:00', '16:00'),
    ];
    expect(workedTime(day)).toEqual({
      trackedMs: 9 * HOUR,
      freeMs: HOUR / 6,
      paidMs: 9 * HOUR - HOUR / 6,
      paidUnits: (9 * HOUR - HOUR / 6) * 200,
      unionMs: 6 * HOUR,
      peakChats: 2,
      chats: 4,
    });
  });

  it('does not count a chat that goes on from free to paid as two at once', () => {
    const chat = [stretch('1', '09:00', '10:00', 'free'), stretch('1', '10:00', '11:00')];
    expect(workedTime(chat)).toMatchObject({ unionMs: 2 * HOUR, peakChats: 1, chats: 1 });
  });

  it('is nothing without stretches', () => {
    expect(workedTime([])).toMatchObject({ trackedMs: 0, unionMs: 0, peakChats: 0, chats: 0 });
  });

  it('over midnight belongs to both days', () => {
    const night = [
      stretch('1', '22:00', '23:59'),
      { ...stretch('2', '22:00', '23:00'), endMs: at('23:00') + 4 * HOUR },
    ];
    const [first, second] = createCalendar('UTC')
      .daysOf({ fromMs: at('00:00'), untilMs: at('00:00') + 48 * HOUR })
      .map((day) => workedTime(cutTo(night, day)));
    expect(first).toMatchObject({ unionMs: 2 * HOUR, chats: 2 });
    expect(second).toMatchObject({ unionMs: 3 * HOUR, chats: 1 });
  });

  it(
    'sums over any cut of a span, and its union is that of the intervals',
    () => {
      const instant = fc.integer({ min: 0, max: 100 });
      const one = fc.tuple(instant, instant, fc.boolean()).map(([a, b, isFree]): ReportStretch => ({
        ...{ chatId: `c${a}-${b}`, userId: 'u', advisorId: 'a' },
        ...{ startMs: Math.min(a, b), endMs: Math.max(a, b) + 1 },
        ...{ kind: isFree ? 'free' : 'paid', unitsPerMs: isFree ? 0 : 3 },
      }));
      fc.assert(
        fc.property(fc.array(one, { maxLength: 12 }), instant, (stretches, cutMs) => {
          const all = workedTime(stretches);
          const parts = [
            { fromMs: 0, untilMs: cutMs },
            { fromMs: cutMs, untilMs: 102 },
          ].map((span) => workedTime(cutTo(stretches, span)));
          const union = unionIntervals(stretches).reduce(
            (sum, { startMs, endMs }) => sum + endMs - startMs,
            0,
          );
          const sumOf = (figure: 'trackedMs' | 'freeMs' | 'paidMs' | 'paidUnits' | 'unionMs') =>
            parts.reduce((sum, part) => sum + part[figure], 0);
          expect(all.unionMs).toBe(union);
          for (const figure of ['trackedMs', 'freeMs', 'paidMs', 'paidUnits', 'unionMs'] as const)
            expect(sumOf(figure)).toBe(all[figure]);
          expect(Math.max(...parts.map((part) => part.peakChats))).toBe(all.peakChats);
        }),
        runs(),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});
