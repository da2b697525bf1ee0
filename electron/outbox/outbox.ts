/**
 * The device's outbox: every row it writes is on the disk before anyone says *saved*, and leaves only when the server's
 * answer covers it (DOMAIN.md, "Outbox").
 */
import { Subject, type Observable } from 'rxjs';
import { AppError } from '../../shared/errors.ts';
import type { RefusedRow } from '../../shared/queue.ts';
import { isCovered, rowKey } from '../../shared/outbox.ts';
import type { ChatEnd, DeviceRow } from '../../shared/rows.ts';
import type { PushAnswer } from '../../shared/wire.ts';
import { nodeDisk, type Disk } from './disk.ts';
import { openJournal, type Journal } from './journal.ts';
import { OUTBOX_LINE_VERSION, readOutboxLine, type OutboxLine } from './outbox-lines.ts';
import { applyOutboxLine, emptyOutboxState, linesOf, type OutboxState } from './outbox-state.ts';

/**
 * The journal is rewritten when it has grown past this, bytes, and past twice what the last rewrite left: days of work
 * that wait are larger than any fixed limit and would be rewritten with every line.
 */
const COMPACT_ABOVE_BYTES = 4 * 1024 * 1024;

export interface Outbox {
  /** Rows appended or grown, after they are on the disk. */
  readonly rowsSaved$: Observable<readonly DeviceRow[]>;
  /** Anything that changes the counts. */
  readonly changed$: Observable<void>;
  put(rows: readonly DeviceRow[]): Promise<void>;
  /** Lengths of running segments, ms; one line. */
  beat(running: readonly (readonly [segmentId: string, elapsedMs: number])[]): Promise<void>;
  holdEnd(row: ChatEnd): Promise<void>;
  dropEnd(chatId: string): Promise<void>;
  acknowledge(answers: readonly PushAnswer[], nowMs: number): Promise<void>;
  /** Throws unknownReference when no refused row has this id. */
  retryRefused(id: string): Promise<void>;
  /** Puts every refused row back; answers how many. */
  retryAllRefused(): Promise<number>;
  waiting(): DeviceRow[];
  refused(): RefusedRow[];
  counts(): { waiting: number; refused: number };
  /** What was unreadable when the journal was opened, if anything. */
  readonly setAside: { file: string; lines: number } | null;
  close(): Promise<void>;
}

/** Opens the outbox of one (server, member). Segments a crash left open are closed at their last beat; held ends are released. */
export async function openOutbox(file: string, stamp: string, disk: Disk = nodeDisk): Promise<Outbox> {
  const opened = await openJournal(file, stamp, readOutboxLine, disk);
  const state = emptyOutboxState();
  for (const line of opened.lines) applyOutboxLine(state, line);
  const outbox = createOutbox(opened.journal, state, opened.setAside);
  const crashed = [...state.open.values()].map((segment) => ({
    ...segment,
    closed: true,
    closeReason: 'crashed' as const,
  }));
  const ends = [...state.heldEnds.values()];
  if (crashed.length + ends.length > 0) await outbox.put([...crashed, ...ends]);
  return outbox;
}

function createOutbox(journal: Journal, state: OutboxState, setAside: Outbox['setAside']): Outbox {
  const rowsSaved$ = new Subject<readonly DeviceRow[]>();
  const changed$ = new Subject<void>();
  const inFlight = new Set<Promise<void>>();
  let compacting: Promise<void> | null = null;
  let leftBytes = journal.sizeBytes;
  const v = OUTBOX_LINE_VERSION;

  async function write(lines: readonly OutboxLine[]): Promise<void> {
    if (lines.length === 0) return;
    while (compacting !== null) await compacting;
    const appended = journal.append(lines).then(() => {
      for (const line of lines) applyOutboxLine(state, line);
    });
    inFlight.add(appended);
    await appended.finally(() => inFlight.delete(appended));
    if (journal.sizeBytes > Math.max(COMPACT_ABOVE_BYTES, 2 * leftBytes)) compacting ??= compact();
  }

  /** Waits for every append under way, so that the new file holds all that was ever called saved. */
  async function compact(): Promise<void> {
    try {
      await Promise.allSettled([...inFlight]);
      await journal.rewrite(linesOf(state));
      leftBytes = journal.sizeBytes;
    } catch {
      // The old file stands, whole; the next line tries again.
    } finally {
      compacting = null;
    }
  }

  function current(row: DeviceRow): DeviceRow {
    return state.waiting.get(rowKey(row)) ?? row;
  }

  return {
    rowsSaved$,
    changed$,
    setAside,
    async put(rows) {
      await write(rows.map((row) => ({ v, kind: 'row', row })));
      rowsSaved$.next(rows.map(current));
      changed$.next();
    },
    async beat(running) {
      if (running.length > 0)
        await write([{ v, kind: 'beat', running: running.map(([id, ms]) => [id, ms]) }]);
    },
    async holdEnd(row) {
      await write([{ v, kind: 'heldEnd', row }]);
    },
    async dropEnd(chatId) {
      await write([{ v, kind: 'droppedEnd', chatId }]);
    },
    async acknowledge(answers, nowMs) {
      const lines: OutboxLine[] = [];
      for (const answer of answers) {
        const key = rowKey(answer);
        const row = state.waiting.get(key);
        if (row === undefined) continue;
        if (answer.verdict === 'refused')
          lines.push({ v, kind: 'refused', key, code: answer.code, atMs: nowMs });
        else if (isCovered(row, answer))
          lines.push({ v, kind: 'covered', key, elapsedMs: answer.elapsedMs, closed: answer.closed });
      }
      await write(lines);
      if (lines.length > 0) changed$.next();
    },
    async retryRefused(id) {
      const found = [...state.refused].find(([, refused]) => refused.row.id === id);
      if (found === undefined) throw new AppError('unknownReference', { id });
      await write([{ v, kind: 'retried', key: found[0] }]);
      rowsSaved$.next([found[1].row]);
      changed$.next();
    },
    async retryAllRefused() {
      const refused = [...state.refused];
      await write(refused.map(([key]) => ({ v, kind: 'retried', key })));
      if (refused.length === 0) return 0;
      rowsSaved$.next(refused.map(([, { row }]) => row));
      changed$.next();
      return refused.length;
    },
    waiting: () => [...state.waiting.values()],
    refused: () => [...state.refused.values()],
    counts: () => ({ waiting: state.waiting.size, refused: state.refused.size }),
    async close() {
      while (compacting !== null) await compacting;
      compacting = compact();
      await compacting;
      await journal.close();
      rowsSaved$.complete();
      changed$.complete();
    },
  };
}
