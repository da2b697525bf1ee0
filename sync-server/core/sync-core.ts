/** `createSyncCore`: storage, admission, fold, projections, pages and streams behind the port of ports.ts. */
import { randomUUID } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { GRACE_MS, type BeatRequest, type Page } from '../../shared/wire.ts';
import type { Row } from '../../shared/rows.ts';
import { exportAndClose } from '../export/export-facts.ts';
import { openLedger, type LedgerParts } from '../ledger/ledger.ts';
import { closePeriodJob } from '../periods/close-period.ts';
import { readPeriods, readReport } from '../periods/read-periods.ts';
import { createPeriodTargets } from '../periods/period-targets.ts';
import { openPeriods } from '../periods/periods.ts';
import type { Actor, ServerClock, SyncCore } from '../ports.ts';
import { readCsv } from '../reports/csv-tables.ts';
import { readEvidence } from '../reports/evidence.ts';
import { DEFAULT_TIME_ZONE, readOverview } from '../reports/overview.ts';
import { createReports } from '../reports/reports.ts';
import { readTimeline } from '../reports/timeline.ts';
import { readStored, createRowStore } from '../storage/row-store.ts';
import { storageError } from '../storage/storage-error.ts';
import type { Storage } from '../storage/storage.ts';
import { createCommitStatements, readClockMark, takeOver } from './commit-store.ts';
import { createCommitter } from './committer.ts';
import { openDeviceContacts } from './device-contacts.ts';
import { openDirectory } from './directory.ts';
import { openHeldRows } from './held-rows.ts';
import { createOverdrafts } from './overdrafts.ts';
import { beatJob, pushJob, writeJob, type MemberActor } from './jobs.ts';
import { assertReaderOfAll, factsPage, mayRead, pullPage, pullPageText, type PageSource } from './pages.ts';
import { readRow } from './push-rows.ts';
import type { CoreState } from './row-context.ts';
import { createServerClock } from './server-clock.ts';
import { createSubscriptions } from './subscriptions.ts';
import { createSweeper } from './sweeper.ts';
import { createUserBooks } from './user-books.ts';
import { watchUnsettled } from './unsettled.ts';

/** How often `sweep` runs by itself. */
const SWEEP_MS = 1_000;

export interface SyncCoreDeps {
  storage: Storage;
  /** The machine's clock; the core makes it durable and monotonic. */
  clock: ServerClock;
  /** Ids for exchanges, the database and this process. */
  newId?: () => string;
  /** Calls `run` every `everyMs` until `stop`; tests that sweep by hand pass one that does nothing. */
  schedule?: (everyMs: number, run: () => void) => { stop(): void };
  /** What decides what is posted to the ledger, part by part. */
  ledgerParts?: Partial<LedgerParts>;
  /** Hears of a sweep that failed; it is tried again. */
  onError?: (error: unknown) => void;
}

