/** The ledger's statements: one commit's entries and balances, what is posted of users, the chain's end, the sums. */
import { sql, type Kysely } from 'kysely';
import { insertGiven, type GivenColumn } from '../storage/given-rows.ts';
import { usersWithOpenSegments } from '../storage/open-segments.ts';
import type { Storage } from '../storage/storage.ts';
import type {
  CoreDatabase,
  LedgerAccountTable,
  LedgerEntryTable,
  LedgerUserTable,
} from '../storage/tables.ts';
import { COMMODITIES, type Commodity } from './accounts.ts';
import { EMPTY_CHAIN, type ChainHead } from './ledger-entry.ts';
import { createUserLedger, enterLine, enterPosted, type UserLedger } from './user-ledger.ts';

/** What one commit adds. The balance of an account line is what is to be added to it. */
export interface LedgerRows {
  entries: readonly LedgerEntryTable[];
  accounts: readonly LedgerAccountTable[];
  users: readonly LedgerUserTable[];
}

export type LedgerSums = Record<Commodity, number>;

export type LedgerStore = ReturnType<typeof createLedgerStore>;

const ENTRY_COLUMNS: readonly GivenColumn<LedgerEntryTable>[] = [
  ...([
    ['position', 'bigint'],
    ['id', 'text'],
    ['at_ms', 'bigint'],
    ['cause_seq', 'bigint'],
  ] as const),
  ...([
    ['period_id', 'text'],
    ['corrects_period', 'text'],
    ['commodity', 'text'],
  ] as const),
  ...([
    ['debit_account', 'text'],
    ['credit_account', 'text'],
    ['chat_id', 'text'],
  ] as const),
  ...([
    ['amount', 'bigint'],
    ['reverses', 'text'],
    ['previous_hash', 'text'],
    ['hash', 'text'],
  ] as const),
];
const ACCOUNT_COLUMNS: readonly GivenColumn<LedgerAccountTable>[] = [
  ...([
    ['user_id', 'text'],
    ['account', 'text'],
    ['commodity', 'text'],
    ['period_id', 'text'],
  ] as const),
  ...([
    ['corrects_period', 'text'],
    ['balance', 'bigint'],
    ['last_credit_id', 'text'],
  ] as const),
];
const USER_COLUMNS: readonly GivenColumn<LedgerUserTable>[] = [
  ...([
    ['user_id', 'text'],
    ['posted_seq', 'bigint'],
    ['posted_at_ms', 'bigint'],
    ['open_json', 'text'],
  ] as const),
];
const ADD_TO_ACCOUNT =
  sql.raw(`on conflict (user_id, account, commodity, period_id, corrects_period) do update
  set balance = ledger_account.balance + excluded.balance,
  last_credit_id = coalesce(excluded.last_credit_id, ledger_account.last_credit_id) returning *`);
const OVERWRITE_USER = sql.raw(`on conflict (user_id) do update
  set posted_seq = excluded.posted_seq, posted_at_ms = excluded.posted_at_ms, open_json = excluded.open_json`);

export function createLedgerStore({ engine, db, isIn }: Storage) {
  return {
    /** Adds the rows inside the caller's transaction; returns the account lines as they now stand. */
    async write(trx: Kysely<CoreDatabase>, rows: LedgerRows): Promise<LedgerAccountTable[]> {
      const entries = insertGiven(engine, 'ledger_entry', ENTRY_COLUMNS, rows.entries);
      const accounts = sql<LedgerAccountTable>`${insertGiven(engine, 'ledger_account', ACCOUNT_COLUMNS, rows.accounts)} ${ADD_TO_ACCOUNT}`;
      const users = sql`${insertGiven(engine, 'ledger_user', USER_COLUMNS, rows.users)} ${OVERWRITE_USER}`;
      if (engine === 'postgres') {
        // One round trip.
        const all = sql<LedgerAccountTable>`with added_entries as (${entries}), posted_users as (${users}) ${accounts}`;
        return (await all.execute(trx)).rows;
      }
      await users.execute(trx);
      if (rows.entries.length === 0 && rows.accounts.length === 0) return [];
      await entries.execute(trx);
      return (await accounts.execute(trx)).rows;
    },

    /** What is posted of these users; of one that never was, an empty ledger. */
    async ofUsers(userIds: readonly string[]): Promise<Map<string, UserLedger>> {
      const ledgers = new Map(userIds.map((userId) => [userId, createUserLedger()]));
      const ofThem = isIn('user_id', userIds);
      for (const row of await db.selectFrom('ledger_account').selectAll().where(ofThem).execute())
        enterLine(ledgers.get(row.user_id) as UserLedger, row);
      for (const row of await db.selectFrom('ledger_user').selectAll().where(ofThem).execute())
        enterPosted(ledgers.get(row.user_id) as UserLedger, row);
      return ledgers;
    },

    async head(): Promise<ChainHead> {
      const last = await db
        .selectFrom('ledger_entry')
        .select(['position', 'hash'])
        .orderBy('position', 'desc')
        .limit(1)
        .executeTakeFirst();
      return last ?? EMPTY_CHAIN;
    },

    /** The sum over all accounts by commodity: zero, or something is wrong. */
    async sums(): Promise<LedgerSums> {
      const rows = await db
        .selectFrom('ledger_account')
        .select((e) => ['commodity', e.fn.sum<number | string>('balance').as('sum')])
        .groupBy('commodity')
        .execute();
      const sums = Object.fromEntries(rows.map(({ commodity, sum }) => [commodity, Number(sum)]));
      return Object.fromEntries(COMMODITIES.map((one) => [one, sums[one] ?? 0])) as LedgerSums;
    },

    /** Users with anything that counts and nothing posted: of a database older than its ledger. */
    async neverPosted(): Promise<string[]> {
      const posted = db.selectFrom('ledger_user').select('user_id');
      return userIdsOf(
        db
          .selectFrom('sync_row')
          .select('user_id')
          .distinct()
          .where('type', 'in', ['segmentAdmission', 'topUp', 'debit', 'refund', 'goodwill', 'freeTimeGrant'])
          .where('user_id', 'not in', posted),
      );
    },

    /** Users with a segment that no copy has closed. */
    withOpenSegments: (): Promise<string[]> => usersWithOpenSegments(db),
  };
}

async function userIdsOf(query: { execute(): Promise<{ user_id: string | null }[]> }): Promise<string[]> {
  return (await query.execute()).flatMap(({ user_id }) => (user_id === null ? [] : [user_id]));
}
