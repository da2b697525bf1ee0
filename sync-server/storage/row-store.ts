/** The statements on `sync_row`: one upsert for a whole commit, reads by id, by user and by sequence. */
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import { PULLED_ROW_TYPES, type Row } from '../../shared/rows.ts';
import type { StoredRow } from './row-scope.ts';
import type { Storage } from './storage.ts';
import type { CoreDatabase, SyncRowTable } from './tables.ts';

/** A row of the table with its JSON unread: pages are made of the text. */
export interface StoredText extends Omit<StoredRow, 'row'> {
  json: string;
}

export type RowStore = ReturnType<typeof createRowStore>;

const COLUMNS = sql.raw('id, type, seq, user_id, advisor_id, chat_id, device_id, json');
const OVERWRITE = sql.raw(
  `on conflict (id, type) do update set seq = excluded.seq, user_id = excluded.user_id, advisor_id = excluded.advisor_id,
   chat_id = excluded.chat_id, device_id = excluded.device_id, json = excluded.json`,
);

export function createRowStore({ engine, db, reader, isIn }: Storage) {
  return {
    /** Writes or overwrites rows by (id, type) in one statement; no key may occur twice. */
    async put(trx: Transaction<CoreDatabase>, rows: readonly StoredText[]): Promise<void> {
      if (rows.length === 0) return;
      if (engine === 'libsql') await putFromJson(trx, rows);
      else await putFromArrays(trx, rows);
    },

    /**
     * Moves the counter from `beforeSeq` on and writes the rows in one statement (PostgreSQL: one round trip), a commit of
     * its own outside a transaction. false: the counter was not there, nothing was written.
     */
    async putCounted(
      within: Kysely<CoreDatabase>,
      rows: readonly StoredText[],
      counter: { epoch: string; beforeSeq: number; clockMs: number },
    ): Promise<boolean> {
      const { epoch, beforeSeq, clockMs } = counter;
      const counted = sql`with counted as (
        update sync_counter set seq = ${beforeSeq + rows.length}, clock_ms = greatest(clock_ms, ${clockMs})
        where id = 1 and epoch = ${epoch} and seq = ${beforeSeq} returning id)`;
      const result =
        await sql`${counted} insert into sync_row (${COLUMNS}) select given.* from ${arraysOf(rows)}, counted ${OVERWRITE}`.execute(
          within,
        );
      return Number(result.numAffectedRows) === rows.length;
    },

    /** All rows that carry one of the ids, of any type; read with the writer's eyes. */
    async byIds(ids: readonly string[]): Promise<StoredText[]> {
      if (ids.length === 0) return [];
      return (await db.selectFrom('sync_row').selectAll().where(isIn('id', ids)).execute()).map(fromTable);
    },

    /** Everything the fold and admission need of these users: all their rows but messages and notes. */
    async ofUsers(userIds: readonly string[]): Promise<StoredText[]> {
      if (userIds.length === 0) return [];
      const rows = db
        .selectFrom('sync_row')
        .selectAll()
        .where(isIn('user_id', userIds))
        .where('type', 'not in', ['message', 'note']);
      return (await rows.orderBy('seq').execute()).map(fromTable);
    },

    async ofType(type: Row['type']): Promise<StoredText[]> {
      return (
        await db.selectFrom('sync_row').selectAll().where('type', '=', type).orderBy('seq').execute()
      ).map(fromTable);
    },

    async find(type: Row['type'], id: string): Promise<StoredText | undefined> {
      const row = await reader
        .selectFrom('sync_row')
        .selectAll()
        .where('id', '=', id)
        .where('type', '=', type)
        .executeTakeFirst();
      return row === undefined ? undefined : fromTable(row);
    },

    /** Rows of these types with `fromSeq < seq <= toSeq`, by sequence, at most `limit`; of one advisor, of none, or all. */
    async page(
      of: { advisorId: string | null } | 'all',
      fromSeq: number,
      toSeq: number,
      limit: number,
      types: readonly Row['type'][] = PULLED_ROW_TYPES,
    ): Promise<StoredText[]> {
      let query = reader
        .selectFrom('sync_row')
        .selectAll()
        .where('seq', '>', fromSeq)
        .where('seq', '<=', toSeq);
      if (of !== 'all')
        query =
          of.advisorId === null
            ? query.where('advisor_id', 'is', null)
            : query.where('advisor_id', '=', of.advisorId);
      const rows = await query.where('type', 'in', types).orderBy('seq').limit(limit).execute();
      return rows.map(fromTable);
    },

    /** What a replica's hash is made of: all pulled rows up to `toSeq`, of one advisor and of none, or all. */
    async keysUpTo(of: { advisorId: string } | 'all', toSeq: number): Promise<Omit<StoredText, 'json'>[]> {
      let query = reader
        .selectFrom('sync_row')
        .select(['id', 'type', 'seq', 'user_id', 'advisor_id', 'chat_id', 'device_id'])
        .where('seq', '<=', toSeq);
      if (of !== 'all')
        query = query.where((e) => e.or([e('advisor_id', '=', of.advisorId), e('advisor_id', 'is', null)]));
      const rows = await query.where('type', 'in', PULLED_ROW_TYPES).execute();
      return rows.map((row) => fromTable({ ...row, json: '' }));
    },

    /** The last sequence stored, whoever stored it; 0 in an empty database. */
    async lastSeq(): Promise<number> {
      const row = await reader
        .selectFrom('sync_row')
        .select((e) => e.fn.max('seq').as('seq'))
        .executeTakeFirst();
      return Number(row?.seq ?? 0);
    },

    async countByType(): Promise<Record<string, number>> {
      const rows = await reader
        .selectFrom('sync_row')
        .select((e) => ['type', e.fn.countAll<number>().as('n')])
        .groupBy('type')
        .execute();
      return Object.fromEntries(rows.map(({ type, n }) => [type, Number(n)]));
    },

    /** Every (advisor, user) that has a chat. */
    async pairs(): Promise<{ advisorId: string; userId: string }[]> {
      const rows = await db
        .selectFrom('sync_row')
        .select(['advisor_id', 'user_id'])
        .distinct()
        .where('type', '=', 'chat')
        .execute();
      return rows.map((row) => ({ advisorId: row.advisor_id as string, userId: row.user_id as string }));
    },
  };
}

