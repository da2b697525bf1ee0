/**
 * Closing a period: everything that counts before its end is frozen, line by line and as a report, in one commit with the
 * row that says so and everything the ledger has not posted yet (DOMAIN.md, "Ledger and periods").
 */
import { createHash } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import type { PeriodClose } from '../../shared/rows.ts';
import { can } from '../access/can.ts';
import type { Job, JobContext } from '../core/committer.ts';
import type { CoreState } from '../core/row-context.ts';
import { isStorableId } from '../core/push-rows.ts';
import type { Actor, AskedClose, WriteResult } from '../ports.ts';
import { NO_SCOPE } from '../storage/row-scope.ts';
import type { ClosedPeriod } from './period-line.ts';
import { periodReport } from './period-report.ts';
import { lineRow } from './period-store.ts';
import { reportOfBook } from './reported-book.ts';

/** Throws AppError notAllowed, badInput, idConflict; badInput also when a user's figures cannot be settled. */
export function closePeriodJob(actor: Actor, asked: AskedClose, state: CoreState): Job<WriteResult> {
  return {
    size: 1,
    isAlone: true,
    mustSettle: true,
    prepare(needs) {
      needs.rowIds.add(asked.id);
      for (const userId of state.directory.allUserIds()) needs.userIds.add(userId);
    },
    run(context) {
      const result = closePeriod(context, actor, asked);
      return () => result;
    },
  };
}

function closePeriod(context: JobContext, actor: Actor, asked: AskedClose): WriteResult {
  const { state, work } = context;
  const { periods } = state;
  if (!can(actor, 'write', { ...NO_SCOPE, type: 'periodClose', id: asked.id }))
    throw new AppError('notAllowed', { type: 'periodClose' });
  const byId = actor.kind === 'member' ? actor.memberId : '';
  const known = context.withId(asked.id);
  const [before] = known;
  if (before?.row.type === 'periodClose' && isRepeat(before.row, asked, byId))
    return { seq: before.seq, isNew: false };
  if (known.length > 0) throw new AppError('idConflict', { id: asked.id });
  const period = checked(state, asked, work.nowMs);

  const seq = work.highSeq;
  const reported = [...state.directory.allUserIds()].flatMap((userId) => {
    const book = state.books.get(userId);
    return book === undefined ? [] : [{ userId, book, ...reportOfBook(book, state, periods, period) }];
  });
  const chats = reported.flatMap((one) => one.chats);
  if (chats.some((chat) => chat.advisorId === byId && chat.intervals.length > 0))
    throw new AppError('notAllowed', { reason: 'ownTime' });
  const report = periodReport({
    ...{ period, closedAtMs: work.nowMs, byId, seq, chats },
    periodIdOf: (number) => periods.closed()[number - 1]?.id ?? '',
    unconfirmed: reported.flatMap((one) => one.unconfirmed),
    quarantined: reported.flatMap((one) => one.quarantined),
  });
  const hash = createHash('sha256').update(report, 'utf8').digest('hex');
  work.period = {
    report: {
      ...{ number: period.number, id: period.id, from_ms: period.fromMs, until_ms: period.untilMs },
      ...{ closed_at_ms: work.nowMs, by_id: byId, seq, hash, report },
    },
    lines: reported.flatMap(({ userId, lines }) => lines.map((line) => lineRow(userId, line))),
  };
  for (const { userId, book, lines } of reported) {
    book.frozenLines = [...(book.frozenLines ?? []), ...lines];
    work.cause(userId);
  }
  periods.enter(period);
  const { reason } = asked;
  const row: PeriodClose = {
    type: 'periodClose',
    ...{ id: period.id, fromMs: period.fromMs, untilMs: period.untilMs, atMs: work.nowMs, byId },
    ...(reason !== undefined && { reason }),
    ...{ reportSeq: seq, reportHash: hash },
  };
  return { seq: work.put(row, NO_SCOPE).seq, isNew: true };
}

function isRepeat(row: PeriodClose, asked: AskedClose, byId: string): boolean {
  return (
    row.untilMs === asked.untilMs &&
    row.byId === byId &&
    row.reason === asked.reason &&
    (asked.fromMs === undefined || asked.fromMs === row.fromMs)
  );
}

/** Periods follow each other without a gap or an overlap, and end before now. */
function checked({ periods }: CoreState, { id, fromMs, untilMs }: AskedClose, nowMs: number): ClosedPeriod {
  const openFromMs = periods.openFromMs();
  if (!isStorableId(id)) throw new AppError('badInput', { id });
  if (fromMs !== undefined && fromMs !== openFromMs) throw new AppError('badInput', { fromMs, openFromMs });
  if (untilMs <= openFromMs) throw new AppError('badInput', { untilMs, openFromMs });
  if (untilMs >= nowMs) throw new AppError('badInput', { untilMs, nowMs });
  return { number: periods.openNumber(), id, fromMs: openFromMs, untilMs };
}
