/** Stops that nobody made, as words: what happened, what is safe, what each choice costs. */
import { UNITS_PER_MINOR } from '../../shared/fold/billing.ts';
import type { AwayRow, AwaySnapshot } from '../../shared/ipc/away-commands.ts';
import type { LiveChat } from '../../shared/live.ts';
import { formatCredits, formatElapsed, formatTimeOfDay, formatTimeWithSeconds } from './format.ts';

type By = AwayRow['by'];

/** `7:20`, `1:02:03`: a length in a sentence. */
export function formatLength(ms: number): string {
  return formatElapsed(ms).replace(/^0/, '');
}

const COUNT_WORDS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] as const;

export function countWord(count: number): string {
  return COUNT_WORDS[count] ?? String(count);
}

const LENGTH_TITLES: Record<By, (length: string) => string> = {
  sleep: (length) => `This computer slept for ${length}`,
  lock: (length) => `The screen was locked for ${length}`,
  crash: (length) => `Chatclock was gone for ${length}`,
  idle: (length) => `Nobody was there for ${length}`,
};

/** One cause is named with its length; several only counted. */
export function titleOf(rows: readonly AwayRow[]): string {
  const causes = new Set(rows.map((one) => one.by));
  const [first] = rows;
  if (causes.size !== 1 || first === undefined || (first.by === 'idle' && rows.length > 1))
    return `${rows.length} ${rows.length === 1 ? 'stop' : 'stops'} to decide`;
  return LENGTH_TITLES[first.by](formatLength(Math.max(...rows.map((one) => one.questionMs))));
}

/** When, how many chats, and what is safe. */
export function subtitleOf(rows: readonly AwayRow[]): string {
  const fromMs = Math.min(...rows.map((one) => one.fromMs));
  const untilMs = rows.some((one) => one.untilMs === null)
    ? null
    : Math.max(...rows.map((one) => one.untilMs ?? 0));
  const span = `${formatTimeWithSeconds(fromMs)} to ${untilMs === null ? 'now' : formatTimeWithSeconds(untilMs)}`;
  const chats = new Set(rows.map((one) => one.chatId)).size;
  const ran = `${countWord(chats)} ${chats === 1 ? 'chat was' : 'chats were'} running`;
  const safe = rows.some((one) => one.by === 'idle')
    ? 'What ran before it was noticed is taken back.'
    : 'Nothing has been billed for this time.';
  return `${span} · ${ran}. ${safe}`;
}

/** Of one chat: when it stopped for certain. */
export function stopOf({ by, fromMs, lifeAtMs, untilMs }: AwayRow): string {
  const from = formatTimeWithSeconds(fromMs);
  const until = untilMs === null ? 'now' : formatTimeWithSeconds(untilMs);
  switch (by) {
    case 'idle':
      return untilMs === null ? `No sign of life since ${from}` : `No sign of life ${from} to ${until}`;
    case 'lock':
      return `Locked ${from} to ${until}`;
    case 'crash':
      return `Kept until ${from}, back ${until}`;
    case 'sleep':
      return `Stopped ${from} · last sign of life ${formatTimeWithSeconds(lifeAtMs)}`;
  }
}

/** State word of what counting would use up. */
export function costStateOf({ cost, questionMs }: AwayRow): 'free' | 'paid' | 'low' | 'unpriced' | 'unconf' {
  if (cost === null) return 'unconf';
  if (cost.debtUnits >= UNITS_PER_MINOR) return 'low';
  if (cost.units > 0) return 'paid';
  return cost.freeMs > 0 || questionMs === 0 ? 'free' : 'unpriced';
}

const COST_WORDS = { paid: 'Paid', unpriced: 'No charge', unconf: 'Not known yet' } as const;

export function costWordOf(row: AwayRow): string {
  const state = costStateOf(row);
  if (state === 'low') return 'More than is left';
  if (state === 'free') return 'Free';
  return state === 'paid' && (row.cost?.freeMs ?? 0) > 0 ? 'Free, then paid' : COST_WORDS[state];
}

/** `02:24 free + 9.86 cr`, `07:20 = 14.66 cr`. */
export function costOf({ cost, questionMs }: AwayRow): string {
  const length = formatElapsed(questionMs);
  if (cost === null) return `${length}, priced when the server answers`;
  const credits = creditsOf(cost.units);
  if (cost.units === 0) return cost.freeMs > 0 ? `${length} of free time` : length;
  return cost.freeMs > 0 ? `${formatElapsed(cost.freeMs)} free + ${credits}` : `${length} = ${credits}`;
}

/** A whole number of minor credits, rounded up: never less than it would cost. */
export function creditsOf(units: number): string {
  return formatCredits(Math.ceil(units / UNITS_PER_MINOR));
}

/** `2 stops to decide · 12:20 in question`. */
export function stripOf(rows: readonly AwayRow[]): string {
  const sum = rows.reduce((total, one) => total + one.questionMs, 0);
  return `${rows.length} ${rows.length === 1 ? 'stop' : 'stops'} to decide · ${formatLength(sum)} in question. Without a decision nothing of it is counted after 24 hours.`;
}

export function decidedOf({ notCounted, asked }: NonNullable<AwaySnapshot['decided']>): string {
  const parts = [
    notCounted > 0 ? `${notCounted} not counted` : '',
    asked > 0 ? `${asked} ${asked === 1 ? 'waits' : 'wait'} for a supervisor` : '',
  ];
  return `${parts.filter((one) => one !== '').join(' · ')}.`;
}

const AWAY_WORDS = { idle: 'idle', sleep: 'asleep', lock: 'locked' } as const;

/** `Paused · idle since 12:41`. */
export function awayStateOf({ by, sinceMs }: NonNullable<LiveChat['away']>): string {
  return `Paused · ${AWAY_WORDS[by]} since ${formatTimeOfDay(sinceMs)}`;
}
