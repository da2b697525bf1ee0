/** One line of the ledger: its id, which makes posting twice posting once, and its hash, which chains it to the last. */
import { createHash } from 'node:crypto';
import type { LedgerEntryTable } from '../storage/tables.ts';
import type { Commodity } from './accounts.ts';
import type { LedgerPeriod } from './ledger-period.ts';

/** What an entry moves, before it has a place in the ledger. */
export interface Movement extends LedgerPeriod {
  userId: string;
  commodity: Commodity;
  /** The account it is taken from, and the one it is given to. */
  debitAccount: string;
  creditAccount: string;
  chatId: string | null;
  /** Units or ms, above 0. */
  amount: number;
  /** Sequence of the row that caused it. */
  causeSeq: number;
  /** Id of the newest entry of which it takes something back. */
  reverses: string | null;
}

/** The end of the chain; position 0 before the first entry. */
export interface ChainHead {
  position: number;
  hash: string;
}

export const EMPTY_CHAIN: ChainHead = { position: 0, hash: '0'.repeat(64) };

/**
 * hash(sequence, period, debit account, credit account, chat), 128 bits in hex. The corrected period is part of the
 * period: late time and time of the open period may move the same accounts in one commit.
 */
export function entryId(movement: Omit<Movement, 'userId' | 'commodity' | 'amount' | 'reverses'>): string {
  const { causeSeq, periodId, correctsPeriod = null, debitAccount, creditAccount, chatId } = movement;
  return sha256([causeSeq, periodId, correctsPeriod, debitAccount, creditAccount, chatId]).slice(0, 32);
}

/** The entry that continues the chain. */
export function chainEntry(head: ChainHead, movement: Movement, atMs: number): LedgerEntryTable {
  const entry = {
    position: head.position + 1,
    id: entryId(movement),
    at_ms: atMs,
    cause_seq: movement.causeSeq,
    period_id: movement.periodId,
    corrects_period: movement.correctsPeriod ?? null,
    commodity: movement.commodity,
    debit_account: movement.debitAccount,
    credit_account: movement.creditAccount,
    chat_id: movement.chatId,
    amount: movement.amount,
    reverses: movement.reverses,
    previous_hash: head.hash,
  };
  return { ...entry, hash: entryHash(entry) };
}

/** Covers every field but itself, SHA-256 in hex. */
export function entryHash(entry: Omit<LedgerEntryTable, 'hash'>): string {
  return sha256([
    ...[entry.previous_hash, entry.position, entry.id, entry.at_ms, entry.cause_seq, entry.period_id],
    ...[entry.corrects_period, entry.commodity, entry.debit_account, entry.credit_account, entry.chat_id],
    ...[entry.amount, entry.reverses],
  ]);
}

function sha256(fields: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
