/** Stops to decide, as main keeps them; the sheet opens by itself when somebody comes back, and can be put aside. */
import { create } from 'zustand';
import type { AwayDecision } from '../../shared/away/away-stop.ts';
import type { AwaySnapshot } from '../../shared/ipc/away-commands.ts';
import { api } from '../api.ts';
import { setDesk, useDesk } from './desk.ts';

export const useAway = create<AwaySnapshot>(() => ({ rows: [], sheet: 0, decided: null }));

/** Listens until the returned function is called. */
export function followAway(onFailed: (error: unknown) => void): () => void {
  let shown = 0;
  let isHeard = false;
  function take(snapshot: AwaySnapshot): void {
    useAway.setState(snapshot, true);
    if (snapshot.sheet > shown) openWhenFree();
  }
  /** Whoever is in the middle of something on the desk finishes it first. */
  function openWhenFree(): void {
    const { rows, sheet } = useAway.getState();
    if (sheet === shown || rows.length === 0 || useDesk.getState().overlay !== 'none') return;
    shown = sheet;
    setDesk({ overlay: 'away' });
  }
  const stops = [
    api.on('awayChanged', (snapshot) => {
      isHeard = true;
      take(snapshot);
    }),
    useDesk.subscribe(openWhenFree),
  ];
  api.call('readAway', null).then((snapshot) => {
    if (!isHeard) take(snapshot);
  }, onFailed);
  return () => {
    for (const stop of stops) stop();
    useAway.setState(useAway.getInitialState(), true);
  };
}

/** Throws AppError. */
export async function decideAway(decisions: AwayDecision[]): Promise<void> {
  if (decisions.length > 0) await api.call('decideAway', { decisions });
}

/** Throws AppError. */
export async function undoAway(): Promise<void> {
  await api.call('undoAway', null);
}
