/** The only place where the server reads the time. */
import type { ServerClock } from './ports.ts';

/**
 * The computer's clock as it is: it may step. What counts time is made of it by core/server-clock.ts, which goes on at
 * the clock's pace when it steps back; held still here, an hour's step would have refused an hour of honest time.
 */
export function createSystemClock(
  wallMs: () => number = Date.now,
  monoMs: () => number = () => performance.now(),
): Required<ServerClock> {
  return { nowMs: wallMs, monoMs };
}
