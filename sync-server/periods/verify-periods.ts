/**
 * Checks closed periods: the reports' hashes, that they say what the rows, the frozen lines and the ledger say. Reads one
 * snapshot, writes nothing.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { msSchema, type PeriodClose } from '../../shared/rows.ts';
import { chatOfAccount } from '../ledger/accounts.ts';
import { ledgerPeriodId } from '../ledger/ledger-period.ts';
import type { Snapshot } from '../storage/snapshot.ts';
import type { LedgerAccountTable, PeriodLineTable, PeriodReportTable } from '../storage/tables.ts';

const amountsSchema = z.object({
  trackedMs: z.number(),
  freeMs: z.number(),
  paidMs: z.number(),
  billedMs: z.number(),
  costUnits: z.number(),
});
/** What is compared of a report. */
const reportSchema = z.object({
  ...{ id: z.string(), byId: z.string(), number: msSchema, seq: msSchema },
  ...{ fromMs: msSchema, untilMs: msSchema, closedAtMs: msSchema },
  advisors: z.array(
    z.object({
      chats: z.array(
        z.object({
          chatId: z.string(),
          own: amountsSchema,
          lateTime: z.array(amountsSchema.extend({ correctsPeriod: z.string() })),
        }),
      ),
    }),
  ),
});

/** What is wrong, in plain words; nothing when every closed period is as it was frozen. */
export async function verifyPeriods({ db }: Snapshot): Promise<{ periods: number; problems: string[] }> {
  const reports = await db.selectFrom('period_report').selectAll().orderBy('number').execute();
  const lines = await db.selectFrom('period_line').selectAll().execute();
  const closes = new Map(
    (await db.selectFrom('sync_row').select('json').where('type', '=', 'periodClose').execute()).map(
      ({ json }) => {
        const row = JSON.parse(json) as PeriodClose;
        return [row.id, row];
      },
    ),
  );
  const accounts = await db.selectFrom('ledger_account').selectAll().execute();
  const problems = reports.flatMap((report, position) => [
    ...reportProblems(report, reports[position - 1], closes.get(report.id)),
    ...lineProblems(
      report,
      lines.filter((line) => line.period_number === report.number),
      reports,
    ),
  ]);
  const closed = new Set(reports.map((report) => report.id));
  for (const id of closes.keys())
    if (!closed.has(id)) problems.push(`period ${id} was closed, and its report is missing`);
  problems.push(...ledgerProblems(lines, accounts, reports.length));
  return { periods: reports.length, problems };
}

function* reportProblems(
  report: PeriodReportTable,
  before: PeriodReportTable | undefined,
  close: PeriodClose | undefined,
): Iterable<string> {
  const name = `the report of period ${report.id}`;
  if (sha256(report.report) !== report.hash) yield `${name} is not what its hash says`;
  if (report.number !== (before?.number ?? 0) + 1) yield `${name} has the number ${report.number}`;
  if (report.from_ms !== (before?.until_ms ?? 0)) yield `${name} does not begin where the last one ended`;
  if (close === undefined) yield `${name} has no row that closed it`;
  else if (
    close.reportHash !== report.hash ||
    close.reportSeq !== report.seq ||
    close.fromMs !== report.from_ms ||
    close.untilMs !== report.until_ms ||
    close.atMs !== report.closed_at_ms ||
    close.byId !== report.by_id
  )
    yield `${name} is not what the row that closed it says`;
}

/** The report says of each chat what the frozen lines say. */
function* lineProblems(
  row: PeriodReportTable,
  lines: readonly PeriodLineTable[],
  reports: readonly PeriodReportTable[],
): Iterable<string> {
  const parsed = reportSchema.safeParse(readJson(row.report));
  if (!parsed.success) {
    yield `the report of period ${row.id} cannot be read`;
    return;
  }
  const { data } = parsed;
  const said = [data.id, data.number, data.fromMs, data.untilMs, data.closedAtMs, data.byId, data.seq];
  const kept = [row.id, row.number, row.from_ms, row.until_ms, row.closed_at_ms, row.by_id, row.seq];
  if (JSON.stringify(said) !== JSON.stringify(kept)) yield `the report of period ${row.id} is another one`;
  const reported = new Map<string, string>();
  const numberOf = new Map(reports.map((one) => [one.id, one.number]));
  for (const chat of data.advisors.flatMap((advisor) => advisor.chats)) {
    if (Object.values(chat.own).some((figure) => figure !== 0))
      reported.set(keyOf(chat.chatId, 0), figuresOf(chat.own));
    for (const late of chat.lateTime)
      reported.set(keyOf(chat.chatId, numberOf.get(late.correctsPeriod) ?? -1), figuresOf(late));
  }
  for (const line of lines) {
    const key = keyOf(line.chat_id, line.corrects_number);
    const { tracked_ms: trackedMs, free_ms: freeMs, paid_ms: paidMs, billed_ms: billedMs } = line;
    const figures = figuresOf({ trackedMs, freeMs, paidMs, billedMs, costUnits: line.cost_units });
    if (reported.get(key) !== figures)
      yield `period ${row.id} holds of chat ${line.chat_id} another figure than its report says`;
    reported.delete(key);
  }
  for (const key of reported.keys())
    yield `period ${row.id} holds nothing of chat ${(JSON.parse(key) as [string])[0]}, of which its report speaks`;
}

/** The ledger's accounts of closed periods are the frozen lines. */
function* ledgerProblems(
  lines: readonly PeriodLineTable[],
  accounts: readonly LedgerAccountTable[],
  closedCount: number,
): Iterable<string> {
  const expected = new Map<string, { chatId: string; periodId: string; balance: number }>();
  for (const line of lines) {
    const periodId = ledgerPeriodId(line.period_number);
    const corrects = line.corrects_number === 0 ? '' : ledgerPeriodId(line.corrects_number);
    for (const [commodity, balance] of [
      ['credit', line.cost_units],
      ['freeTime', line.free_ms],
    ] as const)
      if (balance !== 0)
        expected.set(JSON.stringify([line.chat_id, commodity, periodId, corrects]), {
          ...{ chatId: line.chat_id, periodId, balance },
        });
  }
  const closed = new Set(Array.from({ length: closedCount }, (_, n) => ledgerPeriodId(n + 1)));
  for (const account of accounts) {
    const chatId = chatOfAccount(account.account);
    if (chatId === undefined || !closed.has(account.period_id)) continue;
    const key = JSON.stringify([chatId, account.commodity, account.period_id, account.corrects_period]);
    const balance = expected.get(key)?.balance ?? 0;
    expected.delete(key);
    if (balance !== account.balance)
      yield `account ${account.account} (${account.commodity}) holds ${account.balance} in the closed ${account.period_id}, which froze ${balance}`;
  }
  for (const { chatId, periodId, balance } of expected.values())
    yield `the ledger holds nothing of chat ${chatId} in the closed ${periodId}, which froze ${balance}`;
}

function keyOf(chatId: string, correctsNumber: number): string {
  return JSON.stringify([chatId, correctsNumber]);
}

function figuresOf(amounts: z.infer<typeof amountsSchema>): string {
  const { trackedMs, freeMs, paidMs, billedMs, costUnits } = amounts;
  return JSON.stringify([trackedMs, freeMs, paidMs, billedMs, costUnits]);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
