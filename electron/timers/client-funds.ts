/** What a client's chats live on, as this device knows it: the newest projection and what ran here since. */
import { countDown, isFunded, stretchesOf, type Countdown } from '../../shared/countdown.ts';
import type { Chat } from '../../shared/rows.ts';
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
  /** Unknown funds (never online) stop nothing: time is kept and marked unconfirmed. */
  isFunded(chat: Chat): boolean;
  isWorthResuming(chat: Chat): boolean;
  /** The chat has a price, so that it ends with the credits. */
  isPaid(chat: Chat): boolean;
}

export function createClientFunds(deps: ClientFundsDeps): ClientFunds {
  function countdownOf(userId: string): Countdown | undefined {
    const projection = deps.projections.of(userId);
    if (projection === undefined) return undefined;
    const chatIds = new Set(projection.chats.map((chat) => chat.chatId));
    for (const chat of deps.chatsOf(userId)) chatIds.add(chat.id);
    return countDown(
      projection,
      stretchesOf(projection, deps.ownTime.ofChats(chatIds), deps.deviceId),
      deps.serverNowMs(),
    );
  }

  function isPaid(chat: Chat): boolean {
    const projection = deps.projections.of(chat.userId);
    const rate =
      projection?.chats.find((one) => one.chatId === chat.id)?.ratePerMinuteMinor ??
      projection?.ratePerMinuteMinor ??
      0;
    return rate > 0;
  }

  return {
    countdownOf,
    isPaid,
    isFunded(chat) {
      const countdown = countdownOf(chat.userId);
      return countdown === undefined || isFunded(countdown) || !isPaid(chat);
    },
    isWorthResuming(chat) {
      if (!isPaid(chat)) return true;
      const countdown = countdownOf(chat.userId);
      if (countdown === undefined) return true;
      return (
        isFunded(countdown) && (countdown.totalLeftMs === null || countdown.totalLeftMs >= WORTH_RESUMING_MS)
      );
    },
  };
}
