/**
 * The one replicator (DOMAIN.md, "Outbox", "One replicator", "Order"): runs in the desk window only.
 *
 * Why not RxDB's replication plugin: it keeps a push queue and checkpoints of its own in RxDB. Here the outbox in main
 * is the only push queue, because it alone is durable before anyone says *saved* and alone may drop a row, and the
 * server's sequence is the only checkpoint, because the plugin's per-collection checkpoints cannot assert that pages of
 * all collections join. The collections' conflict handler is the same join all the same.
 *
 *   outboxChanged ─→ local database (join, seq 0) ─→ push ─→ answers ─→ main (drops what they cover) ─→ database (seq)
 *   pull, stream  ─→ pages that join              ─→ local database (join) ─→ checkpoint ─→ report to main
 */
import { BehaviorSubject, type Observable } from 'rxjs';
import type { Api } from '../api.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { CommandOutput } from '../../shared/ipc.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { createMainReports, type ReplicationPhase } from './main-reports.ts';
import { createOutboxView } from './outbox-view.ts';
import { createPageApplier } from './page-applier.ts';
import { createPuller } from './puller.ts';
import { createReplicaCheck } from './replica-check.ts';
import { createPusher } from './pusher.ts';
import type { AnsweredRow } from './push-queue.ts';
import { createWakeableWait, type Scheduler } from './scheduler.ts';
import { codeOf, createSyncRequests, isRefusal, type Fetch } from './sync-requests.ts';
import { backoffMs } from './backoff.ts';

export interface ReplicatorDeps {
  database: LocalDatabase;
  api: Api;
  fetch: Fetch;
  scheduler: Scheduler;
  /** From 0 to below 1, for the jitter. */
  random(): number;
  /** Lets the window draw and answer between slices of a long apply. */
  breathe(): Promise<void>;
}

export interface ReplicationStatus {
  phase: ReplicationPhase;
  /** The server's sequence up to which everything is in the local database. */
  appliedSeq: number;
  /** Why it retries or is refused. */
  code: ErrorCode | null;
  /** Rows waiting for an answer. */
  waitingRows: number;
  /** Pulled rows left out because they were not valid here. */
  skippedRows: number;
  /** The sequence at which the local database was last found equal to the server's; 0 = not checked yet. */
  checkedSeq: number;
  /** Row types found different from the server's in this run; the local database was fetched anew for them. */
  differingTypes: readonly string[];
  /** While the local database is fetched anew: until this sequence; null = it is not. */
  rebuildsToSeq: number | null;
}

export interface Replicator {
  status$: Observable<ReplicationStatus>;
  readStatus(): ReplicationStatus;
  /** Cuts every wait short: the computer is online again, or somebody signed in. */
  retryNow(): void;
  /** Fetches everything anew from the server; what is unsent comes from main's outbox and is sent as ever. */
  rebuild(): void;
  /** Ends requests, stream and timers; resolves when nothing is written any more. */
  stop(): Promise<void>;
}

