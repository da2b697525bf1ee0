/** Runs a task after so many ms; the returned function takes it back. */
export type Schedule = (ms: number, task: () => void) => () => void;
