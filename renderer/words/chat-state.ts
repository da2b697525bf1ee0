/** What state a chat shows: word, shape and colour always together (design README, "What each state looks like"). */
import type { LiveChat, LiveClient } from '../../shared/live.ts';
import { formatCountdown, spellOutCountdown } from './format.ts';

export type StateName = 'free' | 'paid' | 'low' | 'out' | 'unconf' | 'paused' | 'wait' | 'ended' | 'unpriced';

interface StateLook {
  word: string;
  className: string;
  /** Name of the shape in ui/icons.tsx. */
  shape: 'free' | 'paid' | 'low' | 'out' | 'unconf' | 'paused' | 'wait' | 'ended';
}

export const STATE_LOOKS: Record<StateName, StateLook> = {
  free: { word: 'Free', className: 'st-free', shape: 'free' },
  paid: { word: 'Paid', className: 'st-paid', shape: 'paid' },
  low: { word: 'Low', className: 'st-low', shape: 'low' },
  out: { word: 'Exhausted', className: 'st-out', shape: 'out' },
  unconf: { word: 'Unconfirmed', className: 'st-unconf', shape: 'unconf' },
  paused: { word: 'Paused', className: 'st-paused', shape: 'paused' },
  wait: { word: 'Waiting', className: 'st-wait', shape: 'wait' },
  ended: { word: 'Ended', className: 'st-ended', shape: 'ended' },
  unpriced: { word: 'No charge', className: 'st-free', shape: 'free' },
};

type ChatPart = Pick<LiveChat, 'timer' | 'unconfirmedMs' | 'runningElsewhere'>;
type ClientPart = Pick<LiveClient, 'kind' | 'isUnconfirmed'>;

/** The state of one chat; what needs the advisor comes before what only informs. */
export function stateOfChat(
  chat: ChatPart | undefined,
  client: ClientPart | undefined,
  isEnded = false,
): StateName {
  if (isEnded || chat?.timer === 'ended' || chat?.timer === 'ending') return 'ended';
  if (chat === undefined || client === undefined) return 'wait';
  if (client.kind === 'exhausted' || chat.timer === 'exhausted') return 'out';
  const runsSomewhere = chat.timer === 'running' || chat.runningElsewhere !== null;
  if (!runsSomewhere) return chat.timer === 'paused' ? 'paused' : 'wait';
  if (client.kind === 'low') return 'low';
  if (chat.unconfirmedMs > 0 || client.isUnconfirmed) return 'unconf';
  return client.kind;
}

/** A joint stop may leave what a single chat would burn in this time; on a clock that has stopped that is nothing, ms. */
const REST_MS = 5_000;

/** The big number with ≈ when it rests on time the server has not confirmed. */
export function countdownText(
  client: Pick<LiveClient, 'countdownMs' | 'isUnconfirmed'>,
  state: StateName,
): string {
  if (state === 'out' && client.countdownMs < REST_MS) return formatCountdown(0);
  return `${client.isUnconfirmed ? '≈ ' : ''}${formatCountdown(client.countdownMs)}`;
}

const TITLE_WORDS: Record<StateName, string> = {
  free: 'free',
  paid: 'paid',
  low: 'low',
  out: 'exhausted',
  unconf: 'unconfirmed',
  paused: 'paused',
  wait: 'waiting',
  ended: 'ended',
  unpriced: 'no charge',
};

/** `01:12 free – Mara Lindt`. */
export function windowTitle(state: StateName, client: LiveClient | undefined, clientName: string): string {
  const number =
    client === undefined || state === 'ended' || client.kind === 'unpriced'
      ? ''
      : `${countdownText(client, state)} `;
  return `${number}${TITLE_WORDS[state]} – ${clientName}`;
}

/** Countdown instants that are read aloud, ms. */
export const ANNOUNCED_MS = [300_000, 120_000, 60_000, 30_000] as const;

export interface Announced {
  state: StateName;
  countdownMs: number;
}

/** The sentence to read aloud between two looks at a chat, or null: never each second. */
export function announcementOf(before: Announced | null, now: Announced): string | null {
  if (before === null) return null;
  const { word } = STATE_LOOKS[now.state];
  if (before.state !== now.state) {
    const left =
      now.state === 'free' || now.state === 'paid' || now.state === 'low'
        ? `, ${spellOutCountdown(now.countdownMs)} left`
        : '';
    return `${word}${left}.`;
  }
  const crossed = ANNOUNCED_MS.filter((at) => before.countdownMs > at && now.countdownMs <= at).at(-1);
  return crossed === undefined || now.state === 'paused'
    ? null
    : `${word}: ${spellOutCountdown(crossed)} left.`;
}
