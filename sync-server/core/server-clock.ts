/**
 * The server's clock: integer ms since the epoch that never goes back, also over restarts (DOMAIN.md, "Units").
 */
import { driftMs } from '../../shared/admission/limits.ts';
import type { ServerClock } from '../ports.ts';

/** Behind the stored high-water mark by more: pushes are refused until an operator confirms. */
export const MAX_BEHIND_MS = 60_000;
/** Ahead of the mark by more at start: likewise. */
export const MAX_AHEAD_MS = 24 * 60 * 60 * 1000;
/**
 * A clock that had to run ahead of the wall falls back to it by 1 ms in so many: 50 ppm. Devices may be off by 500 ppm from
 * it (DOMAIN.md), so it must itself use up little of that, or honest time would lie beyond now.
 */
const SLEW_DIVISOR = 20_000;

/** The wall may fall behind the monotonic clock by this without having stepped: it is steered, and both are read in turn. */
const STEERED_MS = 5;

export interface ServerClockDeps {
  /** The machine's wall clock, ms since the epoch. */
  wallMs(): number;
  /** A clock that never steps, ms; with it a step of the wall is seen however long nobody asked for the time. */
  monoMs?: (() => number) | undefined;
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
export async function createServerClock({
  wallMs,
  monoMs,
  load,
}: ServerClockDeps): Promise<DurableServerClock> {
  const markMs = await load();
  let lastWallMs = Math.floor(wallMs());
  let lastMonoMs = monoMs?.() ?? 0;
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

  /** By how much the wall has stepped back since it was read last, ms. */
  function stepBackMs(wall: number): number {
    if (monoMs === undefined) return Math.max(0, lastWallMs - wall);
    const mono = monoMs();
    const passedMs = mono - lastMonoMs;
    lastMonoMs = mono;
    const backMs = Math.floor(lastWallMs + passedMs - wall);
    return backMs > STEERED_MS + driftMs(passedMs) ? backMs : Math.max(0, lastWallMs - wall);
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
      const backMs = stepBackMs(wall);
      if (backMs > 0) wentBack(backMs);
      else if (offsetMs > 0) {
        slewRestMs += wall - lastWallMs;
        const slewMs = Math.min(offsetMs, Math.floor(slewRestMs / SLEW_DIVISOR));
        offsetMs -= slewMs;
        slewRestMs -= slewMs * SLEW_DIVISOR;
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
