/**
 * The one writer: takes jobs in order, several at a time where they allow it, loads what they need, lets them change the
 * books, settles whom they touched, stores everything in one transaction, tells the subscribers, answers.
 */
import { AppError } from '../../shared/errors.ts';
import { UnsafeIntegerError } from '../../shared/fold/safe-integer.ts';
import { openLengths } from '../ledger/open-lengths.ts';
import { giveGoodwill } from '../periods/goodwill.ts';
import { settleUser } from '../settlement/settle-user.ts';
import { readStored } from '../storage/row-store.ts';
import type { StoredRow } from '../storage/row-scope.ts';
import { storageError } from '../storage/storage-error.ts';
import { readSeq, storeCommit, type CommitStore } from './commit-store.ts';
import type { CoreState } from './row-context.ts';
import { createWork, type Commit, type Work } from './work.ts';

/** What has to be in memory before jobs run. */
export interface Needs {
  rowIds: Set<string>;
  chatIds: Set<string>;
  userIds: Set<string>;
  deviceIds: Set<string>;
}

export interface JobContext {
  state: CoreState;
  work: Work;
  withId(id: string): readonly StoredRow[];
}

export interface Job<T> {
  /** Rows it may bring; jobs share a commit up to GROUP_MAX_ROWS. */
  size: number;
  /** A job that may throw after it changed something has a commit of its own. */
  isAlone: boolean;
  /** A write of facts: refused when its users cannot be settled. */
  mustSettle: boolean;
  prepare(needs: Needs): void;
  /** Changes the books; the answer is made after everybody was settled. */
  run(context: JobContext): () => T;
}

interface Waiting {
  job: Job<unknown>;
  resolve(value: unknown): void;
  reject(cause: unknown): void;
}

export interface CommitterDeps {
  store: CommitStore;
  state: CoreState;
  nowMs(): number;
  firstSeq: number;
  onCommit(stored: readonly StoredRow[], beforeSeq: number, highSeq: number): void;
}

const GROUP_MAX_ROWS = 1_000;

export type Committer = ReturnType<typeof createCommitter>;

