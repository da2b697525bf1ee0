/** By how much entries move which account lines. Pure. */
import { assertSafe } from '../../shared/fold/safe-integer.ts';
import type { LedgerAccountTable, LedgerEntryTable } from '../storage/tables.ts';
import type { Movement } from './ledger-entry.ts';

/**
 * One change a line: every entry takes from its debit account and gives to its credit account. `entries` are those of the
 * movements, at the same positions. Throws UnsafeIntegerError.
 */
export function accountChanges(
  movements: readonly Movement[],
  entries: readonly LedgerEntryTable[],
): LedgerAccountTable[] {
  const changes = new Map<string, LedgerAccountTable>();
  movements.forEach((movement, position) => {
    const { userId, amount, debitAccount, creditAccount, reverses } = movement;
    const entryId = (entries[position] as LedgerEntryTable).id;
    add(changes, movement, userId, debitAccount, -amount, null);
    add(changes, movement, userId, creditAccount, amount, reverses === null ? entryId : null);
  });
  return [...changes.values()];
}

function add(
  changes: Map<string, LedgerAccountTable>,
  { commodity, periodId, correctsPeriod = '' }: Movement,
  userId: string,
  account: string,
  movedBy: number,
  creditId: string | null,
): void {
  const key = JSON.stringify([userId, account, commodity, periodId, correctsPeriod]);
  const before = changes.get(key);
  changes.set(key, {
    user_id: userId,
    account,
    commodity,
    period_id: periodId,
    corrects_period: correctsPeriod,
    balance: assertSafe((before?.balance ?? 0) + movedBy, `balance of ${account}`),
    last_credit_id: creditId ?? before?.last_credit_id ?? null,
  });
}
