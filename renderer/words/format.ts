/** How times and amounts are written. Digits stand still: always two digits for minutes and seconds. */
import { formatSeconds } from '../../shared/dock/countdown-text.ts';
import { UNITS_PER_MINOR } from '../../shared/fold/billing.ts';

export { formatCountdown, spellOutCountdown } from '../../shared/dock/countdown-text.ts';

/** Time that has passed: `05:12`, from one hour `1:03:20`. A begun second does not count. */
export function formatElapsed(ms: number): string {
  return formatSeconds(Math.floor(Math.max(0, ms) / 1000));
}

/** `2 h 05 m`, `38 m`; for sums of a day. */
export function formatHoursMinutes(ms: number): string {
  const minutes = Math.floor(Math.max(0, ms) / 60_000);
  const hours = Math.floor(minutes / 60);
  return hours === 0 ? `${minutes} m` : `${hours} h ${String(minutes % 60).padStart(2, '0')} m`;
}

/** `31.40` from 3140 minor credits. */
export function formatMinor(minor: number, locale?: string): string {
  return new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
    minor / 100,
  );
}

/** `31.40 cr`. */
export function formatCredits(minor: number, locale?: string): string {
  return `${formatMinor(minor, locale)} cr`;
}

/**
 * A balance in units, rounded toward less: never more than there is. Less than one minor credit below zero is the
 * rounding of the last millisecond, not a debt (DOMAIN.md, "Units"); a debt says so.
 */
export function formatUnits(units: number, locale?: string): string {
  if (isDebt(units)) return `${formatCredits(Math.floor(-units / UNITS_PER_MINOR), locale)} debt`;
  return formatCredits(Math.floor(Math.max(0, units) / UNITS_PER_MINOR), locale);
}

/** At least one minor credit is owed. */
export function isDebt(units: number): boolean {
  return units <= -UNITS_PER_MINOR;
}

export function unitsToMinor(units: number): number {
  return units / UNITS_PER_MINOR;
}

/** `12:41`. */
export function formatTimeOfDay(ms: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    new Date(ms),
  );
}

/** `12:41:08`. */
export function formatTimeWithSeconds(ms: number, locale?: string): string {
  const parts = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
  return new Intl.DateTimeFormat(locale, parts).format(new Date(ms));
}

/** `18 Nov`. */
export function formatDay(ms: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { day: '2-digit', month: 'short' }).format(new Date(ms));
}

/** The local midnight before an instant. */
export function startOfDayMs(ms: number): number {
  const day = new Date(ms);
  return day.setHours(0, 0, 0, 0);
}

/** `ML` for the circle beside a name. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u);
  const letters = words.length < 2 ? [words[0]] : [words[0], words.at(-1)];
  return letters
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}

/** The name a person is called by in sentences. */
export function firstNameOf(name: string): string {
  return name.trim().split(/\s+/u)[0] || name;
}

/** Times of day in a time zone that may not be this computer's: `12:41`, or with seconds `12:41:08`. */
export function timesIn(timeZone: string, locale?: string): Record<'short' | 'long', (ms: number) => string> {
  const parts = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone } as const;
  const short = new Intl.DateTimeFormat(locale, parts);
  const long = new Intl.DateTimeFormat(locale, { ...parts, second: '2-digit' });
  return { short: (ms) => short.format(new Date(ms)), long: (ms) => long.format(new Date(ms)) };
}
