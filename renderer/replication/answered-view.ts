/**
 * Shows what the server answered to a push, and leaves to the pull what the pull brings anyway: every stored row comes
 * back with its sequence, and writing 80,000 rows twice costs as much as sending them.
 */
import { isCovered, rowKey } from '../../shared/outbox.ts';
import type { DeviceRow } from '../../shared/rows.ts';
import { PUSH_MAX_ROWS } from '../../shared/wire.ts';
import type { AnsweredRow } from './push-queue.ts';

export interface AnsweredView {
  /** Takes the answers of one batch. Resolves when nothing is being written any more. */
  add(answered: readonly AnsweredRow[]): Promise<void>;
  /**
   * Runs `read` of the outbox; of what it took at its begin, `isAnswered` says which rows the server has meanwhile
   * answered whole: those come by their answer or by the pull, and need not be shown as waiting.
   */
  whileReading<T>(read: (isAnswered: (row: DeviceRow) => boolean) => Promise<T>): Promise<T>;
}

export function createAnsweredView(deps: {
  /** Writes them into the local database. Never rejects. */
  show(answered: readonly AnsweredRow[]): Promise<void>;
  /** The server's sequence up to which the pull has written everything. */
  appliedSeq(): number;
  isStreaming(): boolean;
  /** Rows that wait for an answer. */
  waiting(): number;
}): AnsweredView {
  let held: AnsweredRow[] = [];
  let writing: Promise<void> | null = null;
  const readers = new Set<Set<string>>();

  async function writeHeld(): Promise<void> {
    while (held.length > 0) {
      const taken = held;
      held = [];
      const rest = taken.filter((one) => !isPulled(one, deps.appliedSeq()));
      if (rest.length > 0) await deps.show(rest);
    }
    writing = null;
  }

  return {
    add(answered) {
      for (const { row, answer } of answered)
        if (isStoredRow(answer) && isCovered(row, answer)) for (const keys of readers) keys.add(rowKey(row));
      held.push(...answered);
      // While a long queue drains, the open stream is at most a few pages behind; what it has not brought by the last
      // batch is written then. A refusal is told at once.
      const isLeftToPull = deps.isStreaming() && deps.waiting() > PUSH_MAX_ROWS;
      if (!isLeftToPull || answered.some(({ answer }) => !isStoredRow(answer))) writing ??= writeHeld();
      return writing ?? Promise.resolve();
    },
    async whileReading(read) {
      const keys = new Set<string>();
      readers.add(keys);
      try {
        return await read((row) => keys.has(rowKey(row)));
      } finally {
        readers.delete(keys);
      }
    },
  };
}

/** The server keeps it under this id and has given it its place in the order. */
function isStoredRow(answer: AnsweredRow['answer']): boolean {
  if (answer.verdict === 'refused' || answer.code === 'waitsForChat') return false;
  return !(answer.code === 'quarantined' && answer.reason === 'idConflict');
}

function isPulled({ answer }: AnsweredRow, appliedSeq: number): boolean {
  return isStoredRow(answer) && answer.verdict === 'stored' && answer.seq <= appliedSeq;
}
