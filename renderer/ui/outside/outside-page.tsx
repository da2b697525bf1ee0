/** Time entered by hand and what became of it: sessions held outside, gaps the advisor asked to count. */
import { useMemo, useState, type ReactElement } from 'react';
import type { HeldEntry } from '../../../shared/outside.ts';
import type { ManualTime } from '../../records/manual-time.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { useOutside } from '../../stores/outside.ts';
import { useSignedIn } from '../../stores/session.ts';
import { formatDay, formatElapsed, formatTimeOfDay } from '../../words/format.ts';
import { lookOfManual } from '../../words/outside.ts';
import { Icon, Shape } from '../icons.tsx';
import { Keys } from '../parts.tsx';
import { DeskStrip } from '../desk/desk-strip.tsx';
import { openOutsideForm, undoOutside, withdraw } from './outside-actions.ts';
import { OutsideTimers } from './outside-timers.tsx';

/** Entries drawn at first, and that *more* adds. */
const STEP = 50;

export function OutsidePage(): ReactElement {
  const entries = useOutside((state) => state.entries);
  const held = useOutside((state) => state.held);
  const [limit, setLimit] = useState(STEP);
  const withdrawing = useMemo(() => {
    const withdrawals = held.filter(({ kind }) => kind === 'withdrawal');
    return new Map(withdrawals.map((one) => [one.segmentId, one]));
  }, [held]);
  const sessions = held.filter(({ kind }) => kind === 'session');
  const waitingMs = entries
    .filter(({ state }) => state.kind === 'waiting' || state.kind === 'kept')
    .reduce((sum, { segment }) => sum + segment.elapsedMs, 0);
  return (
    <main className="desk-main" aria-label="Outside">
      <DeskStrip />
      <div className="page outside-page">
        <div className="row between wrap">
          <h1 className="h20">Outside</h1>
          <button type="button" className="btn pri" autoFocus onClick={() => openOutsideForm()}>
            <Icon name="plus" />
            Session
            <Keys keys={['O']} />
          </button>
        </div>
        <p className="muted">
          Sessions by phone or in person, and gaps you asked to count. Each counts when a supervisor has
          approved it{waitingMs > 0 && <>; {formatElapsed(waitingMs)} still waits</>}.
        </p>
        <OutsideTimers />
        {entries.length + sessions.length === 0 ? (
          <p className="muted">Nothing has been entered by hand.</p>
        ) : (
          <ul className="card plain-list" aria-label="Entered by hand">
            {sessions.map((one) => (
              <HeldItem key={one.id} entry={one} />
            ))}
            {entries.slice(0, limit).map((one) => (
              <Entry key={one.segment.id} entry={one} withdrawal={withdrawing.get(one.segment.id)} />
            ))}
          </ul>
        )}
        {entries.length > limit && (
          <button type="button" className="btn s" onClick={() => setLimit(limit + STEP)}>
            Show {Math.min(STEP, entries.length - limit)} more of {entries.length - limit}
          </button>
        )}
      </div>
      <span />
    </main>
  );
}

/** Saved a moment ago: it is sent when it can no longer be undone. */
function HeldItem({ entry }: { entry: HeldEntry }): ReactElement {
  const clientName = useDeskChats(
    (state) => state.users.find((user) => user.id === entry.userId)?.name ?? entry.userId ?? '',
  );
  return (
    <li className="receipt" data-testid="outside-held">
      <Line
        clientName={clientName}
        topic="Just entered"
        startMs={entry.startMs}
        elapsedMs={entry.elapsedMs}
      />
      <div className="row between">
        <span className="state st-unconf">
          <Shape name="unconf" />
          Saved here, sent in a moment
        </span>
        <button type="button" className="btn s" onClick={() => void undoOutside(entry.id)}>
          <Icon name="undo" />
          Undo
        </button>
      </div>
    </li>
  );
}

function Entry({
  entry,
  withdrawal,
}: {
  entry: ManualTime;
  withdrawal: HeldEntry | undefined;
}): ReactElement {
  const { segment, chat, clientName, isOutside, state } = entry;
  const deviceId = useSignedIn()?.deviceId;
  const { word, className, shape } = lookOfManual(state, segment.elapsedMs);
  const isWaiting = state.kind === 'waiting' || state.kind === 'kept';
  const isOwn = segment.deviceId === deviceId;
  const topic = [isOutside ? '' : 'Gap in', chat?.topic ?? 'Chat', chat?.number && `#${chat.number}`];
  return (
    <li className="receipt" data-testid="outside-entry" data-state={state.kind}>
      <Line
        clientName={clientName}
        topic={topic.filter(Boolean).join(' ')}
        startMs={segment.startedAtMs}
        elapsedMs={segment.elapsedMs}
      />
      <div className="row between wrap">
        <span className={`state ${className}`}>
          <Shape name={shape} />
          {withdrawal === undefined ? word : 'Withdrawn'}
        </span>
        {'reason' in state && state.reason !== undefined && (
          <q className="muted s12 grow" dir="auto">
            {state.reason}
          </q>
        )}
        {withdrawal !== undefined ? (
          <button type="button" className="btn s" onClick={() => void undoOutside(withdrawal.id)}>
            <Icon name="undo" />
            Undo
          </button>
        ) : isWaiting && isOwn ? (
          <button
            type="button"
            className="btn s"
            title="It will not count, unless a supervisor decides otherwise"
            onClick={() => void withdraw(segment.id, segment.chatId)}
          >
            Withdraw
          </button>
        ) : (
          isWaiting && <span className="muted s12">Entered on another device, which can withdraw it</span>
        )}
      </div>
    </li>
  );
}

function Line({
  clientName,
  topic,
  startMs,
  elapsedMs,
}: {
  clientName: string;
  topic: string;
  startMs: number;
  elapsedMs: number;
}): ReactElement {
  return (
    <div className="row between">
      <h2 className="row gap5 grow">
        <bdi className="clip" title={clientName}>
          {clientName}
        </bdi>
        <span className="muted s12 clip">{topic}</span>
      </h2>
      <span className="muted s12 num">
        {formatDay(startMs)} {formatTimeOfDay(startMs)}–{formatTimeOfDay(startMs + elapsedMs)}
      </span>
      <b className="num">{formatElapsed(elapsedMs)}</b>
    </div>
  );
}
