/** Time as the replicator gets it; tests hand in a clock they move. */
export interface Scheduler {
  /** Wall clock, ms: only to tell which policy is in force, never to count time. */
  nowMs(): number;
  /** Runs `task` after `ms`; the returned function takes it back. */
  after(ms: number, task: () => void): () => void;
}

/** A wait that can be cut short. */
export interface WakeableWait {
  wait(ms: number): Promise<void>;
  wake(): void;
  /** Ends all waits, also those to come. */
  stop(): void;
}

export function createWakeableWait(scheduler: Scheduler): WakeableWait {
  let wakers = new Set<() => void>();
  let isStopped = false;
  const wake = () => {
    const now = wakers;
    wakers = new Set();
    for (const finish of now) finish();
  };
  return {
    wait(ms) {
      if (isStopped) return Promise.resolve();
      return new Promise((resolve) => {
        const finish = () => {
          cancel();
          wakers.delete(finish);
          resolve();
        };
        const cancel = scheduler.after(ms, finish);
        wakers.add(finish);
      });
    },
    wake,
    stop() {
      isStopped = true;
      wake();
    },
  };
}
