/**
 * The ledger of a running server: makes a commit's entries, writes them in its transaction, refuses the commit when a
 * rule of the ledger would be broken, and knows whose time waits to be posted.
 *
 * At a cause (see core/work.ts) the whole difference of that user is posted, also what else of theirs runs: nothing of
 * the user is pending then, so the accounts must equal the fold exactly.
 */
import type { Kysely } from 'kysely';
import { AppError } from '../../shared/errors.ts';
import type { SettlementOfUser } from '../../shared/fold/fold.ts';
import type { UserBook } from '../core/user-book.ts';
import type { Storage } from '../storage/storage.ts';
import type { CoreDatabase, LedgerAccountTable, LedgerEntryTable } from '../storage/tables.ts';
import { accountChanges } from './account-changes.ts';
import { checkCommit, type LedgerViolation, type PostedUser } from './check-commit.ts';
import { chainEntry, type Movement } from './ledger-entry.ts';
import { createLedgerStore, type LedgerRows } from './ledger-store.ts';
import { targetsInFirstPeriod, type LedgerTargetsOf } from './ledger-targets.ts';
import { missingMovements } from './post-user.ts';
import { createUnposted } from './unposted.ts';
import { enterLine, enterPosted } from './user-ledger.ts';

/** The parts that decide what is posted; tests hand in faulty ones to see the commit refused. */
export interface LedgerParts {
  targetsOf: LedgerTargetsOf;
  missingMovements: typeof missingMovements;
  accountChanges: typeof accountChanges;
}

/** What one commit posts. */
export interface LedgerBatch extends LedgerRows {
  posted: readonly PostedUser[];
}

/** For supervisors and operators. */
export interface LedgerState {
  entries: number;
  headHash: string;
  /** The sum over all accounts by commodity: zero. */
  creditSumUnits: number;
  freeTimeSumMs: number;
  /** Commits refused since the server's start. */
  violations: number;
  lastViolation?: LedgerViolation & { atMs: number };
}

export type Ledger = Awaited<ReturnType<typeof openLedger>>;

/** Throws what the driver throws. */
export async function openLedger(storage: Storage, nowMs: number, given: Partial<LedgerParts> = {}) {
  const parts: LedgerParts = { targetsOf: targetsInFirstPeriod, missingMovements, accountChanges, ...given };
  const store = createLedgerStore(storage);
  let head = await store.head();
  let sums = await store.sums();
  let violations = 0;
  let lastViolation: LedgerState['lastViolation'];
  const unposted = createUnposted();
  unposted.note(await store.neverPosted(), Number.NEGATIVE_INFINITY);
  unposted.note(await store.withOpenSegments(), nowMs);

  function refuseIf(violation: LedgerViolation | undefined, atMs: number): void {
    if (violation === undefined) return;
    violations += 1;
    lastViolation = { ...violation, atMs };
    throw new AppError('serverBusy', { ledger: violation.rule });
  }

  /** Collects what one commit posts. */
  function startPosting(atMs: number) {
    const movements: Movement[] = [];
    const posted: PostedUser[] = [];
    const users: LedgerRows['users'][number][] = [];

    return {
      /**
       * Adds what is missing of one user under the sequence of the cause; every fact up to `highSeq` is posted then.
       * `openMs`: how far the user's open segments are counted in `settled`. Throws UnsafeIntegerError, and then adds nothing; AppError `serverBusy` when nothing is
       * missing and yet the accounts are not the fold's.
       */
      addUser(
        book: UserBook,
        settled: SettlementOfUser,
        { causeSeq, highSeq }: { causeSeq: number; highSeq: number },
        openMs: Readonly<Record<string, number>>,
      ): void {
        const { userId, ledger } = book;
        const targets = parts.targetsOf(book, settled, ledger.postedSeq);
        const missing = parts.missingMovements(ledger, targets, causeSeq, {
          userId,
          advisorOf: (chatId) => book.chats.get(chatId)?.row.advisorId,
        });
        const chatIds = new Set(missing.flatMap(({ chatId }) => (chatId === null ? [] : [chatId])));
        const user = { userId, ledger, settled, chatIds };
        if (missing.length === 0 && isSameOpen(openMs, ledger.openMs)) {
          refuseIf(checkCommit([user], [], sums), atMs);
          return;
        }
        movements.push(...missing);
        posted.push(user);
        users.push({
          user_id: userId,
          posted_seq: highSeq,
          posted_at_ms: atMs,
          open_json: JSON.stringify(openMs),
        });
      },

      finish(): LedgerBatch | undefined {
        if (users.length === 0) return undefined;
        let end = head;
        const entries = movements.map((movement): LedgerEntryTable => {
          const entry = chainEntry(end, movement, atMs);
          end = entry;
          return entry;
        });
        return { entries, accounts: parts.accountChanges(movements, entries), users, posted };
      },
    };
  }

  return {
    startPosting,

    /** Writes inside the commit's transaction. Throws AppError `serverBusy` when a rule would be broken: nothing is stored. */
    async write(trx: Kysely<CoreDatabase>, batch: LedgerBatch, atMs: number): Promise<LedgerAccountTable[]> {
      const written = await store.write(trx, batch);
      refuseIf(checkCommit(batch.posted, written, sums), atMs);
      return written;
    },

    /** The commit is durable: what is in memory follows it. */
    entered(batch: LedgerBatch, written: readonly LedgerAccountTable[]): void {
      const ledgers = new Map(batch.posted.map((one) => [one.userId, one.ledger]));
      for (const row of written) {
        const ledger = ledgers.get(row.user_id);
        if (ledger !== undefined) enterLine(ledger, row);
      }
      for (const row of batch.users) {
        const ledger = ledgers.get(row.user_id);
        if (ledger !== undefined) enterPosted(ledger, row);
      }
      head = batch.entries.at(-1) ?? head;
      // Every other sum would have been refused.
      sums = { credit: 0, freeTime: 0 };
    },

    /** After a failed commit: the chain and the sums as stored. */
    async reload(): Promise<void> {
      head = await store.head();
      sums = await store.sums();
    },

    load: (userIds: readonly string[]) => store.ofUsers(userIds),
    unposted,

    state: (): LedgerState => ({
      entries: head.position,
      headHash: head.hash,
      creditSumUnits: sums.credit,
      freeTimeSumMs: sums.freeTime,
      violations,
      ...(lastViolation === undefined ? {} : { lastViolation }),
    }),
  };
}

function isSameOpen(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  const ids = Object.keys(a);
  return ids.length === Object.keys(b).length && ids.every((id) => a[id] === b[id]);
}
