import type { Scheduler } from '../../renderer/replication/scheduler.ts';

/** A scheduler whose time moves only when the test moves it. */
export interface VirtualScheduler extends Scheduler {
  /** Runs everything due within `ms`, in order. */
  pass(ms: number): void;
}

export function createVirtualScheduler(startMs: number): VirtualScheduler {
  let nowMs = startMs;
  let nextId = 0;
  const tasks = new Map<number, { atMs: number; task: () => void }>();

  function nextDue(untilMs: number): [number, { atMs: number; task: () => void }] | undefined {
    let due: [number, { atMs: number; task: () => void }] | undefined;
    for (const entry of tasks)
      if (entry[1].atMs <= untilMs && (due === undefined || entry[1].atMs < due[1].atMs)) due = entry;
    return due;
  }

  return {
    nowMs: () => nowMs,
    after(ms, task) {
      const id = nextId++;
      tasks.set(id, { atMs: nowMs + ms, task });
      return () => void tasks.delete(id);
    },
    pass(ms) {
      const untilMs = nowMs + ms;
      for (let due = nextDue(untilMs); due !== undefined; due = nextDue(untilMs)) {
        tasks.delete(due[0]);
        nowMs = Math.max(nowMs, due[1].atMs);
        due[1].task();
      }
      nowMs = untilMs;
    },
  };
}

/** Numbers from 0 to below 1 that a seed decides (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
