/** The desk's local database and its replicator: one of each while somebody is signed in. */
import { create } from 'zustand';
import type { ErrorCode } from '../../shared/errors.ts';
import { api } from '../api.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { startDeskReplication } from '../replication/desk-replication.ts';
import type { ReplicationStatus } from '../replication/replicator.ts';
import { keepSearchIndex } from './search.ts';
import { openLocalDatabase } from '../ui/open-local-database.ts';
import { codeOfError } from '../words/errors.ts';

interface DeskDatabaseState {
  database: LocalDatabase | null;
  status: ReplicationStatus | null;
  /** An old local copy was set aside, or none could be opened. */
  code: ErrorCode | null;
  /** The name of the copy that was set aside. */
  setAsideName: string | null;
}

const NOTHING: DeskDatabaseState = { database: null, status: null, code: null, setAsideName: null };
export const useDeskDatabase = create<DeskDatabaseState>(() => NOTHING);

let current: { name: string; rebuild(): void; retryNow(): void; stop(): Promise<void> } | null = null;
/** Opening and closing happen one after the other. */
let last: Promise<void> = Promise.resolve();

/** Opens the database called so, or closes what is open when `databaseName` is null. */
export function followDatabase(databaseName: string | null): void {
  last = last.then(async () => {
    if (current?.name === databaseName) return;
    await current?.stop();
    current = null;
    useDeskDatabase.setState(NOTHING);
    if (databaseName !== null) await open(databaseName);
  });
  last = last.catch((error: unknown) => useDeskDatabase.setState({ code: codeOfError(error) }));
}

/** Without its index the desk still works; the next start builds it again. */
function sayUnsearched(error: unknown): void {
  useDeskDatabase.setState({ code: codeOfError(error) });
}

async function open(databaseName: string): Promise<void> {
  const { database, setAsideCode, setAsideName } = await openLocalDatabase(databaseName, {
    mayRebuild: true,
  });
  const replicator = startDeskReplication({ database, api });
  const subscription = replicator.status$.subscribe((status) => useDeskDatabase.setState({ status }));
  const search = await keepSearchIndex(database, sayUnsearched).catch(sayUnsearched);
  current = {
    name: databaseName,
    rebuild: () => replicator.rebuild(),
    retryNow: () => replicator.retryNow(),
    async stop() {
      subscription.unsubscribe();
      await replicator.stop();
      await search?.stop();
      await database.close();
    },
  };
  useDeskDatabase.setState({ database, code: setAsideCode, setAsideName });
}

/** Fetches everything anew from the server; what is unsent stays in main's outbox. */
export function rebuildLocalData(): void {
  current?.rebuild();
}

/** Tries the server at once. */
export function retryServerNow(): void {
  current?.retryNow();
}
