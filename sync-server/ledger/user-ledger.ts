/** What is posted of one user, in memory beside the user's book: balances by account, and how far the posting went. */
import { assertSafe } from '../../shared/fold/safe-integer.ts';
import type { LedgerAccountTable, LedgerUserTable } from '../storage/tables.ts';
import type { Commodity } from './accounts.ts';
import type { LedgerPeriod } from './ledger-period.ts';

/** One account in one period. */
export interface AccountLine {
  commodity: Commodity;
  periodId: string;
  /** Empty: it corrects none. */
  correctsPeriod: string;
  /** Credits minus debits: units or ms. */
  balance: number;
  /** The newest entry that credited it without reversing another. */
  lastCreditId: string | null;
}

export interface UserLedger {
  /** Facts up to this sequence are posted; 0 before the first posting. */
  postedSeq: number;
  postedAtMs: number;
  /** How far open segments were counted at the last posting, ms, by segment id. */
  openMs: Readonly<Record<string, number>>;
  lines: Map<string, AccountLine[]>;
}

export function createUserLedger(): UserLedger {
  return { postedSeq: 0, postedAtMs: 0, openMs: {}, lines: new Map() };
}

export function findLine(
  ledger: UserLedger,
  account: string,
  commodity: Commodity,
  { periodId, correctsPeriod = '' }: LedgerPeriod,
): AccountLine | undefined {
  return ledger.lines
    .get(account)
    ?.find(
      (line) =>
        line.commodity === commodity && line.periodId === periodId && line.correctsPeriod === correctsPeriod,
    );
}

/** The balance of an account over all periods. Throws UnsafeIntegerError. */
export function balanceOf(ledger: UserLedger, account: string, commodity: Commodity): number {
  let balance = 0;
  for (const line of ledger.lines.get(account) ?? [])
    if (line.commodity === commodity) balance = assertSafe(balance + line.balance, account);
  return balance;
}

/** Enters a line as the database has it; returns by how much the balance moved. */
export function enterLine(ledger: UserLedger, row: LedgerAccountTable): number {
  const line: AccountLine = {
    commodity: row.commodity as Commodity,
    periodId: row.period_id,
    correctsPeriod: row.corrects_period,
    balance: row.balance,
    lastCreditId: row.last_credit_id,
  };
  const before = findLine(ledger, row.account, line.commodity, line);
  const movedBy = row.balance - (before?.balance ?? 0);
  if (before !== undefined) Object.assign(before, line);
  else if (ledger.lines.has(row.account)) ledger.lines.get(row.account)?.push(line);
  else ledger.lines.set(row.account, [line]);
  return movedBy;
}

export function enterPosted(ledger: UserLedger, row: LedgerUserTable): void {
  ledger.postedSeq = row.posted_seq;
  ledger.postedAtMs = row.posted_at_ms;
  ledger.openMs = JSON.parse(row.open_json) as Record<string, number>;
}
