/** The line under the last message: what the clock does next or did last. */
import type { LiveClient } from '../../shared/live.ts';
import type { StateName } from './chat-state.ts';
import { formatCountdown, formatTimeOfDay } from './format.ts';

/** Null when there is nothing to say. `endedAtMs` 0 = not ended. */
export function endLineOf(
  state: StateName,
  client: Pick<LiveClient, 'kind' | 'countdownMs' | 'balanceUnits'> | undefined,
  endedAtMs: number,
): string | null {
  if (state === 'ended') return endedAtMs > 0 ? `Chat ended ${formatTimeOfDay(endedAtMs)}` : null;
  if (state === 'out') return 'Credits have ended · nothing is billed now';
  if (state === 'paused') return 'Paused · nothing is billed now';
  if (client?.kind !== 'free' || state === 'wait') return null;
  const left = formatCountdown(client.countdownMs);
  return client.balanceUnits > 0 ? `Paid time starts in ${left}` : `Free time ends in ${left}`;
}
