/** Reads every entry of a ledger and checks what entries must be by themselves: chain, ids, amounts, reversals. */
import type { Snapshot } from '../storage/snapshot.ts';
import type { LedgerEntryTable } from '../storage/tables.ts';
import { COMMODITIES } from './accounts.ts';
import { EMPTY_CHAIN, entryHash, entryId, type ChainHead } from './ledger-entry.ts';

const PAGE_ENTRIES = 5_000;

/** An account in one period, as entries move it. */
export interface EntrySum {
  account: string;
  commodity: string;
  periodId: string;
  correctsPeriod: string;
  balance: number;
}

export interface EntriesFound {
  head: ChainHead;
  /** By `lineKey`. */
  sums: Map<string, EntrySum>;
  /** What is wrong, the first entry first; the chain is not read beyond 20. */
  problems: string[];
}

const MAX_PROBLEMS = 20;

export const lineKey = (line: Omit<EntrySum, 'balance'>): string =>
  JSON.stringify([line.account, line.commodity, line.periodId, line.correctsPeriod]);

/** An entry's name for people. */
export function nameOf(entry: LedgerEntryTable): string {
  const unit = entry.commodity === 'credit' ? 'units' : 'ms';
  return `entry ${entry.position} (id ${entry.id}, cause ${entry.cause_seq}: ${entry.debit_account} -> ${entry.credit_account}, ${entry.amount} ${unit})`;
}

export async function verifyEntries(snapshot: Snapshot): Promise<EntriesFound> {
  const found: EntriesFound = { head: EMPTY_CHAIN, sums: new Map(), problems: [] };
  /** By id: what a reversal may name. */
  const charges = new Map<string, { debit: string; credit: string }>();
  const ids = new Set<string>();
  for (;;) {
    const page = await readPage(snapshot, found.head.position);
    for (const entry of page) {
      for (const problem of problemsOf(entry, found.head, charges))
        if (found.problems.length < MAX_PROBLEMS) found.problems.push(`${nameOf(entry)}: ${problem}`);
      if (ids.has(entry.id)) found.problems.push(`${nameOf(entry)}: its id is another entry's`);
      ids.add(entry.id);
      charges.set(entry.id, { debit: entry.debit_account, credit: entry.credit_account });
      move(found.sums, entry, entry.debit_account, -entry.amount);
      move(found.sums, entry, entry.credit_account, entry.amount);
      found.head = { position: entry.position, hash: entry.hash };
    }
    if (page.length < PAGE_ENTRIES) return found;
  }
}

async function readPage({ db }: Snapshot, afterPosition: number): Promise<LedgerEntryTable[]> {
  return db
    .selectFrom('ledger_entry')
    .selectAll()
    .where('position', '>', afterPosition)
    .orderBy('position')
    .limit(PAGE_ENTRIES)
    .execute();
}

function* problemsOf(
  entry: LedgerEntryTable,
  before: ChainHead,
  charges: ReadonlyMap<string, { debit: string; credit: string }>,
): Iterable<string> {
  if (entry.position !== before.position + 1)
    yield `the entries ${before.position + 1} to ${entry.position - 1} before it are missing`;
  const { hash, ...fields } = entry;
  if (entryHash(fields) !== hash) yield 'its hash does not cover what it says: something of it was changed';
  if (entry.previous_hash !== before.hash) yield `it does not continue entry ${before.position}`;
  const id = entryId({
    causeSeq: entry.cause_seq,
    periodId: entry.period_id,
    ...(entry.corrects_period !== null && { correctsPeriod: entry.corrects_period }),
    debitAccount: entry.debit_account,
    creditAccount: entry.credit_account,
    chatId: entry.chat_id,
  });
  if (id !== entry.id) yield 'its id is not made of its cause, period, accounts and chat';
  if (!Number.isSafeInteger(entry.amount) || entry.amount <= 0) yield 'its amount is no whole number above 0';
  if (!COMMODITIES.some((one) => one === entry.commodity)) yield 'its commodity is none of ours';
  if (entry.reverses === null) return;
  const charge = charges.get(entry.reverses);
  if (charge?.debit !== entry.credit_account || charge.credit !== entry.debit_account)
    yield `what it says to take back (${entry.reverses}) is no earlier entry between the same accounts`;
}

function move(
  sums: Map<string, EntrySum>,
  { commodity, period_id, corrects_period }: LedgerEntryTable,
  account: string,
  movedBy: number,
): void {
  const line = { account, commodity, periodId: period_id, correctsPeriod: corrects_period ?? '' };
  const key = lineKey(line);
  const sum = sums.get(key);
  if (sum === undefined) sums.set(key, { ...line, balance: movedBy });
  else sum.balance += movedBy;
}
