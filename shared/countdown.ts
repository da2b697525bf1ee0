/**
 * What a device shows between two states of the server: the projection plus what runs since (DOMAIN.md, "Live").
 * Pure; instants are ms on the server's clock. The fold is the truth; this walks the same rules forward from its result.
 */
import type { FundsKind } from './live.ts';
import type { UserProjection } from './rows.ts';

/** Under this much left the client is low. */
export const LOW_MS = 5 * 60_000;

/** A closed stretch whose end the server has settled to within this is settled, ms. */
const SETTLED_WITHIN_MS = 500;

/** A stretch in which a chat ran after what the projection has settled of it. `endMs` Infinity = it runs. */
export interface Stretch {
  chatId: string;
  startMs: number;
  endMs: number;
  ratePerMinuteMinor: number;
}

export interface Countdown {
  kind: FundsKind;
  /** Until free time ends (free), until credits end (paid, low), else 0; ms. */
  countdownMs: number;
  /** Until credits end, free time included; null = never at this rate. */
  totalLeftMs: number | null;
  freeLeftMs: number;
  balanceUnits: number;
  runningChats: number;
  /** Units per ms that the running chats of this pair burn once they are paid. */
  burnUnitsPerMs: number;
}

interface Funds {
  freeLeftMs: number;
  units: number;
}

/** The stretches of the pair's chats: what other devices run, and this device's own beyond what is settled. */
export function stretchesOf(
  projection: UserProjection,
  own: readonly { chatId: string; startMs: number; endMs: number }[],
  deviceId: string,
): Stretch[] {
  const chats = new Map(projection.chats.map((chat) => [chat.chatId, chat]));
  const stretches: Stretch[] = [];
  for (const { chatId, startMs, endMs } of own) {
    const chat = chats.get(chatId);
    const settledUntilMs = Math.max(chat?.settledUntilMs ?? 0, chat?.confirmedUntilMs ?? 0);
    // The server placed the segment once; a better anchor since then moves our idea of its end by some milliseconds.
    if (endMs < Number.POSITIVE_INFINITY && settledUntilMs >= endMs - SETTLED_WITHIN_MS) continue;
    const from = Math.max(startMs, settledUntilMs);
    if (endMs > from)
      stretches.push({
        chatId,
        startMs: from,
        endMs,
        ratePerMinuteMinor: chat?.ratePerMinuteMinor ?? projection.ratePerMinuteMinor,
      });
  }
  for (const chat of projection.chats) {
    if (chat.runningOnDeviceId === undefined || chat.runningOnDeviceId === deviceId) continue;
    if (stretches.some((one) => one.chatId === chat.chatId)) continue;
    const from = chat.confirmedUntilMs ?? projection.asOfMs;
    stretches.push({
      chatId: chat.chatId,
      startMs: from,
      endMs: Number.POSITIVE_INFINITY,
      ratePerMinuteMinor: chat.ratePerMinuteMinor,
    });
  }
  return stretches;
}

/** The state of the client's funds at `nowMs`, and how long they last from there. */
export function countDown(
  projection: UserProjection,
  stretches: readonly Stretch[],
  nowMs: number,
): Countdown {
  const funds = fundsAt(projection, stretches, nowMs);
  const running = stretches.filter((one) => one.startMs <= nowMs && one.endMs > nowMs);
  const burn = running.reduce((sum, one) => sum + one.ratePerMinuteMinor, 0);
  const chats = Math.max(1, running.length);
  const burnShown = running.length > 0 ? burn : projection.ratePerMinuteMinor;
  const totalLeftMs = totalLeft(funds, chats, burnShown, projection.othersBurnUnitsPerMs);
  return {
    ...kindOf(funds, chats, burnShown, totalLeftMs),
    totalLeftMs,
    freeLeftMs: funds.freeLeftMs,
    balanceUnits: funds.units + projection.reservedUnits,
    runningChats: running.length,
    burnUnitsPerMs: burn,
  };
}

