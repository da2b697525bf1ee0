/** Opens the session's local database in this window, and again when the desk has set a damaged one aside. */
import type { ErrorCode } from '../../shared/errors.ts';
import { localStorageGenerations, openDatabase, type LocalDatabase } from '../database/local-database.ts';

export interface OpenedHere {
  database: LocalDatabase;
  /** The damaged database that was set aside, to be told. */
  setAsideCode: ErrorCode | null;
  /** What it was called. */
  setAsideName: string | null;
  /** Whether the desk has meanwhile moved on to a new one. */
  isOutdated(): boolean;
}

export async function openLocalDatabase(
  databaseName: string,
  { mayRebuild }: { mayRebuild: boolean },
): Promise<OpenedHere> {
  const generations = localStorageGenerations(localStorage);
  const { database, setAside } = await openDatabase(databaseName, { mayRebuild, generations });
  const opened = generations.read(databaseName);
  return {
    database,
    setAsideCode: setAside?.code ?? null,
    setAsideName: setAside?.name ?? null,
    isOutdated: () => generations.read(databaseName) !== opened,
  };
}
