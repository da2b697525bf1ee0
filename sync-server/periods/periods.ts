/** Which periods are closed, in memory; what they hold of a user is loaded beside the user's book. */
import type { Row } from '../../shared/rows.ts';
import type { UserBook } from '../core/user-book.ts';
import type { Storage } from '../storage/storage.ts';
import type { ClosedPeriod } from './period-line.ts';
import { createPeriodStore } from './period-store.ts';

export type Periods = Awaited<ReturnType<typeof openPeriods>>;

export async function openPeriods(storage: Storage) {
  const store = createPeriodStore(storage);
  let closed = await store.closed();
  let stamp = 0;

  return {
    store,
    /** By number, without a gap. */
    closed: (): readonly ClosedPeriod[] => closed,
    last: (): ClosedPeriod | undefined => closed.at(-1),
    /** Where the open period begins, server clock, ms. */
    openFromMs: (): number => closed.at(-1)?.untilMs ?? 0,
    openNumber: (): number => closed.length + 1,
    /** Grows when something that belongs to no single user changes closed time. */
    stamp: (): number => stamp,

    /** A rate or policy of all users that an import dated into closed time. */
    note(row: Row): void {
      if ('atMs' in row && row.atMs !== undefined && row.atMs < (closed.at(-1)?.untilMs ?? 0)) stamp += 1;
    },

    /** A period is being closed; a commit that fails is followed by `reload`. */
    enter(period: ClosedPeriod): void {
      closed = [...closed, period];
    },

    async reload(): Promise<void> {
      closed = await store.closed();
      stamp += 1;
    },

    /** Loads what closed periods hold of the users of these books. */
    async load(books: readonly UserBook[]): Promise<void> {
      const missing = books.filter((book) => book.frozenLines === undefined);
      if (missing.length === 0) return;
      const lines = closed.length === 0 ? undefined : await store.linesOf(missing.map((one) => one.userId));
      for (const book of missing) book.frozenLines = lines?.get(book.userId) ?? [];
    },
  };
}
