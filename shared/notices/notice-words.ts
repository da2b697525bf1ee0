/**
 * The words of a notice. By default they name no client and quote nothing: a notice also stands on a locked screen and on
 * a screen that somebody else sees. Pure.
 */
import { spellOutCountdown } from '../dock/countdown-text.ts';
import { NOTICED_TEXT_MAX } from './attention.ts';
import type { LowNotice, MessageNotice, Notice, NoticeKind, ResumedNotice, StoppedNotice } from './notice.ts';

export interface NoticeText {
  title: string;
  body: string;
}

/** Names and beginnings of messages, or neither. */
export type NoticeDetail = 'full' | 'hidden';

const NAMES_MAX = 3;
const NAME_LENGTH_MAX = 60;

/** Words for all notices of one kind, at least one. `nameOf` null = not known here. */
export function noticeWords(
  notices: readonly Notice[],
  detail: NoticeDetail,
  nameOf: (userId: string) => string | null,
): NoticeText {
  const [first] = notices;
  const named = (userId: string) => (detail === 'full' ? nameOf(userId) : null);
  if (first === undefined) return { title: 'Chatclock', body: '' };
  if (first.kind === 'away') return awayWords(first.chats);
  if (first.kind === 'message') return messageWords(notices as MessageNotice[], detail);
  if (notices.length > 1) {
    const names = (notices as (LowNotice | StoppedNotice | ResumedNotice)[]).map(({ userId }) =>
      named(userId),
    );
    return { title: SEVERAL[first.kind](notices.length), body: listOf(names) };
  }
  const whose = named(first.userId);
  const title = (known: string, unknown: string) =>
    whose === null ? unknown : `${isolated(whose)}: ${known}`;
  switch (first.kind) {
    case 'low': {
      // In steps of ten seconds: a notice is read some seconds later.
      const left = spellOutCountdown(Math.ceil(first.leftMs / 10_000) * 10_000);
      return {
        title: title(`${left} left`, `A client has ${left} left`),
        body: 'The clock stops by itself when nothing is left.',
      };
    }
    case 'stopped':
      return {
        title: title('time has stopped', 'A client’s time has stopped'),
        body: `${STOPPED_BY[first.by]} ${first.chats === 1 ? 'One chat stands' : `${first.chats} chats stand`} still; nothing more is billed.`,
      };
    case 'resumed':
      return first.isByItself
        ? { title: title('time goes on', 'A client’s time goes on'), body: 'There are credits again.' }
        : {
            title: title('there are credits again', 'A client has credits again'),
            body: 'The clock stands still until you resume.',
          };
  }
}

const SEVERAL: Record<Exclude<NoticeKind, 'message' | 'away'>, (clients: number) => string> = {
  low: (clients) => `${clients} clients run low`,
  stopped: (clients) => `The time of ${clients} clients has stopped`,
  resumed: (clients) => `${clients} clients have credits again`,
};

const STOPPED_BY = {
  exhausted: 'The credits ended.',
  lapsed: 'The server has not answered for too long.',
} as const;

function awayWords(chats: number): NoticeText {
  return {
    title: chats === 1 ? 'A chat stopped: nobody was there' : `${chats} chats stopped: nobody was there`,
    body: 'On the desk you decide whether the minutes count.',
  };
}

function messageWords(notices: readonly MessageNotice[], detail: NoticeDetail): NoticeText {
  const [first] = notices as [MessageNotice, ...MessageNotice[]];
  const count = notices.reduce((sum, one) => sum + one.count, 0);
  const messages = count === 1 ? 'New message' : `${count} new messages`;
  if (notices.length > 1) {
    const title = count === 0 ? `${notices.length} clients wait` : `${messages} in ${notices.length} chats`;
    return { title, body: listOf(notices.map((one) => (detail === 'full' ? one.clientName : null))) };
  }
  if (detail === 'hidden')
    return count === 0
      ? { title: 'A client waits', body: 'A new chat was opened.' }
      : { title: messages, body: 'Names and texts are hidden.' };
  return {
    title: `${isolated(first.clientName)}${count > 1 ? ` (${count})` : ''}`,
    body: count === 0 ? 'Waits in a new chat.' : isolated(first.text, NOTICED_TEXT_MAX),
  };
}

/** `Mara Lindt, Jonas P., Eva and 2 more`; empty when names are hidden. */
function listOf(names: readonly (string | null)[]): string {
  const known = [...new Set(names.filter((name) => name !== null))];
  const shown = known
    .slice(0, NAMES_MAX)
    .map((name) => isolated(name))
    .join(', ');
  return known.length > NAMES_MAX ? `${shown} and ${known.length - NAMES_MAX} more` : shown;
}

/** One line of foreign text, cut at `max` characters, that cannot change the direction of what stands beside it. */
function isolated(text: string, max = NAME_LENGTH_MAX): string {
  const characters = [...text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu, ' ').trim()];
  const line = characters.length > max ? `${characters.slice(0, max - 1).join('')}…` : characters.join('');
  return `\u2068${line}\u2069`;
}
