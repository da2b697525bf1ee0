import { ANCHOR_MAX_ERROR_MS, driftMs } from './limits.ts';

/** One answered clock exchange: the device's monotonic clock before and after, the server's instant in between. */
export interface Exchange {
  sentAtMonoMs: number;
  receivedAtMonoMs: number;
  serverMs: number;
}

/** Where a boot's monotonic clock lies on the server's: server instant = offsetMs + monotonic instant. */
export interface Anchor {
  /** May be negative only for hostile clocks; instants made of it are floored at 0. */
  offsetMs: number;
  /** Half the round trip, rounded up. */
  errorMs: number;
  /** Monotonic instant of the exchange. */
  atMonoMs: number;
}

/**
 * The anchor an exchange gives: the server's instant lies in the middle of the round trip.
 * Null when the error would exceed 2 s or the instants run backwards. Source: DOMAIN.md "Placement and admission".
 */
export function anchorOf({ sentAtMonoMs, receivedAtMonoMs, serverMs }: Exchange): Anchor | null {
  const roundTripMs = receivedAtMonoMs - sentAtMonoMs;
  const errorMs = Math.ceil(roundTripMs / 2);
  if (roundTripMs < 0 || errorMs > ANCHOR_MAX_ERROR_MS) return null;
  const atMonoMs = sentAtMonoMs + Math.floor(roundTripMs / 2);
  return { offsetMs: serverMs - atMonoMs, errorMs, atMonoMs };
}

/** How far off the anchor may be at a monotonic instant: its own error and the drift since the exchange. */
export function anchorErrorAt(anchor: Anchor, monoMs: number): number {
  return anchor.errorMs + driftMs(monoMs - anchor.atMonoMs);
}

/**
 * The anchor that serves numbers placed from now on: the exchange with the lowest round trip, an old one's error grown
 * by drift (a machine that is up for hours would otherwise be placed by a stale one). A clock that stood still, e.g. in
 * a suspended virtual machine, contradicts its anchor by lying later than both errors allow: then the new one serves.
 */
export function betterAnchor(current: Anchor | null, candidate: Anchor | null): Anchor | null {
  if (candidate === null) return current;
  if (current === null) return candidate;
  const currentErrorMs = anchorErrorAt(current, candidate.atMonoMs);
  const stoodStill = candidate.offsetMs - current.offsetMs > currentErrorMs + candidate.errorMs;
  return candidate.errorMs < currentErrorMs || stoodStill ? candidate : current;
}
