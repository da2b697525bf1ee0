/** What must hold before a commit with ledger entries is one: sums of zero, accounts that equal the fold. Pure. */
import type { SettlementOfUser } from '../../shared/fold/fold.ts';
import type { LedgerAccountTable } from '../storage/tables.ts';
import { chatAccount, COMMODITIES, pairAccount, userAccount, type Commodity } from './accounts.ts';
import type { LedgerSums } from './ledger-store.ts';
import { balanceOf, findLine, type UserLedger } from './user-ledger.ts';

/** A user whose whole difference this commit posts: nothing of the fold is pending afterwards. */
export interface PostedUser {
  userId: string;
  /** As it was before. */
  ledger: UserLedger;
  settled: SettlementOfUser;
  /** Chats with entries in this commit. */
  chatIds: ReadonlySet<string>;
}

/** A rule of the ledger that a commit would have broken. */
export interface LedgerViolation {
  /** `sumNotZero`, or the account that is not what the fold says. */
  rule: 'sumNotZero' | 'accountNotFold';
  commodity: Commodity;
  /** Of `accountNotFold`. */
  account?: string;
  expected: number;
  found: number;
}

/**
 * `written` are the account lines as the database holds them now, inside the transaction; `sums` the sums over all
 * accounts before it. Returns the first violation. In proportion to what the commit touches.
 */
export function checkCommit(
  users: readonly PostedUser[],
  written: readonly LedgerAccountTable[],
  sums: LedgerSums,
): LedgerViolation | undefined {
  const ledgers = new Map(users.map((user) => [user.userId, user.ledger]));
  const after = { ...sums };
  const moved = new Map<string, number>();
  for (const row of written) {
    const commodity = row.commodity as Commodity;
    const ledger = ledgers.get(row.user_id);
    const before =
      ledger === undefined
        ? 0
        : findLine(ledger, row.account, commodity, {
            periodId: row.period_id,
            correctsPeriod: row.corrects_period,
          })?.balance;
    const movedBy = row.balance - (before ?? 0);
    after[commodity] += movedBy;
    const key = keyOf(row.user_id, row.account, commodity);
    moved.set(key, (moved.get(key) ?? 0) + movedBy);
  }
  for (const commodity of COMMODITIES) {
    const found = after[commodity];
    if (found !== 0) return { rule: 'sumNotZero', commodity, expected: 0, found };
  }
  for (const user of users) {
    for (const { account, commodity, expected } of foldedAccounts(user)) {
      const found =
        balanceOf(user.ledger, account, commodity) + (moved.get(keyOf(user.userId, account, commodity)) ?? 0);
      if (found !== expected) return { rule: 'accountNotFold', commodity, account, expected, found };
    }
  }
  return undefined;
}

function* foldedAccounts({
  userId,
  settled,
  chatIds,
}: PostedUser): Iterable<{ account: string; commodity: Commodity; expected: number }> {
  yield { account: userAccount(userId), commodity: 'credit', expected: settled.user.balanceUnits };
  for (const { advisorId, leftMs } of settled.pairs)
    yield { account: pairAccount(userId, advisorId), commodity: 'freeTime', expected: leftMs };
  for (const { chatId, costUnits, freeMs } of settled.chats) {
    if (!chatIds.has(chatId)) continue;
    yield { account: chatAccount(chatId), commodity: 'credit', expected: costUnits };
    yield { account: chatAccount(chatId), commodity: 'freeTime', expected: freeMs };
  }
}

function keyOf(userId: string, account: string, commodity: Commodity): string {
  return JSON.stringify([userId, account, commodity]);
}
