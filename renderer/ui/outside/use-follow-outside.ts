/** Keeps the store of sessions outside up to date while somebody is signed in. */
import { useEffect, useMemo } from 'react';
import { observeManualTime } from '../../records/manual-time.ts';
import { useDeskDatabase } from '../../stores/desk-database.ts';
import { followOutside, useOutside } from '../../stores/outside.ts';
import { useObservable } from '../use-observable.ts';

export function useFollowOutside(databaseName: string | null, onFailed: (error: unknown) => void): void {
  useEffect(() => (databaseName === null ? undefined : followOutside(onFailed)), [databaseName, onFailed]);
  const database = useDeskDatabase((state) => state.database);
  const entries = useObservable(
    useMemo(() => (database === null ? null : observeManualTime(database)), [database]),
    onFailed,
  );
  useEffect(() => useOutside.setState({ entries: entries ?? [] }), [entries]);
}
