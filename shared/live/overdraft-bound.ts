/** B: how far a balance can go below zero because devices could not know (DOMAIN.md, "Live", "Bound"; invariant I12). Pure. */
import { assertSafe } from '../fold/safe-integer.ts';
import { REQUEST_TIMEOUT_MS } from '../wire.ts';

export interface BurningChat {
  unitsPerMs: number;
  /** The billing increment of the chat, ms; 1 = none. */
  incrementMs: number;
}

/** One device and the chats of one client that it runs. */
export interface BoundedDevice {
  /** Its running chats, as if paid. */
  chats: readonly BurningChat[];
  /** The lease it was given last, ms. */
  leaseMs: number;
  /** How far its clock may be off, ms. */
  clockErrorMs: number;
}

/**
 * `Σ burn × (lease + request timeout + clock error)`, units; where a chat is billed in increments, whole ones, because the
 * first ms of each is charged as all of it. Throws UnsafeIntegerError.
 */
export function overdraftBoundUnits(devices: Iterable<BoundedDevice>): number {
  let units = 0;
  for (const { chats, leaseMs, clockErrorMs } of devices) {
    const unseenMs = leaseMs + REQUEST_TIMEOUT_MS + clockErrorMs;
    for (const { unitsPerMs, incrementMs } of chats)
      units += unitsPerMs * incrementMs * Math.ceil(unseenMs / incrementMs);
  }
  return assertSafe(units, 'overdraft bound');
}
