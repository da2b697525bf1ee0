/** What reports read: a view of the fold that may be thrown away and is made again from the rows. */
import type { Kysely, Migration } from 'kysely';

export const reportMigrations: Record<string, Migration> = {
  '0020_report_stretches': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('report_stretch')
        .addColumn('chat_id', 'text', (c) => c.notNull())
        .addColumn('start_ms', 'bigint', (c) => c.notNull())
        .addColumn('end_ms', 'bigint', (c) => c.notNull())
        .addColumn('user_id', 'text', (c) => c.notNull())
        .addColumn('advisor_id', 'text', (c) => c.notNull())
        .addColumn('is_paid', 'bigint', (c) => c.notNull())
        .addColumn('units_per_ms', 'bigint', (c) => c.notNull())
        .addPrimaryKeyConstraint('report_stretch_key', ['chat_id', 'start_ms'])
        .execute();
      await db.schema
        .createIndex('report_stretch_start')
        .on('report_stretch')
        .columns(['start_ms', 'advisor_id'])
        .execute();
      await db.schema.createIndex('report_stretch_user').on('report_stretch').column('user_id').execute();
      await db.schema
        .createTable('report_state')
        .addColumn('id', 'bigint', (c) => c.primaryKey())
        .addColumn('seq', 'bigint', (c) => c.notNull())
        .execute();
    },
  },
};
