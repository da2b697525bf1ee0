/** Closed periods and their reports, for supervisors and administrators. */
import { AppError } from '../../shared/errors.ts';
import { can } from '../access/can.ts';
import type { Actor, PeriodList } from '../ports.ts';
import { NO_SCOPE } from '../storage/row-scope.ts';
import type { Periods } from './periods.ts';

export async function readPeriods(actor: Actor, periods: Periods): Promise<PeriodList> {
  assertMayRead(actor);
  const rows = await periods.store.list();
  return {
    periods: rows.map((row) => ({
      ...{ id: row.id, number: row.number, fromMs: row.from_ms, untilMs: row.until_ms },
      ...{ closedAtMs: row.closed_at_ms, byId: row.by_id, seq: row.seq, hash: row.hash },
    })),
    openFromMs: rows.at(-1)?.until_ms ?? 0,
  };
}

export async function readReport(
  actor: Actor,
  periods: Periods,
  id: string,
): Promise<{ report: string; hash: string }> {
  assertMayRead(actor);
  const found = await periods.store.report(id);
  if (found === undefined) throw new AppError('unknownReference', { periodId: id });
  return found;
}

function assertMayRead(actor: Actor): void {
  if (!can(actor, 'read', { ...NO_SCOPE, type: 'periodClose', id: '' })) throw new AppError('notAllowed');
}
