/** Cards that ask whether a clock should run: a second one of the client, one that runs elsewhere, one that stood still. */
import type { ReactElement } from 'react';
import type { LiveChat, LiveClient } from '../../../shared/live.ts';
import { sayProblem } from '../../stores/chat.ts';
import { startDespiteEffect, startNotNow } from '../../stores/start-effect.ts';
import { toggleTimer } from '../../stores/toggle-timer.ts';
import { formatCountdown, formatTimeOfDay } from '../../words/format.ts';
import { Keys } from '../parts.tsx';
import { Card, type ChatCardsProps } from './card.tsx';

/** What a second running chat of the client does to the countdown, before it starts (UX.md, "Shared countdown"). */
export function StartCard({
  chat,
  firstName,
  client,
  onDone,
}: ChatCardsProps & { live: LiveChat; client: LiveClient }): ReactElement {
  const chats = client.runningChats + 1;
  const leftMs = client.whatIf.find((one) => one.chats === chats)?.totalLeftMs ?? null;
  const done = (work: Promise<void> | void) => {
    void Promise.resolve(work).catch(sayProblem);
    onDone();
  };
  return (
    <Card state="wait" name="Start this chat’s clock?" title="Start this chat’s clock?">
      <p className="s12" data-testid="start-effect">
        <bdi>{firstName}</bdi>’s credits last{' '}
        <b className="num">
          {formatCountdown(client.totalLeftMs ?? 0)} → {formatCountdown(leftMs ?? 0)}
        </b>{' '}
        with {chats} chats at once.
      </p>
      <div
        className="row wrap"
        onKeyDown={(event) => {
          if (event.key === 'Escape') done(startNotNow());
        }}
      >
        <button
          type="button"
          className="btn s pri"
          data-testid="start-despite"
          autoFocus
          onClick={() => done(startDespiteEffect(chat, { isRemembered: false }))}
        >
          Start <Keys keys={['↵']} />
        </button>
        <button type="button" className="btn s" onClick={() => done(startNotNow())}>
          Not now
        </button>
        <button
          type="button"
          className="btn s ghost"
          onClick={() => done(startDespiteEffect(chat, { isRemembered: true }))}
        >
          <span>
            Start, and do not ask again for <bdi>{firstName}</bdi> today
          </span>
        </button>
      </div>
    </Card>
  );
}

/** One chat runs on one device at a time; going on here ends its time there. */
export function ElsewhereCard({
  chat,
  elsewhere,
  onDone,
}: ChatCardsProps & { elsewhere: NonNullable<LiveChat['runningElsewhere']> }): ReactElement {
  return (
    <Card
      state="wait"
      name="Runs on another device"
      title={
        <>
          Runs on <bdi>{elsewhere.deviceName}</bdi> since{' '}
          <span className="num">{formatTimeOfDay(elsewhere.sinceMs)}</span>
        </>
      }
    >
      <p className="s12 muted">
        You can write here too. Taking over pauses the clock there and starts it here.
      </p>
      <div className="row">
        <button
          type="button"
          className="btn s pri"
          data-testid="chat-take-over"
          onClick={() => {
            void toggleTimer(chat).catch(sayProblem);
            onDone();
          }}
        >
          Take over <Keys keys={['Ctrl', 'P']} />
        </button>
      </div>
    </Card>
  );
}

/** A top-up came when the time for resuming by itself was over: the advisor decides. */
export function ResumeCard({ chat, firstName, onDone }: ChatCardsProps): ReactElement {
  return (
    <Card
      state="paid"
      name="Credits are back"
      title={
        <>
          <bdi>{firstName}</bdi> has credits again
        </>
      }
    >
      <p className="s12 muted">The clock has stood still since they ended. It goes on when you say so.</p>
      <div className="row">
        <button
          type="button"
          className="btn s pri"
          onClick={() => {
            void toggleTimer(chat).catch(sayProblem);
            onDone();
          }}
        >
          Resume <Keys keys={['Ctrl', 'P']} />
        </button>
      </div>
    </Card>
  );
}
