/**
 * The server's books for a supervisor: read through main's proxy, not replicated.
 *
 *   readBooks(fetch)      → Promise<Books>     throws AppError
 *   worstOverdrafts(...)  pure
 */
import {
  ledgerStateSchema,
  overdraftsSchema,
  type LedgerState,
  type Overdraft,
} from '../../shared/supervision.ts';
import type { Fetch } from '../replication/sync-requests.ts';
import { readReport } from './read-report.ts';

export interface Books {
  ledger: LedgerState;
  overdrafts: Overdraft[];
}

export async function readBooks(fetch: Fetch): Promise<Books> {
  const [ledger, { overdrafts }] = await Promise.all([
    readReport(fetch, '/ledger/state', ledgerStateSchema),
    readReport(fetch, '/overdrafts', overdraftsSchema),
  ]);
  return { ledger, overdrafts };
}

/** Clients who went below zero, worst first; `isWithinBound` as DOMAIN.md promises. */
export function worstOverdrafts(
  overdrafts: readonly Overdraft[],
): (Overdraft & { isWithinBound: boolean })[] {
  return overdrafts
    .filter((one) => one.worstUnits > 0 || one.balanceUnits < 0)
    .map((one) => ({ ...one, isWithinBound: one.worstUnits <= one.worstBoundUnits }))
    .sort((a, b) => b.worstUnits - a.worstUnits);
}
