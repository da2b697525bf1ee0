/** Closed periods: their reports and what they froze. Added, never changed or deleted: the database itself refuses it. */
import { sql, type Kysely, type Migration } from 'kysely';

const TABLES = ['period_report', 'period_line'] as const;

export function periodMigrations(engine: 'libsql' | 'postgres'): Record<string, Migration> {
  return {
    '0010_periods': {
      async up(db: Kysely<unknown>) {
        await db.schema
          .createTable('period_report')
          .addColumn('number', 'bigint', (c) => c.primaryKey())
          .addColumn('id', 'text', (c) => c.notNull().unique())
          .addColumn('from_ms', 'bigint', (c) => c.notNull())
          .addColumn('until_ms', 'bigint', (c) => c.notNull())
          .addColumn('closed_at_ms', 'bigint', (c) => c.notNull())
          .addColumn('by_id', 'text', (c) => c.notNull())
          .addColumn('seq', 'bigint', (c) => c.notNull())
          .addColumn('hash', 'text', (c) => c.notNull())
          .addColumn('report', 'text', (c) => c.notNull())
          .addCheckConstraint('period_report_bounds', sql`from_ms < until_ms`)
          .execute();
        await db.schema
          .createTable('period_line')
          .addColumn('period_number', 'bigint', (c) => c.notNull())
          .addColumn('chat_id', 'text', (c) => c.notNull())
          .addColumn('corrects_number', 'bigint', (c) => c.notNull())
          .addColumn('user_id', 'text', (c) => c.notNull())
          .addColumn('tracked_ms', 'bigint', (c) => c.notNull())
          .addColumn('free_ms', 'bigint', (c) => c.notNull())
          .addColumn('paid_ms', 'bigint', (c) => c.notNull())
          .addColumn('billed_ms', 'bigint', (c) => c.notNull())
          .addColumn('cost_units', 'bigint', (c) => c.notNull())
          .addPrimaryKeyConstraint('period_line_key', ['period_number', 'chat_id', 'corrects_number'])
          .execute();
        await db.schema.createIndex('period_line_user').on('period_line').column('user_id').execute();
        for (const statement of engine === 'libsql' ? libsqlGuards() : postgresGuards())
          await sql.raw(statement).execute(db);
      },
    },
  };
}

/** `insert or replace` deletes without asking the delete trigger, so that a taken key is refused as well. */
function libsqlGuards(): string[] {
  const taken = {
    period_report: 'number = new.number or id = new.id',
    period_line:
      'period_number = new.period_number and chat_id = new.chat_id and corrects_number = new.corrects_number',
  };
  return TABLES.flatMap((table) => [
    `create trigger ${table}_no_update before update on ${table}
     begin select raise(abort, 'closed periods are never changed'); end`,
    `create trigger ${table}_no_delete before delete on ${table}
     begin select raise(abort, 'closed periods are never deleted'); end`,
    `create trigger ${table}_no_replace before insert on ${table}
     when exists (select 1 from ${table} where ${taken[table]})
     begin select raise(abort, 'closed periods are never replaced'); end`,
  ]);
}

function postgresGuards(): string[] {
  return [
    `create function period_refuse() returns trigger language plpgsql as
     $$ begin raise exception 'closed periods are never changed or deleted'; end $$`,
    ...TABLES.flatMap((table) => [
      `create trigger ${table}_no_change before update or delete on ${table}
       for each row execute function period_refuse()`,
      `create trigger ${table}_no_truncate before truncate on ${table}
       for each statement execute function period_refuse()`,
    ]),
  ];
}
