/** The only place where the server reads the time. */
import type { ServerClock } from './ports.ts';

/** The computer's clock, held where it is while it would go back (DOMAIN.md, "Units"). */
export function createSystemClock(wallMs: () => number = Date.now): ServerClock {
  let lastMs = 0;
  return {
    nowMs() {
      lastMs = Math.max(lastMs, wallMs());
      return lastMs;
    },
  };
}
