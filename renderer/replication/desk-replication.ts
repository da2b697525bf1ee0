/**
 * Starts the replicator in the desk window with the browser's network and timers. The desk's entry calls it once per
 * session: `const replication = startDeskReplication({ database, api }); … await replication.stop()`.
 */
import type { Api } from '../api.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { createReplicator, type Replicator } from './replicator.ts';
import type { Scheduler } from './scheduler.ts';

/** The window's clock: the one place of the local database's side where time is read. */
const windowScheduler: Scheduler = {
  nowMs: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};

export function startDeskReplication({ database, api }: { database: LocalDatabase; api: Api }): Replicator {
  const replicator = createReplicator({
    database,
    api,
    fetch: (input, init) => fetch(input, init),
    scheduler: windowScheduler,
    random: () => Math.random(),
    breathe: () => new Promise((resolve) => setTimeout(resolve, 0)),
  });
  const retry = () => replicator.retryNow();
  const stopListening = api.on('sessionChanged', (session) => {
    if (session.phase === 'signedIn' && !session.needsSignIn) retry();
  });
  window.addEventListener('online', retry);
  return {
    ...replicator,
    stop() {
      window.removeEventListener('online', retry);
      stopListening();
      return replicator.stop();
    },
  };
}
