/** What state a chat shows: word, shape and colour always together (design README, "What each state looks like"). */
import { countdownText, STATE_WORDS, type StateName } from '../../shared/dock/chat-state.ts';
import type { LiveClient } from '../../shared/live.ts';

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
