/** The statements on the tables of closed periods. */
import type { Kysely } from 'kysely';
import { insertGiven, type GivenColumn } from '../storage/given-rows.ts';
import type { Storage } from '../storage/storage.ts';
import type { CoreDatabase, PeriodLineTable, PeriodReportTable } from '../storage/tables.ts';
import type { ClosedPeriod, PeriodLine } from './period-line.ts';

/** What one close adds. */
export interface PeriodRows {
  report: PeriodReportTable;
  lines: readonly PeriodLineTable[];
}

const LINE_COLUMNS: readonly GivenColumn<PeriodLineTable>[] = [
  ['period_number', 'bigint'],
  ['chat_id', 'text'],
  ['corrects_number', 'bigint'],
  ['user_id', 'text'],
  ...(['tracked_ms', 'free_ms', 'paid_ms', 'billed_ms', 'cost_units'] as const).map(
    (name) => [name, 'bigint'] as const,
  ),
];

export async function writePeriod(
  engine: Storage['engine'],
  trx: Kysely<CoreDatabase>,
  { report, lines }: PeriodRows,
): Promise<void> {
  await trx.insertInto('period_report').values(report).execute();
  if (lines.length > 0) await insertGiven(engine, 'period_line', LINE_COLUMNS, lines).execute(trx);
}

export function lineRow(userId: string, line: PeriodLine): PeriodLineTable {
  return {
    period_number: line.periodNumber,
    chat_id: line.chatId,
    corrects_number: line.correctsNumber,
    user_id: userId,
    tracked_ms: line.trackedMs,
    free_ms: line.freeMs,
    paid_ms: line.paidMs,
    billed_ms: line.billedMs,
    cost_units: line.costUnits,
  };
}

export function createPeriodStore({ db, reader, isIn }: Storage) {
  return {
    async closed(): Promise<ClosedPeriod[]> {
      const rows = await db
        .selectFrom('period_report')
        .select(['number', 'id', 'from_ms', 'until_ms'])
        .orderBy('number')
        .execute();
      return rows.map((row) => ({
        number: row.number,
        id: row.id,
        fromMs: row.from_ms,
        untilMs: row.until_ms,
      }));
    },

    /** What closed periods hold of these users. */
    async linesOf(userIds: readonly string[]): Promise<Map<string, PeriodLine[]>> {
      const byUser = new Map<string, PeriodLine[]>(userIds.map((userId) => [userId, []]));
      const rows = db.selectFrom('period_line').selectAll().where(isIn('user_id', userIds));
      for (const row of await rows.orderBy('period_number').execute())
        byUser.get(row.user_id)?.push({
          chatId: row.chat_id,
          periodNumber: row.period_number,
          correctsNumber: row.corrects_number,
          trackedMs: row.tracked_ms,
          freeMs: row.free_ms,
          paidMs: row.paid_ms,
          billedMs: row.billed_ms,
          costUnits: row.cost_units,
        });
      return byUser;
    },

    /** Without the reports' texts, by number. */
    list: (): Promise<Omit<PeriodReportTable, 'report'>[]> =>
      reader
        .selectFrom('period_report')
        .select(['number', 'id', 'from_ms', 'until_ms', 'closed_at_ms', 'by_id', 'seq', 'hash'])
        .orderBy('number')
        .execute(),

    report: (id: string): Promise<{ report: string; hash: string } | undefined> =>
      reader.selectFrom('period_report').select(['report', 'hash']).where('id', '=', id).executeTakeFirst(),
  };
}