/** How long the funds last with `chats` chats at the pair's rate, ms; null = never at rate 0. */
export function totalLeftWith(
  projection: UserProjection,
  countdown: Countdown,
  chats: number,
): number | null {
  const rate =
    countdown.runningChats > 0
      ? countdown.burnUnitsPerMs / countdown.runningChats
      : projection.ratePerMinuteMinor;
  const funds = {
    freeLeftMs: countdown.freeLeftMs,
    units: countdown.balanceUnits - projection.reservedUnits,
  };
  return totalLeft(funds, chats, rate * chats, projection.othersBurnUnitsPerMs);
}

/** Is there anything left to run a chat on: free time, credits, or a rate of 0? */
export function isFunded(countdown: Pick<Countdown, 'kind'>): boolean {
  return countdown.kind !== 'exhausted';
}

function kindOf(
  funds: Funds,
  chats: number,
  burn: number,
  totalLeftMs: number | null,
): { kind: FundsKind; countdownMs: number } {
  const isLow = totalLeftMs !== null && totalLeftMs < LOW_MS;
  if (funds.freeLeftMs > 0) {
    return isLow
      ? { kind: 'low', countdownMs: totalLeftMs }
      : { kind: 'free', countdownMs: Math.floor(funds.freeLeftMs / chats) };
  }
  if (burn === 0 || totalLeftMs === null) return { kind: 'unpriced', countdownMs: 0 };
  // Less than one millisecond of burn counts as zero.
  if (funds.units < burn) return { kind: 'exhausted', countdownMs: 0 };
  return { kind: isLow ? 'low' : 'paid', countdownMs: totalLeftMs };
}

function totalLeft(funds: Funds, chats: number, burn: number, othersBurn: number): number | null {
  const freeWallMs = Math.floor(funds.freeLeftMs / chats);
  if (burn === 0) return null;
  const paidUnits = funds.units - othersBurn * freeWallMs;
  return freeWallMs + Math.max(0, Math.floor(paidUnits / (burn + othersBurn)));
}

/** Walks from the settled state to `nowMs`: free time first, shared by all running chats, the rest paid. */
function fundsAt(projection: UserProjection, stretches: readonly Stretch[], nowMs: number): Funds {
  const funds: Funds = {
    freeLeftMs: projection.freeLeftMs,
    units: projection.balanceUnits - projection.reservedUnits,
  };
  funds.units -= projection.othersBurnUnitsPerMs * Math.max(0, nowMs - projection.asOfMs);
  const points = new Set<number>();
  for (const { startMs, endMs } of stretches) {
    if (startMs < nowMs) points.add(startMs);
    if (endMs < nowMs) points.add(endMs);
  }
  const times = [...points, nowMs].sort((a, b) => a - b);
  for (let i = 0; i + 1 < times.length; i += 1) {
    const from = times[i]!;
    const dt = times[i + 1]! - from;
    const active = stretches.filter((one) => one.startMs <= from && one.endMs > from);
    if (active.length === 0 || dt === 0) continue;
    const wantedMs = active.length * dt;
    const freeMs = Math.min(funds.freeLeftMs, wantedMs);
    funds.freeLeftMs -= freeMs;
    const burn = active.reduce((sum, one) => sum + one.ratePerMinuteMinor, 0);
    // The paid part is spread evenly; the odd millisecond is the fold's business.
    funds.units -= Math.round((burn * (wantedMs - freeMs)) / active.length);
  }
  return funds;
}

/** How much of a chat's shown time lies beyond what is settled, ms at `nowMs`. */
export function unsettledMs(stretches: readonly Stretch[], chatId: string, nowMs: number): number {
  let sum = 0;
  for (const one of stretches) {
    if (one.chatId === chatId) sum += Math.max(0, Math.min(one.endMs, nowMs) - one.startMs);
  }
  return sum;
}