export function createCommitter({ store, state, nowMs, firstSeq, onCommit }: CommitterDeps) {
  const queue: Waiting[] = [];
  let seq = firstSeq;
  let running: Promise<void> | undefined;
  let isClosed = false;
  /** A commit failed: what is in memory may not be what is stored. */
  let isStale = false;

  async function drain(): Promise<void> {
    while (queue.length > 0) {
      const group = takeGroup(queue);
      try {
        await commit(group);
      } catch (cause) {
        // One job must not spoil the others: each gets a commit of its own.
        if (group.length > 1)
          for (const one of group) await commit([one]).catch((error: unknown) => one.reject(error));
        else group[0]?.reject(cause);
      }
    }
    running = undefined;
  }

  async function commit(group: readonly Waiting[]): Promise<void> {
    const loaded = await guard(() => load(group.map((one) => one.job)));
    const work = createWork(nowMs(), seq, state.books.get);
    const context: JobContext = { state, work, withId: (id) => withId(loaded, work, id) };
    let values: unknown[];
    const beforeSeq = seq;
    try {
      const answers = group.map((one) => one.job.run(context));
      settleTouched(
        work,
        group.some((one) => one.job.mustSettle),
      );
      values = answers.map((answer) => answer());
      const finished = work.finish();
      if (hasContent(finished)) await guard(() => storeCommit(store, finished, work.nowMs, beforeSeq));
      seq += finished.rows.length;
      noteUnposted(work);
      if (seq > beforeSeq) onCommit(finished.stored, beforeSeq, seq);
    } catch (cause) {
      // What it changed in memory is not stored; a write that was refused before it changed anything costs nothing.
      if (hasContent(work.finish())) isStale = true;
      throw cause;
    }
    state.books.trim();
    group.forEach((one, position) => one.resolve(values[position]));
  }

  /**
   * A figure beyond 2^53 refuses the fact that brought it (`badInput`); time that devices pushed is stored all the same,
   * so that it blocks nobody, and its user keeps the last figures until a fact is corrected.
   */
  function settleTouched(work: Work, mustSettle: boolean): void {
    const posting = state.ledger.startPosting(work.nowMs);
    for (const userId of work.touchedUsers) {
      const book = state.books.get(userId);
      if (book === undefined) continue;
      try {
        giveGoodwill(work, book, state, state.periods);
        const settled = settleUser(work, book, state);
        const causeSeq = work.causes.get(userId);
        if (causeSeq === undefined) continue;
        const upTo = { causeSeq: causeSeq || work.highSeq, highSeq: work.highSeq };
        posting.addUser(book, settled, upTo, openLengths(book, state.contacts));
      } catch (cause) {
        if (!(cause instanceof UnsafeIntegerError)) throw cause;
        if (mustSettle) throw new AppError('badInput', { userId, figure: cause.message }, { cause });
      }
    }
    work.ledger = posting.finish();
  }

  /** What moved without a cause waits for one, or for the 15 minutes. */
  function noteUnposted({ causes, touchedUsers, movedUsers, nowMs }: Work): void {
    const { unposted } = state.ledger;
    unposted.posted(causes.keys());
    for (const userId of [...touchedUsers, ...movedUsers])
      if (!causes.has(userId)) unposted.note([userId], nowMs);
  }

  /** The failed commit may have been stored after all, its answer lost: the sequence is read again, too. */
  async function reload(): Promise<void> {
    await Promise.all([state.directory.reload(), state.contacts.reload(), state.heldRows.reload()]);
    await Promise.all([state.ledger.reload(), state.periods.reload()]);
    state.books.clear();
    seq = await readSeq(store);
    isStale = false;
  }

  async function load(jobs: readonly Job<unknown>[]): Promise<Map<string, StoredRow[]>> {
    if (isStale) await reload();
    const needs: Needs = { rowIds: new Set(), chatIds: new Set(), userIds: new Set(), deviceIds: new Set() };
    for (const job of jobs) job.prepare(needs);
    const unknownChats = [...needs.chatIds].filter((chatId) => !state.directory.isKnown(chatId));
    const loaded = new Map<string, StoredRow[]>();
    for (const text of await store.rows.byIds([...new Set([...needs.rowIds, ...unknownChats])])) {
      const row = readStored(text);
      const same = loaded.get(row.id);
      if (same === undefined) loaded.set(row.id, [row]);
      else same.push(row);
      if (row.type === 'chat') state.directory.enter(row);
      if (row.userId !== null) needs.userIds.add(row.userId);
    }
    for (const chatId of needs.chatIds) {
      state.directory.keep(chatId);
      const owner = state.directory.chat(chatId);
      if (owner !== undefined) needs.userIds.add(owner.userId);
    }
    await state.books.load(needs.userIds);
    await state.periods.load([...needs.userIds].flatMap((userId) => state.books.get(userId) ?? []));
    await state.contacts.load(needs.deviceIds);
    return loaded;
  }

  return {
    /** Throws what the job throws; AppError diskFull or serverBusy when nothing could be stored. */
    do<T>(job: Job<T>): Promise<T> {
      if (isClosed) return Promise.reject(new AppError('serverBusy', { cause: 'the server is closing' }));
      return new Promise<T>((resolve, reject) => {
        queue.push({ job, resolve: resolve as (value: unknown) => void, reject });
        running ??= Promise.resolve().then(drain);
      });
    },
    highSeq: (): number => seq,
    /** Finishes what is queued; later jobs are refused. */
    async close(): Promise<void> {
      isClosed = true;
      await running;
    },
  };
}

async function guard<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    throw storageError(cause);
  }
}

function takeGroup(queue: Waiting[]): Waiting[] {
  const group = [queue.shift() as Waiting];
  let rows = (group[0] as Waiting).job.size;
  if ((group[0] as Waiting).job.isAlone) return group;
  for (
    let next = queue[0];
    next !== undefined && !next.job.isAlone && rows + next.job.size <= GROUP_MAX_ROWS;
    next = queue[0]
  ) {
    rows += next.job.size;
    group.push(queue.shift() as Waiting);
  }
  return group;
}

/** Rows of this commit stand before what was stored. */
function withId(loaded: ReadonlyMap<string, StoredRow[]>, work: Work, id: string): readonly StoredRow[] {
  const put = work.withId(id);
  const stored = loaded.get(id);
  if (stored === undefined || put.length === 0) return stored ?? put;
  return [...put, ...stored.filter((one) => !put.some((other) => other.type === one.type))];
}

function hasContent(commit: Commit): boolean {
  if (commit.ledger !== undefined) return true;
  return [commit.rows, commit.held, commit.releasedHeld, commit.beats, commit.anchors].some(
    (list) => list.length > 0,
  );
}
