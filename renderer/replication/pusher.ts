/**
 * Sends what main's outbox announces, one batch at a time, until the server has answered every row. A failing batch is
 * halved until the row that causes it stands alone; that row waits behind the others or is refused, and blocks nobody.
 */
import type { ErrorCode } from '../../shared/errors.ts';
import type { DeviceRow } from '../../shared/rows.ts';
import { BODY_MAX_BYTES, PUSH_MAX_ROWS, type PushAnswer } from '../../shared/wire.ts';
import { backoffMs } from './backoff.ts';
import { createPushQueue, type AnsweredRow, type Batch } from './push-queue.ts';
import type { WakeableWait } from './scheduler.ts';
import { codeOf, type SyncRequests } from './sync-requests.ts';

/** Room for the envelope and for headers that count into a proxy's limit. */
const BATCH_MAX_BYTES = BODY_MAX_BYTES - 16_384;

export interface PusherDeps {
  requests: Pick<SyncRequests, 'push'>;
  /** Hands answers to main, which alone may drop rows. */
  acknowledge(answers: PushAnswer[]): Promise<void>;
  /** Shows answered rows in the local database; the next push does not wait for that. */
  showAnswered(answered: readonly AnsweredRow[]): void;
  /** null: the last push succeeded. */
  onState(code: ErrorCode | null): void;
  wait: WakeableWait;
  random(): number;
}

export interface Pusher {
  offer(rows: readonly DeviceRow[]): void;
  waiting(): number;
  /** Resolves when no push or acknowledgement is under way any more. */
  stop(): Promise<void>;
}

export function createPusher(deps: PusherDeps): Pusher {
  const queue = createPushQueue();
  let isStopped = false;
  let failures = 0;
  let maxRows = PUSH_MAX_ROWS;
  let announce: () => void = () => undefined;

  async function run(): Promise<void> {
    while (!isStopped) {
      if (queue.waiting() === 0) await new Promise<void>((resolve) => (announce = resolve));
      if (isStopped) return;
      const batch = queue.take(maxRows, BATCH_MAX_BYTES);
      if (batch === null) await pause();
      else await send(batch);
    }
  }

  async function send(batch: Batch): Promise<void> {
    let answers: PushAnswer[];
    try {
      answers = await deps.requests.push(batch.rows);
    } catch (error) {
      if (!isStopped) await fail(batch, codeOf(error));
      return;
    }
    failures = 0;
    maxRows = Math.min(PUSH_MAX_ROWS, maxRows * 2);
    deps.onState(null);
    await take(queue.match(batch, answers));
  }

  async function take(answered: AnsweredRow[]): Promise<void> {
    if (answered.length === 0) return pause();
    await acknowledge(answered.map(({ answer }) => answer));
    queue.drop(answered);
    deps.showAnswered(answered);
  }

  /**
   * Main must hear it before anything is let go, however long its disk is full: rows whose answer it never hears would
   * wait in its outbox until the next start (I20). Nothing new can be journalled meanwhile either.
   */
  async function acknowledge(answers: PushAnswer[]): Promise<void> {
    for (let attempt = 1; !isStopped; attempt++) {
      try {
        return await deps.acknowledge(answers);
      } catch (error) {
        const code = codeOf(error);
        deps.onState(code);
        // What main cannot read it will not read later either; waiting for it would hold up all other rows.
        if (code === 'badInput') return;
        await deps.wait.wait(backoffMs(attempt, deps.random()));
      }
    }
  }

  async function fail(batch: Batch, code: ErrorCode): Promise<void> {
    const isOfTheBatch = code === 'tooLarge' || code === 'badInput' || code === 'internal';
    if (isOfTheBatch && batch.rows.length > 1) {
      maxRows = Math.ceil(batch.rows.length / 2);
      return code === 'internal' ? pause(code) : undefined;
    }
    const row = batch.rows[0]!;
    if (isOfTheBatch && code !== 'internal') {
      // Alone and still not taken: the server has refused this row.
      return take([{ row, answer: { verdict: 'refused', id: row.id, type: row.type, code } }]);
    }
    if (isOfTheBatch) queue.postpone(row);
    await pause(code);
  }

  async function pause(code?: ErrorCode): Promise<void> {
    failures++;
    if (code !== undefined) deps.onState(code);
    await deps.wait.wait(backoffMs(failures, deps.random()));
  }

  const running = run();
  return {
    offer(rows) {
      if (queue.offer(rows)) announce();
    },
    waiting: () => queue.waiting(),
    stop() {
      isStopped = true;
      announce();
      return running;
    },
  };
}
