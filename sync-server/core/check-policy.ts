/** The values a policy may have (DOMAIN.md, "Units", "Words", "Who writes what", "Live"). */
import { AppError } from '../../shared/errors.ts';
import type { RowOf } from './user-book.ts';

const VALUES: Record<RowOf<'policyChange'>['key'], (value: unknown) => boolean> = {
  billingIncrementMs: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
  previousChatInPair: (value) => value === 'stop' || value === 'run',
  requireConsent: (value) => typeof value === 'boolean',
  offlineAfterAllowance: (value) => value === 'stop' || value === 'continue',
};

/** Throws AppError badInput for a value that its policy does not know. */
export function checkPolicy({ key, value }: RowOf<'policyChange'>): void {
  if (!VALUES[key](value)) throw new AppError('badInput', { key, value });
}
