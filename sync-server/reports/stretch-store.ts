/** The statements on the stretches that reports read. */
import { sql, type Kysely } from 'kysely';
import type { Span } from '../../shared/reports/calendar.ts';
import type { ReportStretch } from '../../shared/reports/worked-time.ts';
import type { Row } from '../../shared/rows.ts';
import { insertGiven, type GivenColumn } from '../storage/given-rows.ts';
import type { Storage } from '../storage/storage.ts';
import type { CoreDatabase, ReportStretchTable } from '../storage/tables.ts';

/** Longer stretches are stored in pieces, ms: what reaches into a span starts at most this long before it. */
export const LONGEST_STRETCH_MS = 6 * 3_600_000;
/** Rows that say nothing of counted time. */
const WITHOUT_TIME = [
  'message',
  'note',
  'recordTotals',
  'userProjection',
  'user',
  'advisor',
] as const satisfies readonly Row['type'][];

const COLUMNS: readonly GivenColumn<ReportStretchTable>[] = [
  ...(['chat_id', 'start_ms', 'end_ms', 'user_id', 'advisor_id'] as const).map(
    (name) => [name, name.endsWith('_ms') ? 'bigint' : 'text'] as const,
  ),
  ['is_paid', 'bigint'],
  ['units_per_ms', 'bigint'],
];

/** What one user's stretches lose and gain. */
export interface StretchChange {
  /** Stretches of these chats that start at or after the instant go. */
  dropped: readonly { chatId: string; fromMs: number }[];
  added: readonly ReportStretchTable[];
}

export type StretchStore = ReturnType<typeof createStretchStore>;

export function createStretchStore({ engine, db, reader, isIn }: Storage) {
  return {
    /** Every row up to this sequence is in the stretches; 0 before the first time. */
    async seq(): Promise<number> {
      const row = await reader
        .selectFrom('report_state')
        .select('seq')
        .where('id', '=', 1)
        .executeTakeFirst();
      return row?.seq ?? 0;
    },

    /** Whose time may have changed in `(fromSeq, toSeq]`: users, and advisors whose rate did. */
    async changed(fromSeq: number, toSeq: number): Promise<{ userIds: string[]; advisorIds: string[] }> {
      const rows = await reader
        .selectFrom('sync_row')
        .select(['user_id', 'advisor_id'])
        .distinct()
        .where('seq', '>', fromSeq)
        .where('seq', '<=', toSeq)
        .where('type', 'not in', WITHOUT_TIME)
        .execute();
      return {
        userIds: rows.flatMap(({ user_id }) => (user_id === null ? [] : [user_id])),
        advisorIds: rows.flatMap(({ user_id, advisor_id }) =>
          user_id === null && advisor_id !== null ? [advisor_id] : [],
        ),
      };
    },

    /** By user id, in time order within each chat. */
    async ofUsers(userIds: readonly string[]): Promise<ReportStretchTable[]> {
      const rows = reader.selectFrom('report_stretch').selectAll().where(isIn('user_id', userIds));
      return rows.orderBy('chat_id').orderBy('start_ms').execute();
    },

    /** All or nothing; `seq` moves with it when given. */
    async write(changes: readonly StretchChange[], seq?: number): Promise<void> {
      const dropped = changes.flatMap((change) => change.dropped);
      const added = changes.flatMap((change) => change.added);
      if (dropped.length === 0 && added.length === 0 && seq === undefined) return;
      await db.transaction().execute(async (trx) => {
        for (const { chatId, fromMs } of dropped)
          await trx
            .deleteFrom('report_stretch')
            .where('chat_id', '=', chatId)
            .where('start_ms', '>=', fromMs)
            .execute();
        if (added.length > 0) await insertGiven(engine, 'report_stretch', COLUMNS, added).execute(trx);
        if (seq !== undefined) await moveTo(trx, seq);
      });
    },

    /** Everything that reaches into the span, uncut. */
    async within(
      { fromMs, untilMs }: Span,
      of: { advisorId?: string | undefined; userId?: string | undefined },
    ): Promise<ReportStretch[]> {
      let query = reader
        .selectFrom('report_stretch')
        .selectAll()
        .where('start_ms', '>', fromMs - LONGEST_STRETCH_MS)
        .where('start_ms', '<', untilMs)
        .where('end_ms', '>', fromMs);
      if (of.advisorId !== undefined) query = query.where('advisor_id', '=', of.advisorId);
      if (of.userId !== undefined) query = query.where('user_id', '=', of.userId);
      return (await query.execute()).map((row) => ({
        chatId: row.chat_id,
        userId: row.user_id,
        advisorId: row.advisor_id,
        startMs: row.start_ms,
        endMs: row.end_ms,
        kind: row.is_paid === 1 ? 'paid' : 'free',
        unitsPerMs: row.units_per_ms,
      }));
    },
  };
}

async function moveTo(trx: Kysely<CoreDatabase>, seq: number): Promise<void> {
  await sql`insert into report_state (id, seq) values (1, ${seq}) on conflict (id) do update set seq = excluded.seq`.execute(
    trx,
  );
}
