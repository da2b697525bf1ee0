/** Cards that say how the client's funds stand: low, ended, owed, not confirmed, recorded only. */
import type { ReactElement } from 'react';
import type { LiveChat, LiveClient } from '../../../shared/live.ts';
import { formatCountdown, formatElapsed, formatUnits } from '../../words/format.ts';
import { Card, type ChatCardsProps } from './card.tsx';

export function StoppedCard({
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

export function LowCard({
  firstName,
  client,
  onSentence,
}: ChatCardsProps & { client: LiveClient }): ReactElement {
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
export function UnfundedCard(): ReactElement {
  return (
    <Card state="unconf" name="Recorded, not billed" title="Recorded, not billed">
      <p className="s12 muted">
        The server has been out of reach for too long to bill this. The time is kept, and a supervisor decides
        whether it counts.
      </p>
    </Card>
  );
}

export function UnconfirmedCard({ live, client }: { live: LiveChat; client: LiveClient }): ReactElement {
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
