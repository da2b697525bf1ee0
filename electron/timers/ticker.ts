/** One tick a second for everything on the device, at the full seconds of the boot's clock: it never drifts. */
import type { Schedule } from '../schedule.ts';

export const TICK_MS = 1_000;
/** A timer that fires this close before the full second came early for it, ms. */
const EARLY_MS = 20;

export interface Ticker {
  start(): void;
  stop(): void;
}

export function createTicker(schedule: Schedule, monoMs: () => number, onTick: () => void): Ticker {
  let cancel: (() => void) | null = null;

  function plan(): void {
    const leftMs = TICK_MS - (monoMs() % TICK_MS);
    cancel = schedule(leftMs < EARLY_MS ? leftMs + TICK_MS : leftMs, () => {
      plan();
      onTick();
    });
  }

  return {
    start() {
      if (cancel === null) plan();
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
