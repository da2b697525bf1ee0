/** The chat's countdown: number, state, what comes after, and the bar of free time and credits. */
import type { CSSProperties, ReactElement } from 'react';
import type { LiveChat, LiveClient } from '../../../shared/live.ts';
import { awayStateOf } from '../../words/away.ts';
import { countdownText, STATE_LOOKS, type StateName } from '../../words/chat-state.ts';
import {
  formatCountdown,
  formatCredits,
  formatElapsed,
  formatTimeOfDay,
  formatUnits,
  unitsToMinor,
} from '../../words/format.ts';
import { Icon } from '../icons.tsx';
import { Bar, StateMark } from '../parts.tsx';

interface Props {
  live: LiveChat | undefined;
  client: LiveClient | undefined;
  state: StateName;
  endedAtMs: number;
}

export function TimeBar({ live, client, state, endedAtMs }: Props): ReactElement {
  const isInk = state === 'free' || state === 'paid' || state === 'unpriced' || state === 'wait';
  const { className } = STATE_LOOKS[state];
  return (
    <section className={`cw-time ${className}`} aria-label="Time and credits">
      <div className="big">
        <span className={`countdown md ${isInk ? '' : 'st'}`} data-testid="chat-countdown">
          {client === undefined || state === 'unpriced' || state === 'ended'
            ? '–'
            : countdownText(client, state)}
        </span>
        <div className="grow">
          <span data-testid="chat-state">
            <StateMark state={state}>
              {state === 'unconf' && live !== undefined
                ? `Unconfirmed ${formatElapsed(live.unconfirmedMs)}`
                : state === 'paused' && live?.away !== undefined
                  ? awayStateOf(live.away)
                  : undefined}
            </StateMark>
          </span>
          <div className="muted s12 clip num">{metaOf(state, live, client, endedAtMs)}</div>
        </div>
        {client !== undefined && client.runningChats > 1 && (
          <span className="chip" title={`Shared by ${client.runningChats} running chats`}>
            <Icon name="message" />
            {client.runningChats} chats
          </span>
        )}
      </div>
      {client !== undefined && (
        <FundsBar client={client} state={state} unconfirmedMs={live?.unconfirmedMs ?? 0} />
      )}
    </section>
  );
}

function metaOf(
  state: StateName,
  live: LiveChat | undefined,
  client: LiveClient | undefined,
  endedAtMs: number,
): string {
  if (live?.runningElsewhere)
    return `Runs on ${live.runningElsewhere.deviceName} since ${formatTimeOfDay(live.runningElsewhere.sinceMs)}`;
  if (state === 'ended')
    return endedAtMs > 0 ? `Ended ${formatTimeOfDay(endedAtMs)}` : 'No time is counted any more';
  if (client === undefined) return 'Waiting for the client’s times';
  const credits = `${client.isUnconfirmed ? '≈ ' : ''}${formatUnits(client.balanceUnits)}`;
  if (state === 'unpriced') return 'This chat costs nothing';
  if (state === 'out') return `${credits} · the clock has stopped`;
  if (state === 'paused' && live?.away !== undefined) return `${credits} · type or click here to go on`;
  if (state === 'paused') return `${credits} · the clock stands still`;
  if (client.kind === 'free') {
    const after =
      client.totalLeftMs === null ? '' : ` ≈ ${formatCountdown(client.totalLeftMs - client.countdownMs)}`;
    return `then ${credits}${after}`;
  }
  const ends = client.endsAtMs === null ? '' : ` · ends ${formatTimeOfDay(client.endsAtMs)}`;
  return `${credits} at ${formatCredits(client.ratePerMinuteMinor)}/min${ends}`;
}

/** Free time before the paid part, each as wide as its share of what there was. */
function FundsBar({
  client,
  state,
  unconfirmedMs,
}: {
  client: LiveClient;
  state: StateName;
  unconfirmedMs: number;
}): ReactElement {
  const creditPercent =
    client.creditedMinor <= 0 ? 0 : (unitsToMinor(client.balanceUnits) / client.creditedMinor) * 100;
  const paidLook =
    state === 'low' ? 'st-low' : state === 'out' ? 'st-out' : state === 'paused' ? 'st-paused' : 'st-paid';
  const pulse = client.warningMs === 60_000 ? 'pulse-once' : '';
  const unconfirmedPercent =
    client.creditedMinor <= 0
      ? 0
      : ((unconfirmedMs / 60_000) * client.ratePerMinuteMinor * 100) / client.creditedMinor;
  const paid = (
    <Bar percent={creditPercent} className={`${paidLook} ${pulse}`} unconfirmedPercent={unconfirmedPercent} />
  );
  if (client.freeLeftMs <= 0) return paid;
  return (
    <div className="timebar" style={{ '--share': '30%' } as CSSProperties}>
      <Bar percent={(client.freeLeftMs / Math.max(1, client.freeGrantedMs)) * 100} className="st-free" />
      {paid}
    </div>
  );
}
