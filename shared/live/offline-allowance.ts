/**
 * What a device may use of a client's credits and free time while the server does not hear it (DOMAIN.md, "Live", "Offline
 * allowance"): reserved by the server with every beat, counted by the device from its last confirmed state on. Pure.
 */
import type { UserProjection } from '../rows.ts';
import type { Zero } from './funds.ts';
import { passTime, zerosAhead } from './funds-walk.ts';
import { fundsOf, stretchesOf, type OwnStretch } from './known-funds.ts';

/** So much of the running chats' burn is reserved, ms, while half of what is left allows it. */
export const ALLOWANCE_MS = 10 * 60_000;
/** A device that was silent this long gets nothing reserved any more; what it ran unseen may then become a debt, ms. */
export const RESERVATION_LAPSES_MS = 24 * 3_600_000;

export interface Allowance {
  creditUnits: number;
  freeMs: number;
}

/**
 * What to reserve for one device and client: 10 minutes of what its chats burn as if paid (units per ms), at most half of
 * what is available to it: the balance and the pair's free time without what is reserved for other devices.
 */
export function allowanceOf(
  burn: { unitsPerMs: number; chats: number },
  available: { units: number; freeMs: number },
): Allowance {
  const half = (amount: number): number => Math.max(0, Math.floor(amount / 2));
  return {
    creditUnits: Math.min(ALLOWANCE_MS * burn.unitsPerMs, half(available.units)),
    freeMs: Math.min(ALLOWANCE_MS * burn.chats, half(available.freeMs)),
  };
}

/**
 * Where the allowance ends for the chats that this device runs (`own`, server instants), seen from `nowMs`. Free time that
 * is not reserved counts as paid; what other devices run, later grants and the rest of the balance do not count at all.
 */
export function allowanceEnds(
  projection: UserProjection,
  own: readonly OwnStretch[],
  allowance: Allowance,
  nowMs: number,
): Zero[] {
  const alone: UserProjection = {
    ...projection,
    balanceUnits: allowance.creditUnits,
    reservedUnits: 0,
    freeLeftMs: allowance.freeMs,
    reservedFreeMs: 0,
    othersBurnUnitsPerMs: 0,
    othersSteps: [],
    grants: [],
    chats: projection.chats.map(({ runningOnDeviceId: _, ...chat }) => chat),
  };
  return zerosAhead(passTime(fundsOf(alone, stretchesOf(alone, own, '')), nowMs));
}
