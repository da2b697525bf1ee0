/**
 * Applies pages in order, rows first and the checkpoint after. Pages that wait while one is being applied are merged,
 * so that a burst of single changes costs a few storage transactions and a lone change is shown at once.
 */
import type { RowDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { applyDocuments, dropRows } from './apply-documents.ts';
import { DROPPING_SCOPE, readCheckpoint, writeCheckpoint, type Checkpoint } from './checkpoint.ts';
import type { ParsedPage } from './parse-page.ts';

export interface PageApplierDeps {
  database: LocalDatabase;
  breathe(): Promise<void>;
  /** After the rows of a page are in the database. */
  onApplied(documents: readonly RowDocument[], seq: number): void;
  /** Rows that this version or the database would not take. */
  onSkipped(count: number): void;
  /** After a change of scope emptied the database: put back what the outbox holds. */
  onDropped(): Promise<void>;
}

export interface PageApplier {
  /** Loads the checkpoint; finishes a drop that a crash interrupted. */
  start(): Promise<Checkpoint>;
  /** Resolves when this page, and all before it, are applied. Pages must join: the caller checks. */
  apply(page: ParsedPage): Promise<void>;
  /** Drops all replicated rows and begins again at 0 under the new scope. */
  restart(scope: string | null): Promise<void>;
}

export function createPageApplier(deps: PageApplierDeps): PageApplier {
  const { database } = deps;
  let pending: ParsedPage | null = null;
  let draining: Promise<void> | null = null;

  async function drain(): Promise<void> {
    try {
      while (pending !== null) {
        const page = pending;
        pending = null;
        await applyOne(page);
      }
    } finally {
      pending = null;
      draining = null;
    }
  }

  async function applyOne(page: ParsedPage): Promise<void> {
    const rejected = await applyDocuments(database, page.documents, () => deps.breathe());
    if (page.skipped + rejected.length > 0) deps.onSkipped(page.skipped + rejected.length);
    deps.onApplied(page.documents, page.toSeq);
    await writeCheckpoint(database, { seq: page.toSeq, scope: page.scope });
  }

  async function restart(scope: string | null): Promise<void> {
    await writeCheckpoint(database, { seq: 0, scope: DROPPING_SCOPE });
    await dropRows(database, () => deps.breathe());
    await deps.onDropped();
    await writeCheckpoint(database, { seq: 0, scope: scope ?? '' });
  }

  return {
    async start() {
      const checkpoint = await readCheckpoint(database);
      if (checkpoint.scope === DROPPING_SCOPE) {
        await restart(null);
        deps.onApplied([], 0);
        return { seq: 0, scope: null };
      }
      deps.onApplied([], checkpoint.seq);
      return { seq: checkpoint.seq, scope: checkpoint.scope === '' ? null : checkpoint.scope };
    },
    apply(page) {
      pending =
        pending === null
          ? page
          : {
              ...page,
              fromSeq: pending.fromSeq,
              documents: [...pending.documents, ...page.documents],
              skipped: pending.skipped + page.skipped,
            };
      draining ??= drain();
      return draining;
    },
    async restart(scope) {
      await draining?.catch(() => undefined);
      await restart(scope);
      deps.onApplied([], 0);
    },
  };
}
