/** Numbered migrations of the core's tables, in code because the server is bundled. Never edit one that was released. */
import type { Kysely, Migration } from 'kysely';

export function coreMigrations(engine: 'libsql' | 'postgres'): Record<string, Migration> {
  // SQLite keeps a table in the order of its INTEGER primary key: pages are read in one sweep, and one index is saved.
  const seqType = engine === 'libsql' ? 'integer' : 'bigint';
  return {
    '0001_rows_counter_beats': {
      async up(db: Kysely<unknown>) {
        await db.schema
          .createTable('sync_row')
          .addColumn('id', 'text', (c) => c.notNull())
          .addColumn('type', 'text', (c) => c.notNull())
          .addColumn('seq', seqType, (c) => c.primaryKey())
          .addColumn('user_id', 'text')
          .addColumn('advisor_id', 'text')
          .addColumn('chat_id', 'text')
          .addColumn('device_id', 'text')
          .addColumn('json', 'text', (c) => c.notNull())
          .addUniqueConstraint('sync_row_key', ['id', 'type'])
          .execute();
        await db.schema
          .createIndex('sync_row_advisor_seq')
          .on('sync_row')
          .columns(['advisor_id', 'seq'])
          .execute();
        await db.schema.createIndex('sync_row_user').on('sync_row').column('user_id').execute();
        await db.schema
          .createTable('sync_counter')
          .addColumn('id', 'integer', (c) => c.primaryKey())
          .addColumn('seq', 'bigint', (c) => c.notNull())
          .addColumn('clock_ms', 'bigint', (c) => c.notNull())
          .addColumn('database_id', 'text', (c) => c.notNull())
          .addColumn('epoch', 'text', (c) => c.notNull())
          .execute();
        await db.schema
          .createTable('device_beat')
          .addColumn('device_id', 'text', (c) => c.primaryKey())
          .addColumn('member_id', 'text', (c) => c.notNull())
          .addColumn('device_name', 'text', (c) => c.notNull())
          .addColumn('boot_id', 'text', (c) => c.notNull())
          .addColumn('at_ms', 'bigint', (c) => c.notNull())
          .addColumn('previous_contact_ms', 'bigint', (c) => c.notNull())
          .addColumn('exchange_id', 'text', (c) => c.notNull())
          .addColumn('exchange_sent_mono_ms', 'bigint', (c) => c.notNull())
          .addColumn('segments_json', 'text', (c) => c.notNull())
          .execute();
        await db.schema
          .createTable('boot_anchor')
          .addColumn('device_id', 'text', (c) => c.notNull())
          .addColumn('boot_id', 'text', (c) => c.notNull())
          .addColumn('offset_ms', 'bigint', (c) => c.notNull())
          .addColumn('error_ms', 'bigint', (c) => c.notNull())
          .addColumn('at_mono_ms', 'bigint', (c) => c.notNull())
          .addPrimaryKeyConstraint('boot_anchor_key', ['device_id', 'boot_id'])
          .execute();
      },
    },
    '0002_held_rows': {
      async up(db: Kysely<unknown>) {
        await db.schema
          .createTable('held_row')
          .addColumn('position', 'bigint', (c) => c.notNull().unique())
          .addColumn('id', 'text', (c) => c.notNull())
          .addColumn('type', 'text', (c) => c.notNull())
          .addColumn('chat_id', 'text', (c) => c.notNull())
          .addColumn('member_id', 'text', (c) => c.notNull())
          .addColumn('device_id', 'text', (c) => c.notNull())
          .addColumn('is_revoked', 'integer', (c) => c.notNull())
          .addColumn('received_at_ms', 'bigint', (c) => c.notNull())
          .addColumn('json', 'text', (c) => c.notNull())
          .addColumn('refused_code', 'text')
          .addPrimaryKeyConstraint('held_row_key', ['id', 'type', 'device_id'])
          .execute();
        await db.schema.createIndex('held_row_chat').on('held_row').column('chat_id').execute();
      },
    },
    '0005_reservations': {
      async up(db: Kysely<unknown>) {
        await db.schema
          .alterTable('device_beat')
          .addColumn('reservations_json', 'text', (c) => c.notNull().defaultTo('[]'))
          .execute();
      },
    },
    '0011_device_boots': {
      async up(db: Kysely<unknown>) {
        await db.schema
          .createTable('device_boot')
          .addColumn('device_id', 'text', (c) => c.notNull())
          .addColumn('boot_id', 'text', (c) => c.notNull())
          .addColumn('first_contact_ms', 'bigint', (c) => c.notNull())
          .addColumn('previous_contact_ms', 'bigint', (c) => c.notNull())
          .addPrimaryKeyConstraint('device_boot_key', ['device_id', 'boot_id'])
          .execute();
      },
    },
  };
}
