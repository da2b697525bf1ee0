/** For supervisors: time entered by hand that waits for a ruling, and what its advisor took back. To read. */
import { useMemo, type ReactElement } from 'react';
import type { Advisor } from '../../../shared/rows.ts';
import { map } from 'rxjs';
import type { LocalDatabase } from '../../database/local-database.ts';
import { plainList } from '../../database/plain.ts';
import { observeManualTime } from '../../records/manual-time.ts';
import { setDesk } from '../../stores/desk.ts';
import { codeOfError } from '../../words/errors.ts';
import { formatDay, formatElapsed, formatTimeOfDay } from '../../words/format.ts';
import { lookOfManual } from '../../words/outside.ts';
import { Shape } from '../icons.tsx';
import { useObservable } from '../use-observable.ts';

/** Entries drawn; the number says how many there are. */
const SHOWN_MAX = 20;

function sayProblem(error: unknown): void {
  setDesk({ problem: codeOfError(error) });
}

export function ManualCard({ database }: { database: LocalDatabase }): ReactElement | null {
  const entries = useObservable(
    useMemo(() => observeManualTime(database), [database]),
    sayProblem,
  );
  const names = useObservable(
    useMemo(() => observeAdvisorNames(database), [database]),
    sayProblem,
  );
  const open = (entries ?? []).filter(({ state }) => state.kind === 'waiting' || state.kind === 'withdrawn');
  if (open.length === 0) return null;
  const waiting = open.filter(({ state }) => state.kind === 'waiting');
  const waitingMs = waiting.reduce((sum, { segment }) => sum + segment.elapsedMs, 0);
  return (
    <section className="card books" aria-label="Entered by hand">
      <h2>
        Entered by hand{' '}
        <span className="muted num">
          {waiting.length} waiting, {formatElapsed(waitingMs)}
        </span>
      </h2>
      <p className="muted s12">
        Sessions held outside, and gaps an advisor asked to count. None of it counts before a ruling.
      </p>
      <table className="mini-t">
        <tbody>
          {open.slice(0, SHOWN_MAX).map(({ segment, chat, clientName, isOutside, state }) => {
            const { word, className, shape } = lookOfManual(state, segment.elapsedMs);
            return (
              <tr key={segment.id} data-testid="manual-row" data-state={state.kind}>
                <td className="nowrap">
                  <bdi>{names?.get(chat?.advisorId ?? '') ?? chat?.advisorId}</bdi>
                </td>
                <td>
                  <bdi>{clientName}</bdi>{' '}
                  <span className="muted">
                    {isOutside ? chat?.topic : `Gap in ${chat?.topic ?? 'a chat'}`}
                  </span>
                </td>
                <td className="muted num">
                  {formatDay(segment.startedAtMs)} {formatTimeOfDay(segment.startedAtMs)}
                </td>
                <td className="n num">{formatElapsed(segment.elapsedMs)}</td>
                <td>
                  <span className={`state ${className}`}>
                    <Shape name={shape} />
                    {state.kind === 'withdrawn' ? 'Withdrawn by its advisor' : word}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {open.length > SHOWN_MAX && <p className="muted s12">and {open.length - SHOWN_MAX} more</p>}
    </section>
  );
}

function observeAdvisorNames(database: LocalDatabase) {
  return database.advisor
    .find()
    .$.pipe(map((found) => new Map(plainList<Advisor>(found).map(({ id, name }) => [id, name ?? id]))));
}
