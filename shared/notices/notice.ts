/**
 * What is worth telling an advisor who does not look: the kinds, what came in, and what waits to be told. N chats never
 * make N notices: one notice for each kind holds all that came since it was last dealt with. Pure.
 */

/** Most important first: of several at once only the first is heard. */
export const NOTICE_KINDS = ['stopped', 'low', 'message', 'resumed', 'away'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** A client wrote (`count` messages, `text` the newest), or opened a chat and waits (`count` 0, no text). */
export interface MessageNotice {
  kind: 'message';
  chatId: string;
  clientName: string;
  text: string;
  count: number;
}

/** The credits of a client run low: so much is left, ms. */
export interface LowNotice {
  kind: 'low';
  userId: string;
  leftMs: number;
}

/** Chats of a client stopped together: the credits ended, or the allowance for time without the server did. */
export interface StoppedNotice {
  kind: 'stopped';
  userId: string;
  by: 'exhausted' | 'lapsed';
  chats: number;
}

/** There is something to run on again: time goes on by itself, or when the advisor says so. */
export interface ResumedNotice {
  kind: 'resumed';
  userId: string;
  isByItself: boolean;
}

/** Chats stopped because nobody was there: so many wait to be decided. */
export interface AwayNotice {
  kind: 'away';
  chats: number;
}

export type MoneyNotice = LowNotice | StoppedNotice | ResumedNotice;
export type Notice = MessageNotice | MoneyNotice | AwayNotice;

/** What was noticed and not dealt with, oldest first; at most one of each subject. */
export type HeldNotices = readonly Notice[];

/** Chat or client that a notice speaks of. */
function subjectOf(notice: Notice): string {
  switch (notice.kind) {
    case 'message':
      return `message ${notice.chatId}`;
    case 'away':
      return 'away';
    default:
      return `money ${notice.userId}`;
  }
}

/** What waits once these have come: messages of a chat add up, the newest word on a client's money is the one that holds. */
export function withNotices(held: HeldNotices, came: readonly Notice[]): HeldNotices {
  const bySubject = new Map(held.map((one) => [subjectOf(one), one]));
  for (const notice of came) {
    const subject = subjectOf(notice);
    const before = bySubject.get(subject);
    bySubject.delete(subject);
    const isMore = notice.kind === 'message' && before?.kind === 'message';
    bySubject.set(subject, isMore ? { ...notice, count: before.count + notice.count } : notice);
  }
  return [...bySubject.values()];
}
