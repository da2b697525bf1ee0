/** What a client's chats live on, as this device knows it: the newest projection and what ran here since. */
import { countDown, stretchesOf, type Countdown, type Stretch } from '../../shared/countdown.ts';
import type { Chat, UserProjection } from '../../shared/rows.ts';
import type { Funds } from '../../shared/timer-machine.ts';
import type { OwnTime } from './own-time.ts';
import type { Projections } from './projections.ts';

/** Less than this is the rounding of clocks, not a top-up: it must not use up the one resume, ms. */
const WORTH_RESUMING_MS = 1_000;

export interface ClientFundsDeps {
  projections: Projections;
  ownTime: OwnTime;
  deviceId: string;
  serverNowMs(): number;
  /** Chats of the client with a timer here. */
  chatsOf(userId: string): Iterable<Chat>;
}

export interface ClientFunds {
  /** undefined while the server has said nothing of the client. */
  countdownOf(userId: string): Countdown | undefined;
  /** What the chat would live on if it started now. Unknown funds (never online) stop nothing: time is kept, unconfirmed. */
  fundsFor(chat: Chat): Funds;
  isWorthResuming(chat: Chat): boolean;
  /** What the chat's client has been given until now; null while the server has said nothing. */
  givenTo(chat: Chat): Given | null;
  /** Credits, free time or a lower price came since. */
  isMoreGiven(chat: Chat, before: Given): boolean;
}

/** What only grows by a top-up, a refund or a grant, and the price. */
export type Given = Pick<UserProjection, 'creditedMinor' | 'freeGrantedMs' | 'ratePerMinuteMinor'>;

export function createClientFunds(deps: ClientFundsDeps): ClientFunds {
  function stretchesFor(projection: UserProjection): Stretch[] {
    const chatIds = new Set(projection.chats.map((chat) => chat.chatId));
    for (const chat of deps.chatsOf(projection.userId)) chatIds.add(chat.id);
    return stretchesOf(projection, deps.ownTime.ofChats(chatIds), deps.deviceId);
  }

  /** How long the chat could run from now on, beside what runs, ms; null = for good, or nothing is known. */
  function chatLeftMs(chat: Chat): number | null {
    const projection = deps.projections.of(chat.userId);
    if (projection === undefined) return null;
    const nowMs = deps.serverNowMs();
    const started = { chatId: chat.id, startMs: nowMs, endMs: Infinity };
    const stretches = stretchesFor(projection).filter((one) => one.chatId !== chat.id || one.endMs <= nowMs);
    const { zeros } = countDown(projection, [...stretches, started], nowMs);
    const zero = zeros.find((one) => one.chatIds.includes(chat.id));
    return zero === undefined ? null : Math.max(0, zero.atMs - nowMs);
  }

  const givenTo = (chat: Chat): Given | null => deps.projections.of(chat.userId) ?? null;

  return {
    givenTo,
    isMoreGiven(chat, before) {
      const now = givenTo(chat);
      if (now === null) return false;
      return (
        now.creditedMinor > before.creditedMinor ||
        now.freeGrantedMs > before.freeGrantedMs ||
        now.ratePerMinuteMinor < before.ratePerMinuteMinor
      );
    },
    countdownOf(userId) {
      const projection = deps.projections.of(userId);
      return projection && countDown(projection, stretchesFor(projection), deps.serverNowMs());
    },
    fundsFor: (chat) => (chatLeftMs(chat) === 0 ? 'exhausted' : 'funded'),
    isWorthResuming(chat) {
      const leftMs = chatLeftMs(chat);
      return leftMs === null || leftMs >= WORTH_RESUMING_MS;
    },
  };
}
