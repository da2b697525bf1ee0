/**
 * Reports of a running server. What they read is brought up to date when one is asked for: commits do not wait for it,
 * and a report says up to which sequence it counts.
 */
import { UnsafeIntegerError } from '../../shared/fold/safe-integer.ts';
import { fillUserBook } from '../core/user-book.ts';
import type { FoldSources } from '../settlement/fold-book.ts';
import { usersWithOpenSegments } from '../storage/open-segments.ts';
import { createRowStore, readStored } from '../storage/row-store.ts';
import type { StoredRow } from '../storage/row-scope.ts';
import type { Storage } from '../storage/storage.ts';
import { changeOfStretches, stretchesOfBook } from './book-stretches.ts';
import { createStretchStore, type StretchChange } from './stretch-store.ts';

/** Users whose stretches are made in one go. */
const BATCH = 50;

export interface ReportDeps {
  storage: Storage;
  sources: FoldSources;
  /** The last sequence that is committed. */
  highSeq(): number;
}

export type Reports = ReturnType<typeof createReports>;

export interface ReportContext {
  reports: Reports;
  /** The organisation's, e.g. Europe/Berlin. */
  timeZone: string;
  nowMs: number;
}

export function createReports({ storage, sources, highSeq }: ReportDeps) {
  const store = createStretchStore(storage);
  // Long reads go past the writer.
  const rows = createRowStore({ ...storage, db: storage.reader });
  /** Whose open segments beats move on without a row; undefined before it was looked up. */
  let openUserIds: Set<string> | undefined;
  let refreshing: Promise<number> | undefined;

  /** Returns the sequence up to which the stretches count. */
  async function refresh(): Promise<number> {
    const fromSeq = await store.seq();
    const toSeq = highSeq();
    const userIds = new Set(openUserIds);
    if (toSeq > fromSeq) {
      const changed = await store.changed(fromSeq, toSeq);
      for (const userId of changed.userIds) userIds.add(userId);
      for (const advisorId of changed.advisorIds)
        for (const userId of sources.directory.usersOf(advisorId)) userIds.add(userId);
    }
    if (openUserIds === undefined) {
      openUserIds = new Set(await usersWithOpenSegments(storage.reader));
      for (const userId of openUserIds) userIds.add(userId);
    }
    const waiting = [...userIds];
    while (waiting.length > 0) await store.write(await changesOf(waiting.splice(0, BATCH), openUserIds));
    if (toSeq > fromSeq) await store.write([], toSeq);
    return toSeq;
  }

  async function changesOf(userIds: readonly string[], open: Set<string>): Promise<StretchChange[]> {
    const byUser = new Map(userIds.map((userId) => [userId, [] as StoredRow[]]));
    for (const text of await rows.ofUsers(userIds)) byUser.get(text.userId as string)?.push(readStored(text));
    const stored = await store.ofUsers(userIds);
    return [...byUser].flatMap(([userId, ofUser]) => {
      const book = fillUserBook(userId, ofUser);
      if (book.openSegments.size > 0) open.add(userId);
      else open.delete(userId);
      const before = stored.filter((row) => row.user_id === userId);
      try {
        return [changeOfStretches(before, stretchesOfBook(book, sources))];
      } catch (cause) {
        // As in the ledger: the user keeps the last figures until a fact is corrected.
        if (cause instanceof UnsafeIntegerError) return [];
        throw cause;
      }
    });
  }

  return {
    store,
    rows,
    /** One at a time: who asks while one runs waits for the next. */
    async refresh(): Promise<number> {
      await refreshing?.catch(() => undefined);
      refreshing ??= refresh().finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
  };
}
