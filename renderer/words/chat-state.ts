/** What state a chat shows: word, shape and colour always together (design README, "What each state looks like"). */
import { countdownText, STATE_WORDS, type StateName } from '../../shared/dock/chat-state.ts';
import type { LiveClient } from '../../shared/live.ts';
import { spellOutCountdown } from './format.ts';

export { countdownText, stateOfChat, type StateName } from '../../shared/dock/chat-state.ts';

interface StateLook {
  word: string;
  className: string;
  /** Name of the shape in ui/icons.tsx. */
  shape: 'free' | 'paid' | 'low' | 'out' | 'unconf' | 'paused' | 'wait' | 'ended';
}

export const STATE_LOOKS: Record<StateName, StateLook> = {
  free: { word: STATE_WORDS.free, className: 'st-free', shape: 'free' },
  paid: { word: STATE_WORDS.paid, className: 'st-paid', shape: 'paid' },
  low: { word: STATE_WORDS.low, className: 'st-low', shape: 'low' },
  out: { word: STATE_WORDS.out, className: 'st-out', shape: 'out' },
  unconf: { word: STATE_WORDS.unconf, className: 'st-unconf', shape: 'unconf' },
  paused: { word: STATE_WORDS.paused, className: 'st-paused', shape: 'paused' },
  wait: { word: STATE_WORDS.wait, className: 'st-wait', shape: 'wait' },
  ended: { word: STATE_WORDS.ended, className: 'st-ended', shape: 'ended' },
  unpriced: { word: STATE_WORDS.unpriced, className: 'st-free', shape: 'free' },
};

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