async function putFromJson(trx: Kysely<CoreDatabase>, rows: readonly StoredText[]): Promise<void> {
  const lines = rows.map((r) => [r.id, r.type, r.seq, r.userId, r.advisorId, r.chatId, r.deviceId, r.json]);
  const fields = sql.raw(
    'value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7',
  );
  // `where true` keeps SQLite from reading "on conflict" as a join.
  await sql`insert into sync_row (${COLUMNS}) select ${fields} from json_each(${JSON.stringify(lines)}) where true ${OVERWRITE}`.execute(
    trx,
  );
}

async function putFromArrays(trx: Kysely<CoreDatabase>, rows: readonly StoredText[]): Promise<void> {
  await sql`insert into sync_row (${COLUMNS}) select given.* from ${arraysOf(rows)} ${OVERWRITE}`.execute(
    trx,
  );
}

/** The rows as a table named `given`, one array per column. */
function arraysOf(rows: readonly StoredText[]): RawBuilder<unknown> {
  const list = <T>(valueOf: (row: StoredText) => T): T[] => rows.map(valueOf);
  return sql`unnest(
    ${list((r) => r.id)}::text[], ${list((r) => r.type)}::text[], ${list((r) => r.seq)}::bigint[], ${list((r) => r.userId)}::text[],
    ${list((r) => r.advisorId)}::text[], ${list((r) => r.chatId)}::text[], ${list((r) => r.deviceId)}::text[], ${list((r) => r.json)}::text[]
  ) as given`;
}

export function fromTable(row: SyncRowTable): StoredText {
  return {
    id: row.id,
    type: row.type as Row['type'],
    seq: row.seq,
    userId: row.user_id,
    advisorId: row.advisor_id,
    chatId: row.chat_id,
    deviceId: row.device_id,
    json: row.json,
  };
}

/** The row behind the text. */
export function readStored(stored: StoredText): StoredRow {
  const { json, ...rest } = stored;
  return { ...rest, row: JSON.parse(json) as Row };
}
