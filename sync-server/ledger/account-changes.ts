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
  const changes = new Map<string, LedgerAccountTable[]>();
  movements.forEach((movement, position) => {
    const { amount, debitAccount, creditAccount, reverses } = movement;
    add(changes, movement, debitAccount, -amount);
    const credited = add(changes, movement, creditAccount, amount);
    if (reverses === null) credited.last_credit_id = (entries[position] as LedgerEntryTable).id;
  });
  return [...changes.values()].flat();
}

function add(
  changes: Map<string, LedgerAccountTable[]>,
  { userId, commodity, periodId, correctsPeriod = '' }: Movement,
  account: string,
  movedBy: number,
): LedgerAccountTable {
  const ofAccount = changes.get(account) ?? [];
  changes.set(account, ofAccount);
  let change = ofAccount.find(
    (one) =>
      one.user_id === userId &&
      one.commodity === commodity &&
      one.period_id === periodId &&
      one.corrects_period === correctsPeriod,
  );
  if (change === undefined) {
    change = {
      user_id: userId,
      account,
      commodity,
      period_id: periodId,
      corrects_period: correctsPeriod,
      balance: 0,
      last_credit_id: null,
    };
    ofAccount.push(change);
  }
  change.balance = assertSafe(change.balance + movedBy, `balance of ${account}`);
  return change;
}
