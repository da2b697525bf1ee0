/** The journal of stops and its state; a decision's rows reach the outbox even when the app dies or the disk fills between. */
import type { AwayDecision } from '../../shared/away/away-stop.ts';
import type { DeviceRow } from '../../shared/rows.ts';
import { openJournal } from '../outbox/journal.ts';
import type { Outbox } from '../outbox/outbox.ts';
import {
  applyAwayLine,
  AWAY_LINE_VERSION,
  emptyAwayState,
  linesOfAway,
  readAwayLine,
  type AwayLine,
  type AwayState,
} from './away-lines.ts';

/** The journal is rewritten when it has grown past this, bytes. */
const COMPACT_ABOVE_BYTES = 256 * 1024;

type NewLine = AwayLine extends infer L ? (L extends AwayLine ? Omit<L, 'v'> : never) : never;

export interface AwayBook {
  /** Changed at once; on the disk when the write resolves. */
  readonly state: AwayState;
  write(lines: readonly NewLine[]): Promise<void>;
  /** Decides stops and writes their rows. */
  settle(decided: readonly (readonly [AwayDecision, DeviceRow[]])[]): void;
  /** Tries once more what the disk refused. */
  retry(): void;
  close(): Promise<void>;
}

/** Throws AppError outboxUnreadable. */
export async function openAwayBook(
  file: string,
  wallMs: number,
  outbox: Pick<Outbox, 'put'>,
  onFailed: (error: unknown) => void,
): Promise<AwayBook> {
  const { journal, lines } = await openJournal(file, String(wallMs), readAwayLine);
  const state = emptyAwayState();
  for (const line of lines) applyAwayLine(state, line);
  if (lines.length > 2 * linesOfAway(state, wallMs).length) await journal.rewrite(linesOfAway(state, wallMs));
  let kept: AwayLine[] = [];
  let last: Promise<void> = Promise.resolve();

  /** One after the other; what finds no room is tried again with the next. */
  function save(): Promise<void> {
    last = last.then(async () => {
      if (kept.length === 0 && state.unwritten.size === 0) return;
      try {
        const batch = [...kept]; // What is added while these are written stays kept.
        if (batch.length > 0) await journal.append(batch);
        kept = kept.slice(batch.length);
        await putUnwritten();
        if (journal.sizeBytes > COMPACT_ABOVE_BYTES) await journal.rewrite(linesOfAway(state, wallMs));
      } catch (error) {
        onFailed(error);
      }
    });
    return last;
  }

  async function putUnwritten(): Promise<void> {
    const decided = [...state.unwritten.values()];
    if (decided.length === 0) return;
    const rows = decided.flatMap((line) => line.rows);
    if (rows.length > 0) await outbox.put(rows);
    const written: AwayLine = {
      v: AWAY_LINE_VERSION,
      kind: 'written',
      ids: decided.map(({ decision }) => decision.id),
    };
    await journal.append([written]);
    applyAwayLine(state, written);
  }

  function add(more: readonly NewLine[]): void {
    for (const line of more) {
      const whole = { v: AWAY_LINE_VERSION, ...line } as AwayLine;
      applyAwayLine(state, whole);
      kept.push(whole);
    }
  }

  if (state.unwritten.size > 0) await save();
  return {
    state,
    write(more) {
      add(more);
      return save();
    },
    settle(decided) {
      if (decided.length === 0) return;
      add(decided.map(([decision, rows]) => ({ kind: 'decided', decision, rows })));
      void save();
    },
    retry() {
      if (kept.length > 0 || state.unwritten.size > 0) void save();
    },
    async close() {
      await save();
      await journal.close();
    },
  };
}
