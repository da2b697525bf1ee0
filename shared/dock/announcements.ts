/**
 * What is read aloud of a countdown: four instants and changes of state, never each second (UX.md). What was said is
 * remembered, so that a figure that wavers about an instant says it once. Pure.
 */
import { STATE_WORDS, type StateName } from './chat-state.ts';
import { spellOutCountdown } from './countdown-text.ts';

/** Countdown instants that are read aloud, ms. */
export const ANNOUNCED_MS = [300_000, 120_000, 60_000, 30_000] as const;
/** With so much more than what was said, it may be said again, ms. */
const SAID_AGAIN_MS = 10_000;

export interface AnnouncedChat {
  chatId: string;
  /** Empty = whose it is goes without saying. */
  clientName: string;
  state: StateName;
  countdownMs: number;
}

/** What was said of a chat, and what it looked like. */
interface Said {
  state: StateName;
  countdownMs: number;
  /** The lowest instant that was said and still holds. */
  saidMs: number;
}
export type SaidOfChats = ReadonlyMap<string, Said>;

/** Names in one sentence, at most. */
const NAMES_MAX = 3;
const COUNTING: readonly StateName[] = ['free', 'paid', 'low', 'unconf'];

/** The sentences between two looks, alike ones as one; empty = nothing is read. A chat that is new is only looked at. */
export function announce(
  before: SaidOfChats,
  chats: readonly AnnouncedChat[],
): { said: SaidOfChats; sentence: string } {
  const said = new Map<string, Said>();
  const namesOf = new Map<string, Set<string>>();
  for (const chat of chats) {
    const known = before.get(chat.chatId);
    const { now, sentence } = lookAt(known, chat);
    said.set(chat.chatId, now);
    if (known === undefined || sentence === null) continue;
    const names = namesOf.get(sentence) ?? new Set();
    namesOf.set(sentence, names.add(chat.clientName));
  }
  const sentences = [...namesOf].map(([sentence, names]) => `${whose([...names])}${sentence}`);
  return { said, sentence: sentences.join(' ') };
}

function lookAt(
  before: Said | undefined,
  { state, countdownMs }: AnnouncedChat,
): { now: Said; sentence: string | null } {
  const isCounting = COUNTING.includes(state);
  const passed = isCounting ? (ANNOUNCED_MS.filter((at) => countdownMs <= at).at(-1) ?? Infinity) : Infinity;
  const isNewState = before === undefined || before.state !== state;
  const saidBefore = before?.saidMs ?? Infinity;
  const isOver = countdownMs > saidBefore + SAID_AGAIN_MS;
  // A change of state says what is left: the instants that have passed by then are said with it.
  const saidMs = isNewState || isOver ? passed : Math.min(saidBefore, passed);
  const now = { state, countdownMs, saidMs };
  if (isNewState) {
    const left = isCounting ? `, ${spellOutCountdown(countdownMs)} left` : '';
    return { now, sentence: `${STATE_WORDS[state]}${left}.` };
  }
  const isPassed = isCounting && before.countdownMs > passed && passed < saidBefore;
  return { now, sentence: isPassed ? `${STATE_WORDS[state]}, ${spellOutCountdown(passed)} left.` : null };
}

/** `Mara Lindt, Jonas Pohl: `. */
function whose(names: readonly string[]): string {
  const known = names.filter((name) => name !== '');
  if (known.length === 0) return '';
  const more = known.length > NAMES_MAX ? ` and ${known.length - NAMES_MAX} more` : '';
  return `${known.slice(0, NAMES_MAX).join(', ')}${more}: `;
}
