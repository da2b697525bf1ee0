/** B: how far a balance can go below zero because devices could not know (DOMAIN.md, "Live", "Bound"; invariant I12). Pure. */
import { assertSafe } from '../fold/safe-integer.ts';
import { REQUEST_TIMEOUT_MS } from '../wire.ts';

/** One device and the chats of one client that it runs. */
export interface BoundedDevice {
  /** Burn of all its running chats as if paid, units per ms. */
  burnUnitsPerMs: number;
  /** The lease it was given last, ms. */
  leaseMs: number;
  /** How far its clock may be off, ms. */
  clockErrorMs: number;
}

/** `Σ burn × (lease + request timeout + clock error)`, units. Throws UnsafeIntegerError. */
export function overdraftBoundUnits(devices: Iterable<BoundedDevice>): number {
  let units = 0;
  for (const { burnUnitsPerMs, leaseMs, clockErrorMs } of devices)
    units += burnUnitsPerMs * (leaseMs + REQUEST_TIMEOUT_MS + clockErrorMs);
  return assertSafe(units, 'overdraft bound');
}
