/**
 * What a client's chats live on, as this device knows it: the newest projection and what ran here since; without the
 * server's word, what it reserved for this device.
 */
import {
  countDown,
  stretchesOf,
  WORTH_STARTING_MS,
  type Countdown,
  type OwnStretch,
} from '../../shared/countdown.ts';
import { allowanceEnds } from '../../shared/live/offline-allowance.ts';
import type { Chat, UserProjection } from '../../shared/rows.ts';
import type { Funds } from '../../shared/timer-machine.ts';
import type { Allowances } from './allowances.ts';
import type { OwnTime } from './own-time.ts';
import type { Projections } from './projections.ts';
import type { PlannedStop } from './stop-plan.ts';

export interface ClientFundsDeps {
  projections: Projections;
  ownTime: OwnTime;
  allowances: Allowances;
  deviceId: string;
  serverNowMs(): number;
  /** Server instant until which the lease lets chats run whatever is reserved; null while no beat was answered or failed. */
  leaseEndsMs(): number | null;
  /** Chats of the client with a timer here. */
  chatsOf(userId: string): Iterable<Chat>;
}

export interface ClientFunds {
  /** The instants at which running chats of the client stop here, on the server's clock, in time order. */
  stopsOf(userId: string): PlannedStop[];
  /** Where the server placed the start of what this device runs of the chat, ms; null while it has not said so. */
  placedStartMs(chat: Chat): number | null;
  /** What the chat would live on if it started now. Unknown funds (never online) stop nothing: time is kept, unconfirmed. */
  fundsFor(chat: Chat): Funds;
  isWorthResuming(chat: Chat): boolean;
  /** What the chat's client has been given until now; null while the server has said nothing. */
  givenTo(chat: Chat): Given | null;
  /** Credits, free time or a lower price came since. */
  isMoreGiven(chat: Chat, before: Given): boolean;
  /** How long the allowance lets the client's chats run on, ms (one chat, when none runs); null = without limit. */
  allowanceLeftMs(userId: string): number | null;
}

/** What only grows by a top-up, a refund or a grant, and the chat's price. */
export type Given = Pick<UserProjection, 'creditedMinor' | 'freeGrantedMs' | 'ratePerMinuteMinor'>;

export function createClientFunds(deps: ClientFundsDeps): ClientFunds {
  function ownOf(projection: UserProjection): OwnStretch[] {
    const chatIds = new Set(projection.chats.map((chat) => chat.chatId));
    for (const chat of deps.chatsOf(projection.userId)) chatIds.add(chat.id);
    return deps.ownTime.ofChats(chatIds);
  }

  function countdownWith(projection: UserProjection, own: readonly OwnStretch[]): Countdown {
    return countDown(projection, stretchesOf(projection, own, deps.deviceId), deps.serverNowMs());
  }

  /** Where the allowance ends for what runs here; nowhere while the server's word is awaited for the first time. */
  function lapsesWith(projection: UserProjection, own: readonly OwnStretch[]): PlannedStop[] {
    const leaseEndsMs = deps.leaseEndsMs();
    if (leaseEndsMs === null) return [];
    const allowance = deps.allowances.of(projection.userId);
    return allowanceEnds(projection, own, allowance, deps.serverNowMs()).map(({ atMs, chatIds }) => ({
      atMs: Math.max(atMs, leaseEndsMs),
      chatIds,
      by: 'lapsed',
    }));
  }

  function withStarted(own: readonly OwnStretch[], chatId: string): OwnStretch[] {
    const nowMs = deps.serverNowMs();
    const past = own.filter((one) => one.chatId !== chatId || one.endMs <= nowMs);
    return [...past, { chatId, startMs: nowMs, endMs: Infinity }];
  }

  /** Until the first of the stops that names the chat, ms; null = never. */
  function leftUntil(
    stops: readonly { atMs: number; chatIds: readonly string[] }[],
    chatId: string,
  ): number | null {
    const stop = stops.find((one) => one.chatIds.includes(chatId));
    return stop === undefined ? null : Math.max(0, stop.atMs - deps.serverNowMs());
  }

  function fundsFor(chat: Chat): Funds {
    const projection = deps.projections.of(chat.userId);
    if (projection === undefined) return 'funded';
    const own = withStarted(ownOf(projection), chat.id);
    const leftMs = leftUntil(countdownWith(projection, own).zeros, chat.id);
    if (leftMs !== null && leftMs < WORTH_STARTING_MS) return 'exhausted';
    const allowedMs = leftUntil(lapsesWith(projection, own), chat.id);
    if (allowedMs === null || allowedMs >= WORTH_STARTING_MS) return 'funded';
    return deps.allowances.after() === 'continue' ? 'unfunded' : 'lapsed';
  }

  function givenTo(chat: Chat): Given | null {
    const projection = deps.projections.of(chat.userId);
    if (projection === undefined) return null;
    const { creditedMinor, freeGrantedMs } = projection;
    const { ratePerMinuteMinor } = projection.chats.find((one) => one.chatId === chat.id) ?? projection;
    return { creditedMinor, freeGrantedMs, ratePerMinuteMinor };
  }

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
    stopsOf(userId) {
      const projection = deps.projections.of(userId);
      if (projection === undefined) return [];
      const own = ownOf(projection);
      const zeros = countdownWith(projection, own).zeros.map(({ atMs, chatIds }): PlannedStop => ({
        atMs,
        chatIds,
        by: 'exhausted',
      }));
      return [...zeros, ...lapsesWith(projection, own)].sort((a, b) => a.atMs - b.atMs);
    },
    placedStartMs({ id, userId }) {
      const running = deps.projections.of(userId)?.chats.find((one) => one.chatId === id);
      return running?.runningOnDeviceId === deps.deviceId ? (running.runningSinceMs ?? null) : null;
    },
    fundsFor,
    isWorthResuming: (chat) => fundsFor(chat) === 'funded',
    allowanceLeftMs(userId) {
      const projection = deps.projections.of(userId);
      if (projection === undefined) return null;
      const own = ownOf(projection);
      const nowMs = deps.serverNowMs();
      const isRunning = own.some((one) => one.endMs > nowMs);
      const [first] = lapsesWith(projection, isRunning ? own : withStarted(own, '\uffff'));
      return first === undefined ? null : Math.max(0, first.atMs - nowMs);
    },
  };
}
