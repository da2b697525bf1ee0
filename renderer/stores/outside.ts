/** Sessions held outside the app, as main keeps them, and the time entered by hand that is in the local database. */
import { create } from 'zustand';
import type { OutsideSnapshot } from '../../shared/outside.ts';
import { api } from '../api.ts';
import type { ManualTime } from '../records/manual-time.ts';

/** What the form starts with: a stopped timer, a client, or nothing. */
export interface OutsideDraft {
  timerId: string | null;
  userId: string | null;
  topic: string;
  /** Server's clock, ms; null = the advisor types it. */
  startMs: number | null;
  elapsedMs: number | null;
}

interface OutsideState extends OutsideSnapshot {
  draft: OutsideDraft;
  /** Newest first. */
  entries: readonly ManualTime[];
}

export const NO_DRAFT: OutsideDraft = {
  timerId: null,
  userId: null,
  topic: '',
  startMs: null,
  elapsedMs: null,
};

export const useOutside = create<OutsideState>(() => ({
  timers: [],
  held: [],
  draft: NO_DRAFT,
  entries: [],
}));

/** Listens until the returned function is called. */
export function followOutside(onFailed: (error: unknown) => void): () => void {
  let isHeard = false;
  const stop = api.on('outsideChanged', (snapshot) => {
    isHeard = true;
    useOutside.setState(snapshot);
  });
  api.call('readOutside', null).then((snapshot) => {
    if (!isHeard) useOutside.setState(snapshot);
  }, onFailed);
  return stop;
}
