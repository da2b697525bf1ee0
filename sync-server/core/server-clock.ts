/**
 * The server's clock: integer ms since the epoch that never goes back, also over restarts (DOMAIN.md, "Units").
 */
import type { ServerClock } from '../ports.ts';

/** Behind the stored high-water mark by more: pushes are refused until an operator confirms. */
export const MAX_BEHIND_MS = 60_000;
/** Ahead of the mark by more at start: likewise. */
export const MAX_AHEAD_MS = 24 * 60 * 60 * 1000;
/** A clock that had to run ahead of the wall falls back to it by 1 ms in so many. */
const SLEW_DIVISOR = 2_000;

export interface ServerClockDeps {
  /** The machine's wall clock, ms since the epoch. */
  wallMs(): number;
  /** The stored high-water mark, 0 in a new database. */
  load(): Promise<number>;
}

/** `wentBack`: it continued from the mark (or from the last instant) by so many ms; `wentAhead` likewise. */
export interface ClockAlarm {
  kind: 'wentBack' | 'wentAhead';
  byMs: number;
}

export interface DurableServerClock extends ServerClock {
  /** What is wrong with the machine's clock; an operator should look at it. */
  alarm(): ClockAlarm | undefined;
  /** Pushes must be refused with `clockRefused`. */
  isRefused(): boolean;
  /** An operator says that the machine's clock is right (now). The server's still never goes back. */
  confirm(): void;
}

/**
 * Every commit stores the instant it used as the new mark, in its own transaction; nothing durable carries a later one.
 */
export async function createServerClock({ wallMs, load }: ServerClockDeps): Promise<DurableServerClock> {
  const markMs = await load();
  let lastWallMs = Math.floor(wallMs());
  /** The server's instant is the wall's plus this. */
  let offsetMs = 0;
  let slewRestMs = 0;
  let alarm: ClockAlarm | undefined;
  let isRefused = false;
  let lastMs = markMs;

  function wentBack(byMs: number): void {
    offsetMs += byMs;
    alarm = { kind: 'wentBack', byMs };
    if (byMs > MAX_BEHIND_MS) isRefused = true;
  }

  if (lastWallMs < markMs) wentBack(markMs - lastWallMs);
  else if (markMs > 0 && lastWallMs - markMs > MAX_AHEAD_MS) {
    // Until it is confirmed the server goes on from the mark, so that a wrong year leaves no trace.
    alarm = { kind: 'wentAhead', byMs: lastWallMs - markMs };
    offsetMs = markMs - lastWallMs;
    isRefused = true;
  }

  return {
    nowMs() {
      const wall = Math.floor(wallMs());
      if (wall < lastWallMs) wentBack(lastWallMs - wall);
      else if (offsetMs > 0) {
        slewRestMs += wall - lastWallMs;
        const backMs = Math.min(offsetMs, Math.floor(slewRestMs / SLEW_DIVISOR));
        offsetMs -= backMs;
        slewRestMs -= backMs * SLEW_DIVISOR;
      }
      lastWallMs = wall;
      lastMs = Math.max(lastMs, wall + offsetMs);
      return lastMs;
    },
    alarm: () => alarm,
    isRefused: () => isRefused,
    confirm() {
      isRefused = false;
      alarm = undefined;
      if (offsetMs < 0) offsetMs = 0;
    },
  };
}
