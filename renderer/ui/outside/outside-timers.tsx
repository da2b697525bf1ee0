/** Timers without a chat window, under Live on the desk: their own shape and word, and what to do when they stand. */
import type { ReactElement } from 'react';
import type { OutsideTimer } from '../../../shared/outside.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { useOutside } from '../../stores/outside.ts';
import { formatElapsed, formatTimeOfDay } from '../../words/format.ts';
import { stoppedWords } from '../../words/outside.ts';
import { Icon, Shape } from '../icons.tsx';
import { discardTimer, enterTimer, undoOutside } from './outside-actions.ts';

export function OutsideTimers(): ReactElement | null {
  const timers = useOutside((state) => state.timers);
  if (timers.length === 0) return null;
  return (
    <ul aria-label="Sessions held outside" className="outside-timers">
      {timers.map((timer) => (
        <TimerRow key={timer.id} timer={timer} />
      ))}
    </ul>
  );
}

function TimerRow({ timer }: { timer: OutsideTimer }): ReactElement {
  const clientName = useDeskChats(
    (state) => state.users.find((user) => user.id === timer.userId)?.name ?? timer.userId,
  );
  const isRunning = timer.phase === 'running';
  const word = { running: 'Outside', stopped: 'Outside, stopped', discarded: 'Discarded' }[timer.phase];
  return (
    <li
      className={`chat outside ${isRunning ? 'st-outside' : 'st-paused'}`}
      data-testid="outside-timer"
      data-phase={timer.phase}
    >
      <Shape name={isRunning ? 'outside' : 'paused'} />
      <div className="text">
        <div className="who">
          <bdi title={clientName}>{clientName}</bdi>
          <span className="topic clip">{timer.topic}</span>
        </div>
        <div className="last">
          <span className="clip">
            {isRunning ? `Held outside since ${formatTimeOfDay(timer.startedAtMs)}` : stoppedWords(timer)}
          </span>
        </div>
      </div>
      <div className="row gap5 acts-end">
        {timer.phase === 'discarded' ? (
          <button type="button" className="btn s" onClick={() => void undoOutside(timer.id)}>
            <Icon name="undo" />
            Undo
          </button>
        ) : (
          <>
            {!isRunning && (
              <button type="button" className="btn s ghost" onClick={() => void discardTimer(timer.id)}>
                Discard
              </button>
            )}
            <button
              type="button"
              className="btn s"
              data-testid="outside-stop"
              onClick={() => void enterTimer(timer)}
            >
              {isRunning ? 'Stop' : 'Enter…'}
            </button>
          </>
        )}
      </div>
      <div className="left">
        <span className="t">{formatElapsed(timer.elapsedMs)}</span>
        <span className="state st-outside">{word}</span>
      </div>
    </li>
  );
}
