/** From a projection and what runs since to the funds that the walk reads: of a device, and of the server in the same words. */
import { compareCodeUnits } from '../code-unit-order.ts';
import type { RateStep } from '../fold/rates.ts';
import { unionIntervals, type Interval } from '../fold/union.ts';
import type { ProjectedChat, UserProjection } from '../rows.ts';
import type { Funds, FundsChat, FundsPair, OthersStep } from './funds.ts';

/** A closed stretch whose end the server has settled to within this is settled, ms. */
const SETTLED_WITHIN_MS = 500;

type Grant = FundsPair['grants'][number];

/** A stretch in which a chat ran after what the projection has settled of it. `endMs` Infinity = it runs. */
export interface Stretch extends Interval {
  chatId: string;
}

/** What this device ran itself, on the server's clock. */
export interface OwnStretch extends Stretch {
  /** Of a segment the server has placed, where it placed it: how much later the device's own clock puts it by now, ms; may be negative. */
  laterHereMs?: number;
  /** Server instant at which the server held the whole closed segment, ms. */
  coveredAtMs?: number;
}

/**
 * The stretches of the pair's chats: what other devices run, and this device's own beyond what is settled. Where both
 * ran one chat the time is there once.
 */
export function stretchesOf(
  projection: UserProjection,
  own: readonly OwnStretch[],
  deviceId: string,
): Stretch[] {
  const chats = new Map(projection.chats.map((chat) => [chat.chatId, chat]));
  const byChat = new Map<string, Interval[]>();
  const add = (chatId: string, startMs: number, endMs: number): void => {
    const ofChat = byChat.get(chatId);
    if (ofChat === undefined) byChat.set(chatId, [{ startMs, endMs }]);
    else ofChat.push({ startMs, endMs });
  };
  for (const { chatId, startMs, endMs, laterHereMs, coveredAtMs = Infinity } of own) {
    const chat = chats.get(chatId);
    const settledUntilMs = Math.max(chat?.settledUntilMs ?? 0, chat?.confirmedUntilMs ?? 0);
    // Before the server's place is known our idea of the end is some milliseconds off; and a mark may have cut a piece
    // off what the server holds whole. Else its end is known to the millisecond.
    const isRough = laterHereMs === undefined || projection.asOfMs >= coveredAtMs;
    if (endMs < Infinity && settledUntilMs >= endMs - (isRough ? SETTLED_WITHIN_MS : 0)) continue;
    const fromMs = Math.max(startMs, settledUntilMs);
    // What lies beyond is looked at by the device's clock: its length there is the length the timer measured.
    const byMs = laterHereMs ?? 0;
    if (endMs > fromMs) add(chatId, fromMs + byMs, endMs + byMs);
  }
  for (const { chatId, runningOnDeviceId, confirmedUntilMs } of projection.chats) {
    if (runningOnDeviceId === undefined || runningOnDeviceId === deviceId) continue;
    add(chatId, confirmedUntilMs ?? projection.asOfMs, Infinity);
  }
  return [...byChat].flatMap(([chatId, intervals]) =>
    unionIntervals(intervals).map(({ startMs, endMs }) => ({ chatId, startMs, endMs })),
  );
}

/** The settled funds with what ran and runs since, at the earliest instant of it. */
export function fundsOf(projection: UserProjection, stretches: readonly Stretch[]): Funds {
  const byChat = new Map<string, Interval[]>();
  for (const { chatId, startMs, endMs } of stretches) {
    const ofChat = byChat.get(chatId);
    if (ofChat === undefined) byChat.set(chatId, [{ startMs, endMs }]);
    else ofChat.push({ startMs, endMs });
  }
  const chats = new Map(projection.chats.map((chat) => [chat.chatId, chat]));
  const others = othersOf(projection);
  const { asOfMs, balanceUnits, reservedUnits, freeLeftMs, reservedFreeMs = 0, grants = [] } = projection;
  const unreservedMs = Math.max(0, freeLeftMs - reservedFreeMs);
  const cameMs = grants.reduce((sum, { atMs, ms }) => (atMs <= asOfMs ? sum + ms : sum), 0);
  return {
    atMs: Math.min(asOfMs, ...stretches.map((one) => one.startMs), ...others.map((one) => one.atMs)),
    units: balanceUnits - reservedUnits,
    pairs: [
      {
        freeLeftMs: Math.max(0, unreservedMs - cameMs),
        grants: cameMs > unreservedMs ? capped(grants, asOfMs, unreservedMs) : grants,
        chats: [...byChat]
          .map(([chatId, intervals]) => fundsChat(projection, chatId, chats.get(chatId), intervals))
          .sort((a, b) => compareCodeUnits(a.chatId, b.chatId)),
      },
    ],
    others,
  };
}

/** The grants, those that have come cut to `ms` together, the latest first: what is reserved is taken from the earlier ones. */
function capped(grants: readonly Grant[], asOfMs: number, ms: number): Grant[] {
  let leftMs = ms;
  const kept = [...grants].reverse().map((grant) => {
    if (grant.atMs > asOfMs) return grant;
    const keptMs = Math.min(grant.ms, leftMs);
    leftMs -= keptMs;
    return { atMs: grant.atMs, ms: keptMs };
  });
  return kept.reverse();
}

/** A chat with these intervals; one that the server has not spoken of is one that opens now. */
export function fundsChat(
  projection: UserProjection,
  chatId: string,
  chat: ProjectedChat | undefined,
  intervals: readonly Interval[],
): FundsChat {
  return {
    chatId,
    intervals,
    rates: ratesOf(chat ?? projection),
    paidMs: chat?.paidMs ?? 0,
    incrementMs: (chat ?? projection).billingIncrementMs ?? 1,
    lastPaidRate: chat?.lastPaidRatePerMinuteMinor ?? 0,
  };
}

function ratesOf({
  rates,
  ratePerMinuteMinor,
}: Pick<ProjectedChat, 'rates' | 'ratePerMinuteMinor'>): readonly RateStep[] {
  if (rates === undefined || rates.length === 0) return [{ atMs: 0, ratePerMinuteMinor }];
  // What the server has not settled never lies before the first step it names.
  return [{ ...(rates[0] as RateStep), atMs: 0 }, ...rates.slice(1)];
}

function othersOf({ othersSteps, othersBurnUnitsPerMs, asOfMs }: UserProjection): readonly OthersStep[] {
  if (othersSteps !== undefined) return othersSteps;
  const burn = othersBurnUnitsPerMs;
  if (burn === 0) return [];
  return [{ lane: 0, atMs: asOfMs, unitsPerMs: burn, incrementMs: 1, begunMs: 0, lastUnitsPerMs: burn }];
}
