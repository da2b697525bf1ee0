/** The whole outbox in pages, so that days of unsent work reach the replicator without a frozen process. */
import type { DeviceRow } from '../../shared/rows.ts';

/** Rows of one page. */
export const OUTBOX_PAGE_ROWS = 1_000;

export interface OutboxPage {
  rows: DeviceRow[];
  /** Where the next page begins; null = this was the last. */
  nextFrom: number | null;
}

/**
 * `from` 0 takes the outbox as it is now; later pages are of that same moment, whatever was answered meanwhile. What is
 * written meanwhile is announced as it always is. One reader at a time: the desk.
 */
export function createOutboxPages(waiting: () => DeviceRow[]): (from: number) => OutboxPage {
  let taken: DeviceRow[] = [];
  return (from) => {
    if (from === 0) taken = waiting();
    const rows = taken.slice(from, from + OUTBOX_PAGE_ROWS);
    const next = from + rows.length;
    if (next < taken.length) return { rows, nextFrom: next };
    taken = [];
    return { rows, nextFrom: null };
  };
}
