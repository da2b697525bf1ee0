/**
 * What the ledger should hold of one user: the seam between the fold, the periods and the posting (DOMAIN.md, "Ledger
 * and periods"). Figures are absolute; the posting finds what is missing against what was posted before.
 */
import type { SettlementOfUser } from '../../shared/fold/fold.ts';
import { UNITS_PER_MINOR } from '../../shared/fold/billing.ts';
import { assertSafe } from '../../shared/fold/safe-integer.ts';
import { factsAfter, type UserBook } from '../core/user-book.ts';
import { FIRST_PERIOD, type LedgerPeriod } from './ledger-period.ts';

/**
 * The cost (units) and the free time (ms) of one chat in one period; late time that takes back is below 0. Over all lines
 * of a chat they sum to the fold's. Of one (chat, period, corrected period) there is at most one line; a line of a closed period repeats what
 * that period's report says, for ever. A line that is left out counts as 0.
 */
export interface ChatTarget extends LedgerPeriod {
  chatId: string;
  userId: string;
  advisorId: string;
  costUnits: number;
  freeMs: number;
}

/** One fact that moves an account. Posted once, under its own sequence. */
export interface FactTarget extends LedgerPeriod {
  type: 'topUp' | 'debit' | 'refund' | 'goodwill' | 'freeTimeGrant';
  factId: string;
  /** The fact's server sequence. */
  seq: number;
  userId: string;
  /** Of a grant. */
  advisorId?: string;
  chatId?: string;
  /** Units, of a grant ms; 0 posts nothing. */
  amount: number;
}

export interface LedgerTargets {
  chats: readonly ChatTarget[];
  /** All facts with a sequence above the one asked for, in order of sequence. */
  facts: readonly FactTarget[];
}

/**
 * Facts up to `postedSeq` were posted before. `settled` is the fold of exactly this book. Pure.
 * Throws UnsafeIntegerError.
 */
export type LedgerTargetsOf = (book: UserBook, settled: SettlementOfUser, postedSeq: number) => LedgerTargets;

/** Everything in the one open period. */
export const targetsInFirstPeriod: LedgerTargetsOf = (book, settled, postedSeq) => ({
  chats: settled.chats.flatMap(({ chatId, costUnits, freeMs }) => {
    const chat = book.chats.get(chatId)?.row;
    if (chat === undefined) return [];
    const { userId, advisorId } = chat;
    return [{ chatId, userId, advisorId, periodId: FIRST_PERIOD, costUnits, freeMs }];
  }),
  facts: factTargets(book, postedSeq, () => ({ periodId: FIRST_PERIOD })),
});

/** The facts after `postedSeq`, by sequence; `periodOf` says where each belongs. Throws UnsafeIntegerError. */
export function factTargets(
  book: UserBook,
  postedSeq: number,
  periodOf: (fact: { seq: number; atMs: number }) => LedgerPeriod,
): FactTarget[] {
  const targets: FactTarget[] = [];
  for (const { seq, row } of factsAfter(book, postedSeq)) {
    if (row.type === 'ruling' || row.type === 'rateChange') continue;
    const { type, id: factId, userId, atMs } = row;
    const period = periodOf({ seq, atMs });
    const common = { ...period, type, factId, seq, userId };
    if (row.type === 'freeTimeGrant') targets.push({ ...common, advisorId: row.advisorId, amount: row.ms });
    else {
      const amount =
        row.type === 'goodwill'
          ? row.units
          : assertSafe(row.amountMinor * UNITS_PER_MINOR, `units of ${row.id}`);
      targets.push({ ...common, amount, ...(row.chatId !== undefined && { chatId: row.chatId }) });
    }
  }
  return targets;
}
