/**
 * What each device may use of each client's credits and free time unseen, from its last beat on (DOMAIN.md, "Live", "Offline
 * allowance"). While the device beats, what it burns is in every countdown already; only when it is silent does its
 * reservation stand for what it may have used, and others count without it. Durable with the device's beat.
 */
import { GRACE_MS } from '../../shared/wire.ts';
import { RESERVATION_LAPSES_MS, type Allowance } from '../../shared/live/offline-allowance.ts';

/** What other devices than the one that is told may be using unseen: units, and ms by advisor. */
export interface Reserved {
  units: number;
  freeMs(advisorId: string): number;
}

export interface Reservation extends Allowance {
  userId: string;
  advisorId: string;
}

interface Held extends Reservation {
  deviceId: string;
  /** The beat it was made with, server clock. */
  atMs: number;
}

export type Reservations = ReturnType<typeof createReservations>;

export function createReservations() {
  const byDevice = new Map<string, readonly Held[]>();
  const byUser = new Map<string, Map<string, Held>>();

  function sum(userId: string, isCounted: (held: Held) => boolean): Reserved {
    let units = 0;
    const freeMs = new Map<string, number>();
    for (const held of byUser.get(userId)?.values() ?? []) {
      if (!isCounted(held)) continue;
      units += held.creditUnits;
      freeMs.set(held.advisorId, (freeMs.get(held.advisorId) ?? 0) + held.freeMs);
    }
    return { units, freeMs: (advisorId) => freeMs.get(advisorId) ?? 0 };
  }

  return {
    clear(): void {
      byDevice.clear();
      byUser.clear();
    },

    /** The device's newest beat reserves this and nothing else. */
    enter(deviceId: string, atMs: number, reservations: readonly Reservation[]): void {
      for (const { userId } of byDevice.get(deviceId) ?? []) byUser.get(userId)?.delete(deviceId);
      const held = reservations.map((one): Held => ({ ...one, deviceId, atMs }));
      byDevice.set(deviceId, held);
      for (const one of held) {
        const ofUser = byUser.get(one.userId) ?? new Map<string, Held>();
        byUser.set(one.userId, ofUser.set(deviceId, one));
      }
    },

    of: (deviceId: string): readonly Reservation[] => byDevice.get(deviceId) ?? [],

    /** All that is reserved for other devices: what is left of the balance can be reserved for this one. */
    forOthers: (userId: string, deviceId: string, nowMs: number): Reserved =>
      sum(userId, (held) => held.deviceId !== deviceId && nowMs - held.atMs <= RESERVATION_LAPSES_MS),

    /** What silent other devices may have used: no countdown of this device may count on it. */
    unseen: (userId: string, deviceId: string, nowMs: number): Reserved =>
      sum(userId, (held) => {
        const silentMs = nowMs - held.atMs;
        return held.deviceId !== deviceId && silentMs > GRACE_MS && silentMs <= RESERVATION_LAPSES_MS;
      }),
  };
}
