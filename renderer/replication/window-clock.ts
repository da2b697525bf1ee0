import type { Scheduler } from './scheduler.ts';

/** The window's clock and timers: never throttled in the desk, which main keeps awake. */
export const windowClock: Scheduler = {
  nowMs: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};
