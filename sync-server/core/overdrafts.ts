/**
 * How far each client's balance went below zero since this server started, against the bound B that DOMAIN.md promises
 * ("Live", "Bound"). For supervisors; what was billed is in the ledger. What the platform debits is no overdraft: no device
 * could have stopped for it, also where it took what was reserved for devices.
 */
import { overdraftBoundUnits, type BoundedDevice } from '../../shared/live/overdraft-bound.ts';
import type { Overdraft } from '../../shared/supervision.ts';
import { GRACE_MS } from '../../shared/wire.ts';

interface Beating extends BoundedDevice {
  atMs: number;
}

/** A client's credits as a beat finds them, units. */
export interface Funds {
  balanceUnits: number;
  /** All that was ever debited. */
  debitedUnits: number;
  /** What devices may use unseen. */
  reservedUnits: number;
}

export type Overdrafts = ReturnType<typeof createOverdrafts>;

export function createOverdrafts() {
  const devices = new Map<string, Map<string, Beating>>();
  const seen = new Map<string, Overdraft>();
  /** Debits, units, that the balance has borne beside what was reserved: they explain no debt any more. */
  const borne = new Map<string, number>();

  function boundOf(userId: string, nowMs: number): number {
    const beating = [...(devices.get(userId)?.values() ?? [])].filter((one) => nowMs - one.atMs <= GRACE_MS);
    return overdraftBoundUnits(beating);
  }

  return {
    /** A beat of a device that runs chats of the client, or ran some: then without any. */
    note(userId: string, deviceId: string, device: BoundedDevice, funds: Funds, atMs: number): void {
      const { balanceUnits, debitedUnits, reservedUnits } = funds;
      if (balanceUnits >= reservedUnits) borne.set(userId, debitedUnits);
      const byDebitUnits = debitedUnits - (borne.get(userId) ?? 0);
      const ofUser = devices.get(userId) ?? new Map<string, Beating>();
      devices.set(userId, ofUser);
      if (device.chats.length === 0) ofUser.delete(deviceId);
      else ofUser.set(deviceId, { ...device, atMs });
      const boundUnits = boundOf(userId, atMs);
      const before = seen.get(userId);
      seen.set(userId, {
        userId,
        balanceUnits,
        worstUnits: Math.max(before?.worstUnits ?? 0, -balanceUnits - byDebitUnits, 0),
        boundUnits,
        worstBoundUnits: Math.max(before?.worstBoundUnits ?? 0, boundUnits),
      });
    },

    /** Clients of whom a device beat, the worst first. */
    list: (nowMs: number): Overdraft[] =>
      [...seen.values()]
        .map((one) => ({ ...one, boundUnits: boundOf(one.userId, nowMs) }))
        .sort((a, b) => b.worstUnits - a.worstUnits || a.balanceUnits - b.balanceUnits),
  };
}
