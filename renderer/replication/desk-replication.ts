/**
 * Starts the replicator in the desk window with the browser's network and timers. The desk's entry calls it once per
 * session: `const replication = startDeskReplication({ database, api }); … await replication.stop()`.
 */
import type { Api } from '../api.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { createReplicator, type Replicator } from './replicator.ts';
import { windowClock } from './window-clock.ts';

export function startDeskReplication({ database, api }: { database: LocalDatabase; api: Api }): Replicator {
  const replicator = createReplicator({
    database,
    api,
    fetch: (input, init) => fetch(input, init),
    scheduler: windowClock,
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
