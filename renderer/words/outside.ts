/** Time entered by hand, in words: how a length and an instant are typed, what became of it, why it cannot be. */
import type { OutsideRefusal, OutsideTimer } from '../../shared/outside.ts';
import type { ManualState } from '../records/manual-time.ts';
import { formatElapsed } from './format.ts';

export const REFUSAL_SENTENCES: Record<OutsideRefusal, string> = {
  noLength: 'Enter when the session ended, or how long it took.',
  tooLong: 'A session can take 24 hours at most. Enter a longer one in parts.',
  inFuture: 'This session would end in the future. Check the day and the times.',
};

export const OLD_SENTENCE =
  'This is more than 35 days ago. It can be entered; your supervisor will look at it closely.';

/** Kinds that are offered; any other text may be typed. */
export const TOPICS = ['Phone', 'In person', 'Video call', 'Letter or e-mail'] as const;

interface Look {
  word: string;
  className: string;
  shape: 'wait' | 'ok' | 'offline' | 'unconf' | 'low';
}

export function lookOfManual(state: ManualState, claimedMs: number): Look {
  switch (state.kind) {
    case 'kept':
      return { word: 'Kept here, not sent yet', className: 'st-unconf', shape: 'unconf' };
    case 'waiting':
      return { word: 'Waiting for a supervisor', className: 'st-wait', shape: 'wait' };
    case 'counted': {
      const isPart = state.countedMs < claimedMs;
      const word = isPart ? `${formatElapsed(state.countedMs)} counted` : 'Counted';
      return { word, className: 'st-ok', shape: 'ok' };
    }
    case 'notCounted':
      return { word: 'Not counted', className: 'st-ended', shape: 'offline' };
    case 'withdrawn':
      return { word: 'Withdrawn', className: 'st-ended', shape: 'offline' };
    case 'refused':
      return { word: 'Not sent, see Outbox', className: 'st-low', shape: 'low' };
  }
}

export function stoppedWords(timer: Pick<OutsideTimer, 'stoppedBy'>): string {
  switch (timer.stoppedBy) {
    case 'sleep':
      return 'Stopped when this computer slept. If the session went on, change its length.';
    case 'quit':
      return 'Stopped when Chatclock was closed. If the session went on, change its length.';
    default:
      return 'Stopped. It is kept here until you enter it.';
  }
}

/** `45` minutes, `1:20` hours and minutes, `1:20:30`; ms, null when it is none of them. */
export function parseLength(text: string): number | null {
  const found = /^\s*(?:(\d{1,4})|(\d{1,3}):([0-5]?\d)(?::([0-5]?\d))?)\s*$/u.exec(text);
  if (found === null) return null;
  const [, minutes, hours, minutesOfHour, seconds = '0'] = found;
  if (minutes !== undefined) return Number(minutes) * 60_000;
  return ((Number(hours) * 60 + Number(minutesOfHour)) * 60 + Number(seconds)) * 1_000;
}

/** What `parseLength` reads again: `1:20:30`, `0:45:00`. */
export function formatLength(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3_600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** Values of a day and a time field, on this computer's time zone. */
export function toFields(ms: number): { day: string; time: string } {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    day: `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    time: `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`,
  };
}

/** ms since the epoch; null while the two fields are no instant. */
export function fromFields(day: string, time: string): number | null {
  const ms = new Date(`${day}T${time}`).getTime();
  return Number.isSafeInteger(ms) && ms >= 0 ? ms : null;
}
