/** What needs a decision or a word right now, between transcript and composer; at most one card at a time. */
import type { ReactElement, ReactNode } from 'react';
import type { LiveChat, LiveClient } from '../../../shared/live.ts';
import type { Chat } from '../../../shared/rows.ts';
import { sayProblem } from '../../stores/chat.ts';
import { startDespiteEffect, startNotNow, useStartQuestion } from '../../stores/start-effect.ts';
import { toggleTimer } from '../../stores/toggle-timer.ts';
import { STATE_LOOKS, type StateName } from '../../words/chat-state.ts';
import { formatCountdown, formatElapsed, formatTimeOfDay, formatUnits } from '../../words/format.ts';
import { Shape } from '../icons.tsx';
import { Keys } from '../parts.tsx';

export interface ChatCardsProps {
  chat: Chat;
  firstName: string;
  state: StateName;
  live: LiveChat | undefined;
  client: LiveClient | undefined;
  /** Puts a ready sentence into the composer; it is sent by Enter only. */
  onSentence(sentence: string): void;
  /** A card is done with: the keyboard goes back to the composer. */
  onDone(): void;
}

export function ChatCards(props: ChatCardsProps): ReactElement | null {
  const { live, client, state } = props;
  const isAsking = useStartQuestion(({ chatId }) => chatId === props.chat.id);
  if (live === undefined || client === undefined) return null;
  if (live.runningElsewhere !== null && live.timer !== 'running')
    return <ElsewhereCard {...props} elsewhere={live.runningElsewhere} />;
  if (isAsking && live.timer === 'idle') return <StartCard {...props} live={live} client={client} />;
  if (live.timer === 'exhausted' && live.mayResume === 'ask') return <ResumeCard {...props} />;
  if (state === 'out') return <StoppedCard {...props} live={live} client={client} />;
  if (live.timer === 'running' && live.funding === 'unfunded') return <UnfundedCard />;
  if (state === 'low') return <LowCard {...props} client={client} />;
  if (state === 'unconf' && live.unconfirmedMs > 0) return <UnconfirmedCard live={live} client={client} />;
  return null;
}

function Card({
  state,
  name,
  title,
  aside,
  isLine = true,
  children,
}: {
  state: StateName;
  name: string;
  title: ReactNode;
  aside?: ReactNode;
  isLine?: boolean;
  children: ReactNode;
}): ReactElement {
  const { className, shape } = STATE_LOOKS[state];
  return (
    <section className={`offer ${isLine ? 'line' : ''} ${className}`} aria-label={name}>
      <div className="row between">
        <h2>
          <span className="row gap5">
            <Shape name={shape} />
            <span>{title}</span>
          </span>
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

/** What a second running chat of the client does to the countdown, before it starts (UX.md, "Shared countdown"). */
function StartCard({
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
function ElsewhereCard({
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
function ResumeCard({ chat, firstName, onDone }: ChatCardsProps): ReactElement {
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

function StoppedCard({
  firstName,
  live,
  client,
  onSentence,
}: ChatCardsProps & { live: LiveChat; client: LiveClient }): ReactElement {
  if (live.stoppedBy === 'lapsed' || client.startBlockedBy === 'noAllowance') {
    return (
      <Card state="unconf" name="Offline limit reached" title="As long as it can be without the server">
        <p className="s12 muted">
          The clock has stopped, so that nobody is charged for what <bdi>{firstName}</bdi> may not have.
          Messages are kept and sent later. The clock can run again when the server answers.
        </p>
      </Card>
    );
  }
  const isDebt = client.debtUnits > 0;
  return (
    <Card
      state="out"
      name="Credits are exhausted"
      title={
        isDebt ? (
          <>
            <bdi>{firstName}</bdi> owes <span className="num">{formatUnits(client.debtUnits)}</span>
          </>
        ) : (
          'Credits have ended'
        )
      }
    >
      <p className="s12 muted">
        {isDebt
          ? 'Time that ran before anybody could know is owed. Nothing more is billed until it is paid; messages still arrive.'
          : 'Nothing is billed now, and messages still arrive.'}{' '}
        {live.mayResume === 'auto' ? (
          <>
            A top-up by <bdi>{firstName}</bdi> within three minutes lets the clock go on by itself.
          </>
        ) : (
          <>
            After a top-up by <bdi>{firstName}</bdi> the clock can run again.
          </>
        )}
      </p>
      <div className="row">
        <button
          type="button"
          className="btn s"
          title="Writes a closing sentence for you; it is sent when you press Enter"
          onClick={() =>
            onSentence(
              'Your credits have ended, so the clock has stopped and nothing more is charged. Thank you for the chat. You can top up at any time, and we go on where we were.',
            )
          }
        >
          End politely
        </button>
      </div>
    </Card>
  );
}

function LowCard({ firstName, client, onSentence }: ChatCardsProps & { client: LiveClient }): ReactElement {
  const minutes = Math.ceil(client.countdownMs / 60_000);
  return (
    <Card
      state="low"
      name="Credits are low"
      isLine={false}
      title={
        <>
          Credits end in <span className="num">{formatCountdown(client.countdownMs)}</span>
        </>
      }
    >
      <p className="s12">
        All of <bdi>{firstName}</bdi>’s chats stop by themselves at 00:00.
      </p>
      <div className="row">
        <button
          type="button"
          className="btn s pri"
          onClick={() =>
            onSentence(
              `Just so you know: your credits last about ${minutes} more ${minutes === 1 ? 'minute' : 'minutes'}. The clock stops by itself at the end, so nothing is charged beyond that.`,
            )
          }
        >
          <span>
            Tell <bdi>{firstName}</bdi>
          </span>
        </button>
      </div>
    </Card>
  );
}

/** The allowance for time without the server is used up, and the organisation lets work go on. */
function UnfundedCard(): ReactElement {
  return (
    <Card state="unconf" name="Recorded, not billed" title="Recorded, not billed">
      <p className="s12 muted">
        The server has been out of reach for too long to bill this. The time is kept, and a supervisor decides
        whether it counts.
      </p>
    </Card>
  );
}

function UnconfirmedCard({ live, client }: { live: LiveChat; client: LiveClient }): ReactElement {
  const allowance = client.offlineAllowance;
  return (
    <Card
      state="unconf"
      name="Unconfirmed time"
      title="Kept here, not confirmed"
      aside={<b className="b num">{formatElapsed(live.unconfirmedMs)}</b>}
    >
      <p className="s12 muted">
        Sent by itself when the server answers. Until then numbers with ≈ may change.
        {allowance !== null && allowance.leftMs !== null && (
          <>
            {' '}
            You can go on for <span className="num">{formatCountdown(allowance.leftMs)}</span>;{' '}
            {allowance.after === 'stop'
              ? 'then the clock stops.'
              : 'after that time is recorded, but not billed before a supervisor says so.'}
          </>
        )}
      </p>
    </Card>
  );
}
