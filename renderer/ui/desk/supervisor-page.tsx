/** A supervisor's desk: every advisor, their chats, what runs now, the settled times. To read; nothing can be changed. */
import { Fragment, useMemo, useState, type ReactElement } from 'react';
import { map } from 'rxjs';
import type { ProjectedChat, UserProjection } from '../../../shared/rows.ts';
import type { LocalDatabase } from '../../database/local-database.ts';
import { plainList } from '../../database/plain.ts';
import {
  observeSupervisorList,
  type SupervisedAdvisor,
  type SupervisedChat,
} from '../../records/supervisor-list.ts';
import { setDesk } from '../../stores/desk.ts';
import { codeOfError } from '../../words/errors.ts';
import { formatCredits, formatDay, formatElapsed, formatTimeOfDay } from '../../words/format.ts';
import { StateMark } from '../parts.tsx';
import { ManualCard } from '../outside/manual-card.tsx';
import { useObservable } from '../use-observable.ts';
import { OverviewCard } from '../review/overview-card.tsx';
import { openChat } from './actions.ts';
import { BooksCard } from './books-card.tsx';

/** Open chats as the server's projections show them, by chat id. */
type Running = ReadonlyMap<string, ProjectedChat>;
const NOTHING_RUNS: Running = new Map();
/** Chats drawn of one advisor at first; the sums are of all that are listed. */
const SHOWN_MAX = 40;

function sayProblem(error: unknown): void {
  setDesk({ problem: codeOfError(error) });
}

export function SupervisorPage({ database }: { database: LocalDatabase }): ReactElement {
  const advisors = useObservable(
    useMemo(() => observeSupervisorList(database), [database]),
    sayProblem,
  );
  const running = useObservable(
    useMemo(() => observeRunning(database), [database]),
    sayProblem,
  );
  const [shownAll, setShownAll] = useState<ReadonlySet<string>>(new Set());
  const sum = (read: (advisor: SupervisedAdvisor) => number) =>
    (advisors ?? []).reduce((total, one) => total + read(one), 0);
  return (
    <div className="page" tabIndex={0} role="region" aria-label="Advisors and their chats">
      <h1 className="h20">Advisors</h1>
      <OverviewCard nameOf={(id) => advisors?.find((one) => one.advisorId === id)?.name ?? id} />
      <ManualCard database={database} />
      <BooksCard />
      <div className="card">
        <table
          className="tbl"
          role="grid"
          aria-label="Advisors, their chats and settled times"
          aria-readonly="true"
        >
          <thead>
            <tr>
              {['Advisor, client', 'Chat', 'Opened', 'State'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
              {['Tracked', 'Free', 'Paid', 'Credits'].map((name) => (
                <th key={name} scope="col" className="n">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {advisors?.map((advisor) => (
              <Fragment key={advisor.advisorId}>
                <tr className="sum" data-testid="supervisor-row" data-advisor-id={advisor.advisorId}>
                  <td colSpan={3}>
                    <bdi>{advisor.name}</bdi>{' '}
                    <span className="muted s12">
                      {advisor.chats.length} {advisor.chats.length === 1 ? 'chat' : 'chats'}
                    </span>
                  </td>
                  <td>
                    <Live count={liveCountOf(advisor, running)} />
                  </td>
                  <Times times={{ ...advisor, chargeMinor: chargeOf(advisor) }} />
                </tr>
                {runningFirst(advisor.chats, running)
                  .slice(0, shownAll.has(advisor.advisorId) ? undefined : SHOWN_MAX)
                  .map((one) => (
                    <ChatRow key={one.chat.id} one={one} running={running?.get(one.chat.id)} />
                  ))}
                {advisor.chats.length > SHOWN_MAX && !shownAll.has(advisor.advisorId) && (
                  <tr>
                    <td colSpan={8}>
                      <button
                        type="button"
                        className="btn s"
                        onClick={() => setShownAll(new Set([...shownAll, advisor.advisorId]))}
                      >
                        Show {advisor.chats.length - SHOWN_MAX} more
                      </button>
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
            <tr className="sum">
              <td colSpan={3}>All</td>
              <td>
                <Live count={(advisors ?? []).reduce((total, one) => total + liveCountOf(one, running), 0)} />
              </td>
              <Times
                times={{
                  trackedMs: sum((one) => one.trackedMs),
                  freeMs: sum((one) => one.freeMs),
                  paidMs: sum((one) => one.paidMs),
                  chargeMinor: sum(chargeOf),
                }}
              />
            </tr>
          </tbody>
        </table>
      </div>
    </div>
  );
}

function chargeOf({ chats }: SupervisedAdvisor): number {
  return chats.reduce((sum, { totals }) => sum + (totals?.chargeMinor ?? 0), 0);
}

function liveCountOf({ chats }: SupervisedAdvisor, running: Running = NOTHING_RUNS): number {
  return chats.filter(({ chat }) => running.get(chat.id)?.runningOnDeviceId !== undefined).length;
}

/** What runs now stands on top, the rest as it comes: newest first. */
function runningFirst(chats: readonly SupervisedChat[], running: Running = NOTHING_RUNS): SupervisedChat[] {
  const runs = ({ chat }: SupervisedChat) => running.get(chat.id)?.runningOnDeviceId !== undefined;
  return [...chats.filter(runs), ...chats.filter((one) => !runs(one))];
}

function Live({ count }: { count: number }): ReactElement | null {
  return count === 0 ? null : <StateMark state="paid">{count} live</StateMark>;
}

function ChatRow({
  one,
  running,
}: {
  one: SupervisedChat;
  running: ProjectedChat | undefined;
}): ReactElement {
  const { chat, clientName, totals } = one;
  const device = running?.runningOnDeviceId === undefined ? null : (running.runningOnDeviceName ?? '');
  return (
    <tr data-testid="supervisor-row" data-chat-id={chat.id}>
      <td>
        <button
          type="button"
          className="link"
          title="Read this chat"
          onClick={() => void openChat({ chat, clientName })}
        >
          <bdi>{clientName}</bdi>
        </button>
      </td>
      <td className="muted">{[chat.topic, chat.number && `#${chat.number}`].filter(Boolean).join(' ')}</td>
      <td className="muted num">
        {formatDay(chat.openedAtMs)} {formatTimeOfDay(chat.openedAtMs)}
      </td>
      <td>
        {chat.endedAtMs > 0 ? (
          <StateMark state="ended" />
        ) : device === null ? (
          <StateMark state="wait">Open</StateMark>
        ) : (
          <StateMark state="paid">
            Runs on <bdi>{device}</bdi>
          </StateMark>
        )}
      </td>
      {totals === null ? (
        <td className="n muted" colSpan={4}>
          Not settled yet
        </td>
      ) : (
        <Times times={totals} />
      )}
    </tr>
  );
}

function Times({
  times,
}: {
  times: { trackedMs: number; freeMs: number; paidMs: number; chargeMinor: number };
}): ReactElement {
  return (
    <>
      <td className="n">{formatElapsed(times.trackedMs)}</td>
      <td className="n">{formatElapsed(times.freeMs)}</td>
      <td className="n">{formatElapsed(times.paidMs)}</td>
      <td className="n">{formatCredits(times.chargeMinor)}</td>
    </>
  );
}

function observeRunning(database: LocalDatabase) {
  return database.userProjection.find().$.pipe(
    map((found): Running => {
      const projections = plainList<UserProjection>(found);
      return new Map(projections.flatMap(({ chats }) => chats.map((chat) => [chat.chatId, chat])));
    }),
  );
}
