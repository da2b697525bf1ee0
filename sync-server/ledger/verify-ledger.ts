/**
 * Checks a whole ledger against itself and against the rows it was made of. Reads one snapshot, writes nothing, so that
 * the server may go on beside it. Source: issue 3, DOMAIN.md "Ledger and periods".
 */
import { verifyPeriods } from '../periods/verify-periods.ts';
import type { Snapshot } from '../storage/snapshot.ts';
import type { LedgerAccountTable } from '../storage/tables.ts';
import { COMMODITIES } from './accounts.ts';
import { lineKey, verifyEntries, type EntrySum } from './verify-entries.ts';
import { verifyFold } from './verify-fold.ts';

export interface Verification {
  /** Plain lines: what was looked at, and what was found. */
  lines: string[];
  /** What is wrong, in plain words, the first entry or account first; empty when the ledger is sound. */
  problems: string[];
}

/** Throws what the driver throws when the database cannot be read. */
export async function verifyLedger(snapshot: Snapshot): Promise<Verification> {
  const entries = await verifyEntries(snapshot);
  const accounts = await snapshot.db.selectFrom('ledger_account').selectAll().execute();
  const problems = [...entries.problems, ...accountProblems(entries.sums, accounts)];
  const lines = [`entries   ${entries.head.position}, chain head ${entries.head.hash}`];

  const sums = COMMODITIES.map((commodity) =>
    accounts.reduce((sum, line) => sum + (line.commodity === commodity ? BigInt(line.balance) : 0n), 0n),
  );
  lines.push(`sums      credit ${sums[0]} units, free time ${sums[1]} ms`);
  COMMODITIES.forEach((commodity, position) => {
    if (sums[position] !== 0n) problems.push(`all ${commodity} accounts sum to ${sums[position]}, not to 0`);
  });
  lines.push(`accounts  ${accounts.length} lines compared with their entries`);

  const fold = await verifyFold(snapshot);
  problems.push(...fold.problems);
  lines.push(
    `fold      ${fold.users} users folded again from their rows; ${fold.pendingUsers} have time that runs and is not posted yet (${fold.pendingUnits} units)`,
  );
  const closed = await verifyPeriods(snapshot);
  problems.push(...closed.problems);
  lines.push(`periods   ${closed.periods} closed reports compared with their hashes, rows and lines`);
  if (fold.neverPosted > 0 && entries.head.position === 0)
    lines.push(
      `posting   nothing is posted yet: a server posts ${fold.neverPosted} users by itself after its start`,
    );
  else if (fold.neverPosted > 0)
    problems.push(`nothing is posted of ${fold.neverPosted} users whose rows count`);
  return { lines, problems };
}

function* accountProblems(
  sums: ReadonlyMap<string, EntrySum>,
  accounts: readonly LedgerAccountTable[],
): Iterable<string> {
  const seen = new Set<string>();
  for (const row of accounts) {
    const line = {
      account: row.account,
      commodity: row.commodity,
      periodId: row.period_id,
      correctsPeriod: row.corrects_period,
    };
    const key = lineKey(line);
    const balance = sums.get(key)?.balance ?? 0;
    if (seen.has(key)) yield `account ${row.account} is kept for two users`;
    seen.add(key);
    if (balance !== row.balance)
      yield `account ${row.account} (${row.commodity}, period ${row.period_id}) holds ${row.balance}, its entries sum to ${balance}`;
  }
  for (const [key, { account, commodity, periodId, balance }] of sums)
    if (!seen.has(key) && balance !== 0)
      yield `account ${account} (${commodity}, period ${periodId}) is missing, its entries sum to ${balance}`;
}