export function createReplicator(deps: ReplicatorDeps): Replicator {
  const { database, api, scheduler } = deps;
  const status$ = new BehaviorSubject<ReplicationStatus>({
    phase: 'starting',
    appliedSeq: 0,
    code: null,
    waitingRows: 0,
    skippedRows: 0,
    checkedSeq: 0,
    differingTypes: [],
    rebuildsToSeq: null,
  });
  const stopped = new AbortController();
  const wait = createWakeableWait(scheduler);
  const view = createOutboxView(database, () => deps.breathe());
  const writes = new Set<Promise<unknown>>();
  let pullPhase: 'starting' | 'pulling' | 'streaming' = 'starting';
  let pullFailure: ErrorCode | null = null;
  let pushFailure: ErrorCode | null = null;
  let localFailure: ErrorCode | null = null;
  let isShowingOutbox = false;
  let lastAnswered = Promise.resolve();
  let isRebuildAsked = false;
  /** The old copy is gone. */
  let isRebuilding = false;

  function publish(change: Partial<ReplicationStatus> = {}): void {
    if (stopped.signal.aborted) return;
    const code = localFailure ?? pullFailure ?? pushFailure;
    const phase = code === null ? pullPhase : isRefusal(code) ? 'refused' : 'retrying';
    status$.next({ ...status$.value, waitingRows: pusher.waiting(), ...change, phase, code });
    reports.report();
  }

  const reports = createMainReports({
    api,
    database,
    scheduler,
    read: () => {
      const { appliedSeq, phase, code } = status$.value;
      return { appliedSeq, phase, ...(code === null ? {} : { code }) };
    },
    onFailure: () => undefined,
  });

  const requests = createSyncRequests({ fetch: deps.fetch, scheduler, stopped: stopped.signal });

  const pusher = createPusher({
    requests,
    wait,
    random: deps.random,
    acknowledge: async (answers) => void (await api.call('acknowledgePush', { answers })),
    showAnswered: (answered) => void track(showAnswered(answered)),
    onState(code) {
      pushFailure = code;
      publish();
    },
  });

  const applier = createPageApplier({
    database,
    breathe: () => deps.breathe(),
    onApplied(documents, appliedSeq) {
      localFailure = null;
      reports.passOn(documents);
      if (appliedSeq === 0 && isRebuildAsked) isRebuilding = true;
      const { rebuildsToSeq } = status$.value;
      const isRebuilt = isRebuilding && rebuildsToSeq !== null && appliedSeq >= rebuildsToSeq;
      if (isRebuilt) isRebuilding = isRebuildAsked = false;
      publish({ appliedSeq, ...(isRebuilt ? { rebuildsToSeq: null } : {}) });
    },
    onSkipped: (count) => publish({ skippedRows: status$.value.skippedRows + count }),
    onDropped: readOutbox,
  });

  /** The view can be rebuilt: a failed write of it is shown, healed from the outbox, and never stops a push. */
  async function writeView(write: () => Promise<void>): Promise<void> {
    try {
      await write();
      publish();
    } catch (error) {
      localFailure = localCodeOf(error);
      publish();
      void track(showOutbox());
    }
  }

  /** All pages are offered to the push before they are shown: the local database must not hold up what is sent. */
  async function readOutbox(): Promise<void> {
    const pages: CommandOutput<'readOutbox'>['rows'][] = [];
    for (let from: number | null = 0; from !== null && !stopped.signal.aborted;) {
      const page: CommandOutput<'readOutbox'> = await api.call('readOutbox', { from });
      pusher.offer(page.rows);
      pages.push(page.rows);
      publish();
      await deps.breathe();
      from = page.nextFrom;
    }
    for (const rows of pages) if (!stopped.signal.aborted) await view.showWaiting(rows);
    const refused = await api.call('readRefusedRows', null);
    await view.showRefused(refused.rows);
  }

  /** One after the other, so that hundreds of answered batches do not crowd the database and the window. */
  function showAnswered(answered: readonly AnsweredRow[]): Promise<void> {
    lastAnswered = lastAnswered.then(async () => {
      // After a stop the server or the outbox brings them again.
      if (!stopped.signal.aborted) await writeView(() => view.showAnswered(answered));
    });
    return lastAnswered;
  }

  function track<T>(work: Promise<T>): Promise<T> {
    writes.add(work);
    void work.finally(() => writes.delete(work)).catch(() => undefined);
    return work;
  }

  const stopListening = api.on('outboxChanged', ({ rows }) => {
    void track(writeView(() => view.showWaiting(rows)));
    pusher.offer(rows);
    publish();
  });

  /** Reads the whole outbox until that and showing it succeeds; the pull does not wait for it. */
  async function showOutbox(): Promise<void> {
    if (isShowingOutbox) return;
    isShowingOutbox = true;
    for (let attempt = 1; !stopped.signal.aborted; attempt++) {
      try {
        await readOutbox();
        localFailure = null;
        break;
      } catch (error) {
        localFailure = localCodeOf(error);
        publish();
        await wait.wait(backoffMs(attempt, deps.random()));
      }
    }
    isShowingOutbox = false;
    publish();
  }

  void track(showOutbox());
  void track(writeView(() => reports.passOnStored()));
  const puller = createPuller({
    requests,
    applier,
    check: createReplicaCheck({ database, scheduler, breathe: () => deps.breathe() }),
    onChecked: (checkedSeq) => publish({ checkedSeq }),
    onDiffering: (differingTypes) => publish({ differingTypes }),
    scheduler,
    wait,
    random: deps.random,
    onPhase(phase) {
      pullPhase = phase;
      pullFailure = null;
      publish();
    },
    onFailure(code) {
      pullFailure = code;
      publish();
    },
  });
  publish();

  return {
    status$: status$.asObservable(),
    readStatus: () => status$.value,
    retryNow() {
      puller.retryNow();
      wait.wake();
    },
    rebuild() {
      if (isRebuildAsked || stopped.signal.aborted) return;
      isRebuildAsked = true;
      publish({ rebuildsToSeq: status$.value.appliedSeq });
      puller.rebuild();
    },
    async stop() {
      stopped.abort();
      stopListening();
      reports.stop();
      const ended = [pusher.stop(), puller.stop()];
      wait.stop();
      await Promise.allSettled(ended);
      await Promise.allSettled([...writes]);
      status$.complete();
    },
  };
}

function localCodeOf(error: unknown): ErrorCode {
  const code = codeOf(error);
  return code === 'internal' ? 'localDatabaseUnreadable' : code;
}
