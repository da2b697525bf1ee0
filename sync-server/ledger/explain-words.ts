/** How `explain` says instants, lengths, credits and verdicts. For people; no figure is computed from these. */
import type { CloseReason, QuarantineReason } from '../../shared/rows.ts';

/** An instant, UTC: `2027-01-15 08:12:30.500`. */
export function instant(atMs: number): string {
  const date = new Date(atMs);
  return Number.isNaN(date.getTime()) ? `${atMs} ms` : date.toISOString().replace('T', ' ').replace('Z', '');
}

/** A length: `05:30.000`, from an hour on `1:05:30.000`. */
export function length(ms: number): string {
  const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}:` : ''}${pad(minutes)}:${pad(seconds % 60)}.${pad(ms % 1000, 3)}`;
}

export function span({ startMs, endMs }: { startMs: number; endMs: number }): string {
  return `${instant(startMs)} to ${instant(endMs).slice(11)}  ${length(endMs - startMs)}`;
}

/** Units as credits: `24.00 credits (1440000 units)`; what is below a minor credit shows in the units only. */
export function credits(units: number): string {
  const minor = Math.trunc(units / 60_000);
  const sign = units < 0 ? '-' : '';
  return `${sign}${Math.floor(Math.abs(minor) / 100)}.${String(Math.abs(minor) % 100).padStart(2, '0')} credits (${units} units)`;
}

export const WHY_QUARANTINED: Record<QuarantineReason, string> = {
  notYourChat: 'the chat is another advisor’s',
  endBeyondNow: 'it claimed to end later than it was received',
  grownWithoutBeats: 'it grew by more than 4 hours between two copies without beats',
  tooOld: 'it is older than 35 days',
  idConflict: 'its id belongs to another segment',
  revoked: 'its device had been revoked',
  afterChatEnd: 'it starts at or after the end of the chat',
  manual: 'it was entered by hand',
  unfunded: 'it ran beyond the offline allowance',
};

export const WHY_CLOSED: Record<CloseReason, string> = {
  paused: 'the advisor paused',
  ended: 'the advisor ended the chat',
  windowClosed: 'the window was closed',
  previousChatStopped: 'another chat of the pair was started',
  quit: 'the app was quit',
  suspended: 'the computer went to sleep',
  idle: 'nobody was active',
  exhausted: 'the balance reached zero',
  lapsed: 'the offline allowance was used up',
  tickGap: 'the app stood still',
  crashed: 'the app had crashed',
};