/** Throws AppError diskFull or serverBusy when the database does not answer. */
export async function createSyncCore(deps: SyncCoreDeps): Promise<SyncCore> {
  const { storage, newId = randomUUID, schedule = scheduleByTimer, onError = () => undefined } = deps;
  const rows = createRowStore(storage);
  const lastCommitMs = await readClockMark(storage.db);
  const clock = await createServerClock({
    wallMs: () => deps.clock.nowMs(),
    monoMs: deps.clock.monoMs?.bind(deps.clock),
    load: () => Promise.resolve(lastCommitMs),
  });
  const epoch = newId();
  const counter = await takeOver(storage.db, epoch, newId());
  const directory = await openDirectory(rows);
  const contacts = await openDeviceContacts(storage);
  const periods = await openPeriods(storage);
  const ledger = await openLedger(storage, clock.nowMs(), {
    targetsOf: createPeriodTargets({ directory, contacts }, periods),
    ...deps.ledgerParts,
  });
  const state: CoreState = {
    directory,
    ledger,
    periods,
    books: createUserBooks(rows, ledger.load, directory.enter),
    contacts,
    heldRows: await openHeldRows(storage),
    overdrafts: createOverdrafts(),
    clippedUserIds: new Set(),
  };
  const source: PageSource = {
    rows,
    directory: state.directory,
    databaseId: counter.databaseId,
    highSeq: () => committer.highSeq(),
  };
  const subscriptions = createSubscriptions(source);
  const unsettled = await watchUnsettled(storage, rows, state, {
    lastCommitMs,
    recheckAtMs: clock.nowMs() + GRACE_MS,
  });
  const committer = createCommitter({
    store: { storage, rows, ledger, epoch, statements: createCommitStatements(storage.db) },
    state,
    nowMs: clock.nowMs,
    firstSeq: counter.seq,
    onCommit(stored, beforeSeq, highSeq) {
      unsettled.noteCommit(stored, clock.nowMs());
      subscriptions.publish(stored, beforeSeq, highSeq);
    },
  });

  const reports = createReports({ storage, sources: state, highSeq: committer.highSeq });
  const sweeper = createSweeper(committer);
  async function sweep(): Promise<void> {
    subscriptions.wake();
    const nowMs = clock.nowMs();
    await sweeper.sweep({ ...unsettled.due(nowMs), unpostedUserIds: ledger.unposted.due(nowMs) }, nowMs);
  }
  let isSweeping = false;
  const sweeping = schedule(SWEEP_MS, () => {
    if (isSweeping) return;
    isSweeping = true;
    void sweep()
      .catch(onError)
      .finally(() => {
        isSweeping = false;
      });
  });

  const reportContext = () => {
    const nowMs = clock.nowMs();
    return { reports, timeZone: timeZoneOf(state, nowMs), nowMs };
  };

  const core: SyncCore = {
    async push(actor, values) {
      if (actor.kind !== 'member') throw new AppError('notAllowed');
      if (clock.isRefused()) throw new AppError('clockRefused', { ...clock.alarm() });
      return committer.do(pushJob(actor, values.map(readRow), state));
    },
    async write(actor, facts) {
      if (clock.isRefused()) throw new AppError('clockRefused', { ...clock.alarm() });
      return facts.length === 0 ? [] : committer.do(writeJob(actor, facts, state));
    },
    async closePeriod(actor, asked) {
      if (clock.isRefused()) throw new AppError('clockRefused', { ...clock.alarm() });
      return committer.do(closePeriodJob(actor, asked, state));
    },
    periods: (actor) => asStorageErrors(() => readPeriods(actor, periods)),
    periodReport: (actor, id) => asStorageErrors(() => readReport(actor, periods, id)),
    overview: (actor, query) => asStorageErrors(() => readOverview(actor, query, reportContext())),
    timeline: (actor, query) => asStorageErrors(() => readTimeline(actor, query, reportContext())),
    reportCsv: (actor, table, query) =>
      asStorageErrors(() => readCsv(actor, table, query, { ...reportContext(), snapshot: storage.snapshot })),
    evidence: (actor, chatId) =>
      asStorageErrors(() => readEvidence(actor, chatId, { rows: reports.rows, storage })),
    pull: (actor, fromSeq, limit) => asStorageErrors(() => pullPage(source, actor, fromSeq, limit)),
    pullText: (actor, fromSeq, limit, isHashWanted) =>
      asStorageErrors(() => pullPageText(source, actor, fromSeq, limit, isHashWanted)),
    pullFacts: (actor, fromSeq, limit) => asStorageErrors(() => factsPage(source, actor, fromSeq, limit)),
    async exportFacts(actor, options) {
      assertReaderOfAll(actor);
      return exportAndClose(await asStorageErrors(() => storage.snapshot()), options);
    },
    subscribe: (actor: Actor, fromSeq: number, onPage: (page: Page) => void, onEnd: (code: string) => void) =>
      subscriptions.subscribe(actor, fromSeq, onPage, onEnd),
    async beat(actor: Actor, request: BeatRequest) {
      const member = assertBeating(actor);
      return committer.do(beatJob(member, request, newId(), state));
    },
    async find(actor: Actor, type: Row['type'], id: string) {
      const found = await asStorageErrors(() => rows.find(type, id));
      return found !== undefined && mayRead(actor, state.directory, found)
        ? readStored(found).row
        : undefined;
    },
    endSubscriptions: (deviceId) => subscriptions.endDevice(deviceId, 'deviceRevoked'),
    sweep,
    overdrafts: () => state.overdrafts.list(clock.nowMs()),
    ledgerState: ledger.state,
    clockAlarm: clock.alarm,
    confirmClock: clock.confirm,
    async status() {
      const rowsByType = await asStorageErrors(() => rows.countByType());
      return {
        highSeq: committer.highSeq(),
        rowsByType,
        subscribers: subscriptions.count(),
        storage: storage.engine,
      };
    },
    async close() {
      sweeping.stop();
      await committer.close();
      subscriptions.endAll('serverBusy');
    },
  };
  return core;
}

function timeZoneOf({ directory }: CoreState, nowMs: number): string {
  const named = directory.policy('timeZone', nowMs);
  return typeof named === 'string' ? named : DEFAULT_TIME_ZONE;
}

function assertBeating(actor: Actor): MemberActor {
  if (actor.kind !== 'member') throw new AppError('notAllowed');
  if (actor.isDeviceRevoked) throw new AppError('deviceRevoked');
  return actor;
}

async function asStorageErrors<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw storageError(cause);
  }
}

function scheduleByTimer(everyMs: number, run: () => void): { stop(): void } {
  const timer = setInterval(run, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
