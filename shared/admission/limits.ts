/** Figures of DOMAIN.md, "Placement and admission" and "Invariants" (I8). Durations in ms. */

/** Clocks of honest machines drift apart by at most this much. */
export const DRIFT_PPM = 500;
/** A clock exchange that is less exact is refused. */
export const ANCHOR_MAX_ERROR_MS = 2_000;
/** More growth than this between two copies without beats is not believed. */
export const GROWTH_MAX_MS = 4 * 60 * 60 * 1000;
/** Older rows wait for a ruling. */
export const ROW_MAX_AGE_MS = 35 * 24 * 60 * 60 * 1000;

/** By how much two clocks may have drifted apart over a span, rounded up. */
export function driftMs(spanMs: number): number {
  return Math.ceil((Math.abs(spanMs) * DRIFT_PPM) / 1_000_000);
}
