/** The ledger's tables. Entries are added and never touched again: the database itself refuses it, on both engines. */
import { sql, type Kysely, type Migration } from 'kysely';

export function ledgerMigrations(engine: 'libsql' | 'postgres'): Record<string, Migration> {
  const positionType = engine === 'libsql' ? 'integer' : 'bigint';
  return {
    '0004_ledger': {
      async up(db: Kysely<unknown>) {
        await db.schema
          .createTable('ledger_entry')
          .addColumn('position', positionType, (c) => c.primaryKey())
          .addColumn('id', 'text', (c) => c.notNull().unique())
          .addColumn('at_ms', 'bigint', (c) => c.notNull())
          .addColumn('cause_seq', 'bigint', (c) => c.notNull())
          .addColumn('period_id', 'text', (c) => c.notNull())
          .addColumn('corrects_period', 'text')
          .addColumn('commodity', 'text', (c) => c.notNull())
          .addColumn('debit_account', 'text', (c) => c.notNull())
          .addColumn('credit_account', 'text', (c) => c.notNull())
          .addColumn('chat_id', 'text')
          .addColumn('amount', 'bigint', (c) => c.notNull())
          .addColumn('reverses', 'text')
          .addColumn('previous_hash', 'text', (c) => c.notNull())
          .addColumn('hash', 'text', (c) => c.notNull())
          .addCheckConstraint('ledger_entry_amount', sql`amount > 0`)
          .addCheckConstraint('ledger_entry_commodity', sql`commodity in ('credit', 'freeTime')`)
          .addCheckConstraint('ledger_entry_accounts', sql`debit_account <> credit_account`)
          .execute();
        await db.schema.createIndex('ledger_entry_chat').on('ledger_entry').column('chat_id').execute();
        await db.schema
          .createTable('ledger_account')
          .addColumn('user_id', 'text', (c) => c.notNull())
          .addColumn('account', 'text', (c) => c.notNull())
          .addColumn('commodity', 'text', (c) => c.notNull())
          .addColumn('period_id', 'text', (c) => c.notNull())
          // Empty rather than null: a key has no nulls.
          .addColumn('corrects_period', 'text', (c) => c.notNull())
          .addColumn('balance', 'bigint', (c) => c.notNull())
          .addColumn('last_credit_id', 'text')
          .addPrimaryKeyConstraint('ledger_account_key', [
            'user_id',
            'account',
            'commodity',
            'period_id',
            'corrects_period',
          ])
          .execute();
        await db.schema
          .createTable('ledger_user')
          .addColumn('user_id', 'text', (c) => c.primaryKey())
          .addColumn('posted_seq', 'bigint', (c) => c.notNull())
          .addColumn('posted_at_ms', 'bigint', (c) => c.notNull())
          .addColumn('open_json', 'text', (c) => c.notNull())
          .execute();
        for (const statement of engine === 'libsql' ? LIBSQL_GUARDS : POSTGRES_GUARDS)
          await sql.raw(statement).execute(db);
      },
    },
  };
}

/** `insert or replace` deletes without asking the delete trigger, so that a taken place is refused as well. */
const LIBSQL_GUARDS = [
  `create trigger ledger_entry_no_update before update on ledger_entry
   begin select raise(abort, 'ledger entries are never changed'); end`,
  `create trigger ledger_entry_no_delete before delete on ledger_entry
   begin select raise(abort, 'ledger entries are never deleted'); end`,
  `create trigger ledger_entry_no_replace before insert on ledger_entry
   when exists (select 1 from ledger_entry where position = new.position or id = new.id)
   begin select raise(abort, 'ledger entries are never replaced'); end`,
];

const POSTGRES_GUARDS = [
  `create function ledger_entry_refuse() returns trigger language plpgsql as
   $$ begin raise exception 'ledger entries are never changed or deleted'; end $$`,
  `create trigger ledger_entry_no_change before update or delete on ledger_entry
   for each row execute function ledger_entry_refuse()`,
  `create trigger ledger_entry_no_truncate before truncate on ledger_entry
   for each statement execute function ledger_entry_refuse()`,
];
