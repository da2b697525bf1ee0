/** What state a chat is in, for whoever shows it: windows, mini timer, tray, notices (design README). Pure. */
import type { LiveChat, LiveClient } from '../live.ts';
import { formatCountdown } from './countdown-text.ts';

export type StateName = 'free' | 'paid' | 'low' | 'out' | 'unconf' | 'paused' | 'wait' | 'ended' | 'unpriced';

export const STATE_WORDS: Record<StateName, string> = {
  free: 'Free',
  paid: 'Paid',
  low: 'Low',
  out: 'Exhausted',
  unconf: 'Unconfirmed',
  paused: 'Paused',
  wait: 'Waiting',
  ended: 'Ended',
  unpriced: 'No charge',
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
