/**
 * Folds every user again from the stored rows and compares the accounts: `posted + pending = fold`. What is pending is
 * known by itself: with every posting goes how far the user's open segments were counted, so the fold with exactly those
 * lengths must be what is posted.
 */
import { openDeviceContacts } from '../core/device-contacts.ts';
import { openDirectory } from '../core/directory.ts';
import { factsOf, fillUserBook, type UserBook } from '../core/user-book.ts';
import { UNITS_PER_MINOR } from '../../shared/fold/billing.ts';
import { foldUser, type SettlementOfUser } from '../../shared/fold/fold.ts';
import type { FoldInput } from '../../shared/fold/fold-input.ts';
import { UnsafeIntegerError } from '../../shared/fold/safe-integer.ts';
import { foldInputOf, type FoldSources } from '../settlement/fold-book.ts';
import type { Snapshot } from '../storage/snapshot.ts';
import type { Storage } from '../storage/storage.ts';
import { createRowStore, readStored } from '../storage/row-store.ts';
import {
  cashAccount,
  chatAccount,
  goodwillAccount,
  grantsAccount,
  pairAccount,
  refundsAccount,
  userAccount,
  type Commodity,
} from './accounts.ts';
import { createLedgerStore } from './ledger-store.ts';
import { balanceOf, type UserLedger } from './user-ledger.ts';

const USERS_AT_ONCE = 200;

export interface FoldFound {
  users: number;
  /** Users whose open segments have run on since their last posting, and by how much that moves their balance, units. */
  pendingUsers: number;
  pendingUnits: number;
  /** Users who have something to post and nothing posted. */
  neverPosted: number;
  problems: string[];
}

const MAX_PROBLEMS = 20;

export async function verifyFold(snapshot: Snapshot): Promise<FoldFound> {
  const storage: Storage = { ...snapshot, reader: snapshot.db, snapshot: () => Promise.resolve(snapshot) };
  const rows = createRowStore(storage);
  const sources: FoldSources = {
    directory: await openDirectory(rows),
    contacts: await openDeviceContacts(storage),
  };
  const found: FoldFound = { users: 0, pendingUsers: 0, pendingUnits: 0, neverPosted: 0, problems: [] };
  const userIds = await allUsers(snapshot);
  for (let at = 0; at < userIds.length; at += USERS_AT_ONCE) {
    const some = userIds.slice(at, at + USERS_AT_ONCE);
    const byUser = new Map(some.map((userId) => [userId, [] as ReturnType<typeof readStored>[]]));
    for (const text of await rows.ofUsers(some)) byUser.get(text.userId as string)?.push(readStored(text));
    const ledgers = await createLedgerStore(storage).ofUsers(some);
    for (const [userId, stored] of byUser)
      verifyUser(fillUserBook(userId, stored), ledgers.get(userId) as UserLedger, sources, found);
  }
  return found;
}

async function allUsers({ db }: Snapshot): Promise<string[]> {
  const ids = new Set<string>();
  for (const { user_id } of await db.selectFrom('sync_row').select('user_id').distinct().execute())
    if (user_id !== null) ids.add(user_id);
  for (const table of ['ledger_user', 'ledger_account'] as const)
    for (const { user_id } of await db.selectFrom(table).select('user_id').distinct().execute())
      ids.add(user_id);
  return [...ids].sort((a, b) => (a < b ? -1 : 1));
}

function verifyUser(book: UserBook, ledger: UserLedger, sources: FoldSources, found: FoldFound): void {
  const say = (text: string): void => {
    if (found.problems.length < MAX_PROBLEMS) found.problems.push(`user ${book.userId}: ${text}`);
  };
  found.users += 1;
  try {
    const input = foldInputOf(book, sources);
    const now = foldUser(book.userId, input);
    const posted = foldUser(book.userId, withOpenLengths(book, input, ledger.openMs));
    const expected = expectedBalances(book, posted);
    const wrong = [...differences(ledger, expected)];
    if (wrong.length > 0 && ledger.lines.size === 0 && ledger.postedAtMs === 0) {
      found.neverPosted += 1;
      return;
    }
    for (const text of wrong) say(text);
    const pendingUnits = posted.user.costUnits - now.user.costUnits;
    found.pendingUnits += pendingUnits;
    if (JSON.stringify(now) !== JSON.stringify(posted)) found.pendingUsers += 1;
  } catch (cause) {
    if (!(cause instanceof UnsafeIntegerError)) throw cause;
    say(`cannot be settled: ${cause.message}`);
  }
}

/** Open segments as long as they were counted at the last posting; those that came later not at all. */
function withOpenLengths(
  book: UserBook,
  input: FoldInput,
  openMs: Readonly<Record<string, number>>,
): FoldInput {
  const lengths = new Map<string, number>();
  for (const chat of book.chats.values())
    for (const { row } of chat.segments.values())
      if (!row.closed) lengths.set(row.id, Object.hasOwn(openMs, row.id) ? (openMs[row.id] as number) : 0);
  return {
    ...input,
    segments: input.segments.map((one) => ({ ...one, elapsedMs: lengths.get(one.id) ?? one.elapsedMs })),
    segmentAdmissions: input.segmentAdmissions.map((one) => ({
      ...one,
      admittedElapsedMs: lengths.get(one.segmentId) ?? one.admittedElapsedMs,
    })),
  };
}

type Expected = Map<string, { account: string; commodity: Commodity; balance: number }>;

function expectedBalances(book: UserBook, settled: SettlementOfUser): Expected {
  const { userId } = book;
  const expected: Expected = new Map();
  const put = (account: string, commodity: Commodity, balance: number): void =>
    void expected.set(JSON.stringify([account, commodity]), { account, commodity, balance });
  const refundedMinor = factsOf(book, 'refund').reduce((sum, fact) => sum + fact.row.amountMinor, 0);
  put(userAccount(userId), 'credit', settled.user.balanceUnits);
  put(cashAccount(userId), 'credit', 0 - (settled.user.creditedMinor - refundedMinor) * UNITS_PER_MINOR);
  put(refundsAccount(userId), 'credit', 0 - refundedMinor * UNITS_PER_MINOR);
  put(goodwillAccount(userId), 'credit', 0 - settled.user.goodwillUnits);
  for (const { advisorId, grantedMs, leftMs } of settled.pairs) {
    put(grantsAccount(userId, advisorId), 'freeTime', 0 - grantedMs);
    put(pairAccount(userId, advisorId), 'freeTime', leftMs);
  }
  for (const { chatId, costUnits, freeMs } of settled.chats) {
    put(chatAccount(chatId), 'credit', costUnits);
    put(chatAccount(chatId), 'freeTime', freeMs);
  }
  return expected;
}

function* differences(ledger: UserLedger, expected: Expected): Iterable<string> {
  for (const { account, commodity, balance } of expected.values()) {
    const found = balanceOf(ledger, account, commodity);
    const unit = commodity === 'credit' ? 'units' : 'ms';
    if (found !== balance) yield `account ${account} holds ${found} ${unit}, the fold says ${balance}`;
  }
  for (const [account, lines] of ledger.lines)
    for (const { commodity, balance } of lines)
      if (balance !== 0 && !expected.has(JSON.stringify([account, commodity])))
        yield `account ${account} holds ${balance}, and the fold knows no such account`;
}
