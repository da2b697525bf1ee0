/** The values a policy may have (DOMAIN.md, "Units", "Words", "Who writes what", "Live"). */
import { AppError } from '../../shared/errors.ts';
import { createCalendar } from '../../shared/reports/calendar.ts';
import type { RowOf } from './user-book.ts';

const VALUES: Record<RowOf<'policyChange'>['key'], (value: unknown) => boolean> = {
  billingIncrementMs: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  previousChatInPair: (value) => value === 'stop' || value === 'run',
  requireConsent: (value) => typeof value === 'boolean',
  offlineAfterAllowance: (value) => value === 'stop' || value === 'continue',
  timeZone: (value) => typeof value === 'string' && isTimeZone(value),
};

/** An IANA name that this runtime knows; offsets such as `+02:00` have no calendar. */
function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && createCalendar(name) !== undefined;
  } catch {
    return false;
  }
}

/** Throws AppError badInput for a value that its policy does not know. */
export function checkPolicy({ key, value }: RowOf<'policyChange'>): void {
  if (!VALUES[key](value)) throw new AppError('badInput', { key, value });
}
