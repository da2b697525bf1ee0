/** What waits for the server, as main groups it: read again at most once a second while the counts change. */
import { create } from 'zustand';
import type { Queue, RefusedRow } from '../../shared/queue.ts';
import { api } from '../api.ts';
import { useLive } from './live.ts';

const READ_EVERY_MS = 1_000;

interface QueueState {
  queue: Queue | null;
  refused: readonly RefusedRow[];
  /** Rows of the backlog that is being sent, and how many of them are answered; null = nothing waits. */
  drain: Drain | null;
}

export interface Drain {
  waiting: number;
  total: number;
}

export const useQueue = create<QueueState>(() => ({ queue: null, refused: [], drain: null }));

/** The backlog after the number waiting has changed: what comes meanwhile is part of it. */
export function nextDrain(before: Drain | null, waiting: number): Drain | null {
  if (waiting === 0) return null;
  if (before === null) return { waiting, total: waiting };
  return { waiting, total: before.total + Math.max(0, waiting - before.waiting) };
}

/** Follows until the returned function is called. */
export function followQueue(onProblem: (error: unknown) => void): () => void {
  let isStopped = false;
  let isReading = false;
  let isDue = false;

  async function read(): Promise<void> {
    if (isReading) {
      isDue = true;
      return;
    }
    isReading = true;
    isDue = false;
    try {
      const queue = await api.call('readQueue', null);
      const { rows } =
        queue.refused === 0 && useQueue.getState().refused.length === 0
          ? { rows: [] }
          : await api.call('readRefusedRows', null);
      if (!isStopped) useQueue.setState({ queue, refused: rows });
    } catch (error) {
      if (!isStopped) onProblem(error);
    }
    setTimeout(() => {
      isReading = false;
      if (isDue && !isStopped) void read();
    }, READ_EVERY_MS);
  }

  function hear(waiting: number): void {
    useQueue.setState(({ drain }) => ({ drain: nextDrain(drain, waiting) }));
    void read();
  }

  hear(useLive.getState().live?.outbox.waiting ?? 0);
  const stop = useLive.subscribe(({ live }, before) => {
    const was = before.live?.outbox;
    if (live === null || (live.outbox.waiting === was?.waiting && live.outbox.refused === was.refused))
      return;
    hear(live.outbox.waiting);
  });
  return () => {
    isStopped = true;
    stop();
    useQueue.setState({ queue: null, refused: [], drain: null });
  };
}
