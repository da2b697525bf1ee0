/** A supervisor's desk: every advisor, their chats and settled times; nothing can be changed here. */
import { Fragment, useMemo, type ReactElement } from 'react';
import type { LocalDatabase } from '../../database/local-database.ts';
import {
  observeSupervisorList,
  type SupervisedAdvisor,
  type SupervisedChat,
} from '../../records/supervisor-list.ts';
import { setDesk } from '../../stores/desk.ts';
import { codeOfError } from '../../words/errors.ts';
import { formatCredits, formatDay, formatElapsed, formatTimeOfDay } from '../../words/format.ts';
import { useObservable } from '../use-observable.ts';

export function SupervisorPage({ database }: { database: LocalDatabase }): ReactElement {
  const advisors = useObservable(
    useMemo(() => observeSupervisorList(database), [database]),
    (error) => setDesk({ problem: codeOfError(error) }),
  );
  const sum = (read: (advisor: SupervisedAdvisor) => number) =>
    (advisors ?? []).reduce((total, one) => total + read(one), 0);
  return (
    <div className="page" tabIndex={0} role="region" aria-label="Advisors and their chats">
      <h1 className="h20">Advisors</h1>
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
                  <td colSpan={4}>
                    <bdi>{advisor.name}</bdi>{' '}
                    <span className="muted s12">
                      {advisor.chats.length} {advisor.chats.length === 1 ? 'chat' : 'chats'}
                    </span>
                  </td>
                  <Times times={{ ...advisor, chargeMinor: chargeOf(advisor) }} />
                </tr>
                {advisor.chats.map((one) => (
                  <ChatRow key={one.chat.id} one={one} />
                ))}
              </Fragment>
            ))}
            <tr className="sum">
              <td colSpan={4}>All</td>
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

function ChatRow({ one: { chat, clientName, totals } }: { one: SupervisedChat }): ReactElement {
  return (
    <tr data-testid="supervisor-row" data-chat-id={chat.id}>
      <td>
        <bdi>{clientName}</bdi>
      </td>
      <td className="muted">{[chat.topic, chat.number && `#${chat.number}`].filter(Boolean).join(' ')}</td>
      <td className="muted num">
        {formatDay(chat.openedAtMs)} {formatTimeOfDay(chat.openedAtMs)}
      </td>
      <td className="muted">{chat.endedAtMs > 0 ? 'Ended' : 'Open'}</td>
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
