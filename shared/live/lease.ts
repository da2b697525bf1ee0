/** How often a device beats and how long it may go on without an answer (DOMAIN.md, "Live", "Lease"). Pure. */
import { BEAT_MS, LEASE_MS } from '../wire.ts';

/** Nearer to T* than this, beats come faster and leases are shorter, ms. */
const NEAR_ZERO_MS = 60_000;
const NEAR_LEASE_MS = 10_000;
const NEAR_BEAT_MS = 2_000;

export interface Lease {
  leaseMs: number;
  nextBeatMs: number;
}

/** `untilZeroMs`: until the nearest T* of what the device runs; Infinity = none. */
export function leaseFor(untilZeroMs: number): Lease {
  return untilZeroMs < NEAR_ZERO_MS
    ? { leaseMs: NEAR_LEASE_MS, nextBeatMs: NEAR_BEAT_MS }
    : { leaseMs: LEASE_MS, nextBeatMs: BEAT_MS };
}
