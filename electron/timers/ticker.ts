/** One tick a second for everything on the device, at the full seconds of the boot's clock: it never drifts. */
export const TICK_MS = 1_000;
/** A timer that fires this close before the full second came early for it, ms. */
const EARLY_MS = 20;

export interface Ticker {
  start(): void;
  stop(): void;
}

export function createTicker(monoMs: () => number, onTick: () => void): Ticker {
  let timer: ReturnType<typeof setTimeout> | null = null;

  function plan(): void {
    const leftMs = TICK_MS - (monoMs() % TICK_MS);
    timer = setTimeout(
      () => {
        plan();
        onTick();
      },
      leftMs < EARLY_MS ? leftMs + TICK_MS : leftMs,
    );
  }

  return {
    start() {
      if (timer === null) plan();
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
