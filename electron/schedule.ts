/** Timers as the device's parts get them: node's own, or a simulation's, whose time moves by itself. */

/** Runs the task after so many ms; the returned function takes it back. */
export type Schedule = (ms: number, task: () => void) => () => void;

export const nodeSchedule: Schedule = (ms, task) => {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
};
