/** One day of the organisation: a lane for each chat with its counted time, by the advisor who held it. */
import { compareCodeUnits } from '../../shared/code-unit-order.ts';
import { groupBy } from '../../shared/fold/group-by.ts';
import { createCalendar } from '../../shared/reports/calendar.ts';
import type { Timeline, TimelineLane, TimelineQuery } from '../../shared/reports/timeline.ts';
import { cutTo, workedTime, type ReportStretch } from '../../shared/reports/worked-time.ts';
import type { Row } from '../../shared/rows.ts';
import { assertReaderOfAll } from '../core/pages.ts';
import type { Actor } from '../ports.ts';
import { readStored, type RowStore } from '../storage/row-store.ts';
import type { ReportContext } from './reports.ts';

type RowOf<T extends Row['type']> = Extract<Row, { type: T }>;
type Names = Pick<RowStore, 'byIds'>;

/** Throws AppError notAllowed for who may not review. */
export async function readTimeline(
  actor: Actor,
  { date, advisorId }: TimelineQuery,
  { reports, timeZone, nowMs }: ReportContext,
): Promise<Timeline> {
  assertReaderOfAll(actor);
  const span = createCalendar(timeZone).spanOfDates(date, date);
  const seq = await reports.refresh();
  const stretches = cutTo(await reports.store.within(span, { advisorId }), span);
  const chats = await rowsById(reports.rows, 'chat', idsOf(stretches, 'chatId'));
  const users = await rowsById(reports.rows, 'user', idsOf(stretches, 'userId'));
  const advisors = await rowsById(reports.rows, 'advisor', idsOf(stretches, 'advisorId'));
  const laneOf = ([chatId, ofChat]: [string, ReportStretch[]]): TimelineLane => {
    const { userId } = ofChat[0] as ReportStretch;
    const { number, topic } = chats.get(chatId) ?? {};
    return {
      ...{ chatId, userId, clientName: users.get(userId)?.name ?? userId },
      ...(number !== undefined && { number }),
      ...(topic !== undefined && { topic }),
      stretches: joined(ofChat),
    };
  };
  return {
    ...{ timeZone, date, ...span, seq, asOfMs: nowMs },
    advisors: [...groupBy(stretches, (one) => one.advisorId)]
      .map(([id, ofAdvisor]) => {
        const { unionMs, ...figures } = workedTime(ofAdvisor);
        const lanes = [...groupBy(ofAdvisor, (one) => one.chatId)].map(laneOf);
        const name = advisors.get(id)?.name ?? id;
        return { ...figures, workedMs: unionMs, advisorId: id, name, lanes: lanes.sort(byStart) };
      })
      .sort((a, b) => compareCodeUnits(a.name, b.name) || compareCodeUnits(a.advisorId, b.advisorId)),
  };
}

/** Stored stretches are cut at rates and at certain hours: what is shown alike is one. */
function joined(stretches: readonly ReportStretch[]): TimelineLane['stretches'] {
  const joined: TimelineLane['stretches'] = [];
  for (const { startMs, endMs, kind } of [...stretches].sort((a, b) => a.startMs - b.startMs)) {
    const last = joined.at(-1);
    if (last !== undefined && last.endMs === startMs && last.kind === kind) last.endMs = endMs;
    else joined.push({ startMs, endMs, kind });
  }
  return joined;
}

function byStart(a: TimelineLane, b: TimelineLane): number {
  const start = ({ stretches }: TimelineLane) => stretches[0]?.startMs ?? 0;
  return start(a) - start(b) || compareCodeUnits(a.chatId, b.chatId);
}

function idsOf(stretches: readonly ReportStretch[], key: 'chatId' | 'userId' | 'advisorId'): string[] {
  return [...new Set(stretches.map((one) => one[key]))];
}

async function rowsById<T extends Row['type']>(
  rows: Names,
  type: T,
  ids: readonly string[],
): Promise<Map<string, RowOf<T>>> {
  const found = (await rows.byIds(ids)).filter((one) => one.type === type);
  return new Map(found.map((one) => [one.id, readStored(one).row as RowOf<T>]));
}
