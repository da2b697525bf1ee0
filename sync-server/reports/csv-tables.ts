/**
 * Tables to hand on, one line for each chat or each segment of a span of days, a page at a time in one unchanging view:
 * memory stays that of a page however much there is.
 */
import { sql } from 'kysely';
import { csvLine, type CsvCell } from '../../shared/csv.ts';
import { AppError } from '../../shared/errors.ts';
import { createCalendar, type Span } from '../../shared/reports/calendar.ts';
import type { OverviewQuery } from '../../shared/reports/overview.ts';
import type { Row, SegmentAdmission, TimeSegment } from '../../shared/rows.ts';
import { admissionId } from '../admission/admit-segment.ts';
import { assertReaderOfAll } from '../core/pages.ts';
import type { Actor } from '../ports.ts';
import type { Snapshot } from '../storage/snapshot.ts';
import type { ReportContext } from './reports.ts';

const PAGE = 2_000;

export type CsvTable = 'chats' | 'segments';
type RowOf<T extends Row['type']> = Extract<Row, { type: T }>;

/**
 * The lines of a table, many at a time, heading first; the snapshot is closed when the last was read or the reader went
 * away. Throws AppError notAllowed for who may not review, badInput when the last day is before the first.
 */
export async function readCsv(
  actor: Actor,
  table: CsvTable,
  query: OverviewQuery,
  { reports, timeZone, snapshot }: Omit<ReportContext, 'nowMs'> & { snapshot(): Promise<Snapshot> },
): Promise<AsyncGenerator<string>> {
  assertReaderOfAll(actor);
  if (query.until < query.from) throw new AppError('badInput', { from: query.from, until: query.until });
  const span = createCalendar(timeZone).spanOfDates(query.from, query.until);
  await reports.refresh();
  const view = await snapshot();
  const scope = { view, query, span, instant: instantsIn(timeZone) };
  return closing(view, table === 'chats' ? chatLines(scope) : segmentLines(scope));
}

interface Scope {
  view: Snapshot;
  query: OverviewQuery;
  span: Span;
  /** Date and time of day in the organisation's zone. */
  instant(ms: number): string;
}

async function* closing(view: Snapshot, lines: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield* lines;
  } finally {
    await view.close();
  }
}

/** Figures within the span, and beside them what is settled of the whole chat, which an increment rounds and a client pays. */
async function* chatLines({ view, query, span, instant }: Scope): AsyncGenerator<string> {
  yield csvLine([
    ...['chat_id', 'number', 'topic', 'advisor_id', 'advisor', 'client_id', 'client'],
    ...['first_start', 'last_end', 'tracked_ms', 'free_ms', 'paid_ms', 'paid_cost_credits'],
    ...['whole_tracked_ms', 'whole_free_ms', 'whole_paid_ms', 'whole_billed_ms', 'whole_cost_credits'],
  ]);
  let afterId = '';
  for (;;) {
    const sums = await sumsOfChats(view, query, span, afterId);
    if (sums.length === 0) return;
    afterId = (sums.at(-1) as ChatSums).chat_id;
    const names = await rowsOf(
      view,
      ['chat', 'user', 'advisor', 'recordTotals'],
      [...sums.flatMap((one) => [one.chat_id, one.user_id, one.advisor_id])],
    );
    yield sums
      .map((one) => {
        const chat = names.of('chat', one.chat_id);
        const whole = names.of('recordTotals', one.chat_id);
        return csvLine([
          ...[one.chat_id, chat?.number, chat?.topic],
          ...[one.advisor_id, names.of('advisor', one.advisor_id)?.name],
          ...[one.user_id, names.of('user', one.user_id)?.name],
          ...[instant(Number(one.first_ms)), instant(Number(one.last_ms))],
          ...[Number(one.free_ms) + Number(one.paid_ms), Number(one.free_ms), Number(one.paid_ms)],
          creditsOf(Number(one.paid_units)),
          ...[whole?.trackedMs, whole?.freeMs, whole?.paidMs, whole?.billedMs],
          whole === undefined ? undefined : creditsOf(whole.costUnits),
        ]);
      })
      .join('');
  }
}

interface ChatSums {
  chat_id: string;
  user_id: string;
  advisor_id: string;
  first_ms: number;
  last_ms: number;
  free_ms: number;
  paid_ms: number;
  paid_units: number;
}

