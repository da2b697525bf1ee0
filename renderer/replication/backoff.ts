/** First wait after a failure, ms. */
export const BACKOFF_FIRST_MS = 250;
/** Longest wait, ms: a queue drains within 30 s of the network's return (DOMAIN.md I20). */
export const BACKOFF_MAX_MS = 8_000;

/**
 * How long to wait before attempt `failures + 1`, ms: doubles up to the longest, of which a random half is jitter, so
 * that the devices of a restarted server do not come back in one instant.
 * @param failures failures in a row, from 1. @param random from 0 to below 1.
 */
export function backoffMs(failures: number, random: number): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.floor(ceiling / 2 + (random * ceiling) / 2);
}
