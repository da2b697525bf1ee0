/** The day in figures: settled totals of today's chats, and what is not confirmed yet. */
import type { ReactElement, ReactNode } from 'react';
import { timeAtDeskMs } from '../../records/time-at-desk.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { setDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { formatElapsed, formatHoursMinutes, formatMinor, startOfDayMs } from '../../words/format.ts';
import { Icon, Shape } from '../icons.tsx';
import { openOutsideForm } from '../outside/outside-actions.ts';
import { Keys } from '../parts.tsx';

/** `2 h 25 m` with quiet units. */
function HoursMinutes({ ms }: { ms: number }): ReactElement {
  return (
    <>
      {formatHoursMinutes(ms)
        .split(' ')
        .map((part, index) => (index % 2 === 0 ? part : <small key={part}> {part} </small>))}
    </>
  );
}

export function TodayStrip({ isQuiet }: { isQuiet: boolean }): ReactElement {
  const chats = useDeskChats((state) => state.chats);
  const totals = useDeskChats((state) => state.totals);
  const liveChats = useLive((state) => state.live?.chats);
  const settled = [...totals.values()];
  const sumOf = (read: (one: (typeof settled)[number]) => number) =>
    settled.reduce((sum, one) => sum + read(one), 0);
  const shown = new Map((liveChats ?? []).map((chat) => [chat.chatId, chat.trackedMs]));
  const trackedMs = (chats ?? []).reduce(
    (sum, { chat }) => sum + Math.max(shown.get(chat.id) ?? 0, totals.get(chat.id)?.trackedMs ?? 0),
    0,
  );
  const nowMs = useLive((state) => state.live?.serverNowMs ?? 0);
  const counted = useDeskChats((state) => state.counted);
  const running = (liveChats ?? []).filter(
    (chat) => chat.timer === 'running' || chat.runningElsewhere !== null,
  );
  const atDeskMs = timeAtDeskMs(
    counted,
    new Set(running.map((chat) => chat.chatId)),
    startOfDayMs(nowMs),
    nowMs,
  );
  const unconfirmedMs = (liveChats ?? []).reduce((sum, chat) => sum + chat.unconfirmedMs, 0);
  return (
    <section className="today" aria-label="Today">
      <dl className="row" title="Chats that are open or ended today, as the server has settled them">
        <Figure name="Paid today">
          <HoursMinutes ms={sumOf((one) => one.paidMs)} />
        </Figure>
        <Figure name="Free">
          <HoursMinutes ms={sumOf((one) => one.freeMs)} />
        </Figure>
        <Figure name="Credits">
          {formatMinor(sumOf((one) => one.chargeMinor))} <small>cr</small>
        </Figure>
        <Figure name="Chat time">
          <HoursMinutes ms={trackedMs} />
        </Figure>
        <Figure name="At desk" title="Wall-clock time today with at least one chat running">
          <HoursMinutes ms={atDeskMs} />
        </Figure>
        {unconfirmedMs > 0 && (
          <div className="fig">
            <dt>
              <span className="st-unconf st">
                <Shape name="unconf" />
              </span>
              Unconfirmed
            </dt>
            <dd>{formatElapsed(unconfirmedMs)}</dd>
          </div>
        )}
      </dl>
      <div className="grow" />
      <div className="row">
        <button
          type="button"
          className="btn"
          data-testid="desk-outside"
          aria-label="Outside session: time it or enter it"
          title="A session held by phone or in person: time it, or enter it (O)"
          onClick={() => openOutsideForm()}
        >
          <Icon name="clock" />
          <span className="wide-only">Outside</span>
        </button>
        <button
          type="button"
          className={`btn ${isQuiet ? '' : 'pri'}`}
          data-testid="desk-new-chat"
          onClick={() => setDesk({ overlay: 'newChat' })}
        >
          <Icon name="plus" />
          New chat
          <Keys keys={['N']} />
        </button>
      </div>
    </section>
  );
}

function Figure({
  name,
  title,
  children,
}: {
  name: string;
  title?: string;
  children: ReactNode;
}): ReactElement {
  return (
    <div className="fig" title={title}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