async function sumsOfChats(
  { db }: Snapshot,
  { advisorId, userId }: OverviewQuery,
  { fromMs, untilMs }: Span,
  afterId: string,
): Promise<ChatSums[]> {
  const start = sql`case when start_ms < ${fromMs} then ${fromMs} else start_ms end`;
  const end = sql`case when end_ms > ${untilMs} then ${untilMs} else end_ms end`;
  const length = sql`((${end}) - (${start}))`;
  const { rows } = await sql<ChatSums>`
    select chat_id, user_id, advisor_id, min(${start}) as first_ms, max(${end}) as last_ms,
      sum(case when is_paid = 0 then ${length} else 0 end) as free_ms,
      sum(case when is_paid = 1 then ${length} else 0 end) as paid_ms,
      sum(case when is_paid = 1 then ${length} * units_per_ms else 0 end) as paid_units
    from report_stretch
    where chat_id > ${afterId} and start_ms < ${untilMs} and end_ms > ${fromMs}
      ${advisorId === undefined ? sql`` : sql`and advisor_id = ${advisorId}`}
      ${userId === undefined ? sql`` : sql`and user_id = ${userId}`}
    group by chat_id, user_id, advisor_id order by chat_id limit ${PAGE}`.execute(db);
  return rows;
}

/** Every segment that lies in the span by its placed start and its claimed length: also what does not count, and why. */
async function* segmentLines({ view, query, span, instant }: Scope): AsyncGenerator<string> {
  yield csvLine([
    ...['segment_id', 'chat_id', 'advisor_id', 'client_id', 'device_id', 'start', 'start_ms'],
    ...['recorded_ms', 'admitted_ms', 'waits_ms', 'verdict', 'reason', 'unanchored'],
    ...['closed', 'close_reason', 'source', 'funding'],
  ]);
  let seq = 0;
  for (;;) {
    let page = view.db
      .selectFrom('sync_row')
      .select(['seq', 'user_id', 'advisor_id', 'json'])
      .where('type', '=', 'timeSegment')
      .where('seq', '>', seq);
    if (query.advisorId !== undefined) page = page.where('advisor_id', '=', query.advisorId);
    if (query.userId !== undefined) page = page.where('user_id', '=', query.userId);
    const rows = await page.orderBy('seq').limit(PAGE).execute();
    if (rows.length === 0) return;
    seq = (rows.at(-1) as { seq: number }).seq;
    const segments = rows.map((row) => ({ ...row, segment: JSON.parse(row.json) as TimeSegment }));
    const verdicts = await rowsOf(
      view,
      ['segmentAdmission'],
      segments.map(({ segment }) => admissionId(segment.id)),
    );
    const lines = segments.map(({ segment, user_id, advisor_id }) => {
      const verdict = verdicts.of('segmentAdmission', admissionId(segment.id));
      return verdict === undefined || !isWithin(span, verdict, segment)
        ? ''
        : csvLine(segmentCells(segment, verdict, { user_id, advisor_id, instant }));
    });
    yield lines.join('');
    // libsql answers without waiting: others get their turn here.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function isWithin({ fromMs, untilMs }: Span, { startMs }: SegmentAdmission, { elapsedMs }: TimeSegment) {
  return startMs < untilMs && startMs + Math.max(1, elapsedMs) > fromMs;
}

function segmentCells(
  segment: TimeSegment,
  verdict: SegmentAdmission,
  of: { user_id: string | null; advisor_id: string | null; instant(ms: number): string },
): CsvCell[] {
  return [
    ...[segment.id, segment.chatId, of.advisor_id, of.user_id, segment.deviceId],
    ...[of.instant(verdict.startMs), verdict.startMs],
    ...[segment.elapsedMs, verdict.admittedElapsedMs, verdict.pendingMs],
    ...[verdict.code, verdict.reason, verdict.flags.includes('unanchored')],
    ...[segment.closed, segment.closeReason, segment.source, segment.funding],
  ];
}

async function rowsOf(view: Snapshot, types: readonly Row['type'][], ids: readonly string[]) {
  const rows = await view.db
    .selectFrom('sync_row')
    .select(['id', 'type', 'json'])
    .where(view.isIn('id', [...new Set(ids)]))
    .where('type', 'in', types)
    .execute();
  const found = new Map(rows.map(({ id, type, json }) => [`${type} ${id}`, json]));
  return {
    of<T extends Row['type']>(type: T, id: string): RowOf<T> | undefined {
      const json = found.get(`${type} ${id}`);
      return json === undefined ? undefined : (JSON.parse(json) as RowOf<T>);
    },
  };
}

/** `2026-11-20 12:41:08` in the zone: what spreadsheets read as date and time. */
function instantsIn(timeZone: string): (ms: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return (ms) => format.format(ms);
}

/** Exact: a unit is a 60,000th of a minor credit, and that a hundredth of a credit. */
function creditsOf(units: number): number {
  return Math.round(units / 60) / 100_000;
}
