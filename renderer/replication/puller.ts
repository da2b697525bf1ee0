/**
 * Brings the server's rows: pages from the checkpoint until caught up, then the stream, which carries the changes
 * themselves. Pages must join without a hole (DOMAIN.md, "Order"); where they do not, the gap is pulled.
 */
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { backoffMs } from './backoff.ts';
import { createEventParser } from './event-stream.ts';
import type { PageApplier } from './page-applier.ts';
import { parsePage, type ParsedPage } from './parse-page.ts';
import type { ReplicaCheck } from './replica-check.ts';
import type { Scheduler, WakeableWait } from './scheduler.ts';
import { codeOf, type SyncRequests } from './sync-requests.ts';

/** The server pings every 10 s; after this silence the stream is opened anew, ms. */
const SILENCE_MS = 25_000;

export interface PullerDeps {
  requests: Pick<SyncRequests, 'pull' | 'openStream'>;
  applier: PageApplier;
  check: ReplicaCheck;
  /** The replica equals the server's at this sequence. */
  onChecked(seq: number): void;
  /** Rows of these types differed; the replica is fetched anew. */
  onDiffering(types: readonly string[]): void;
  onPhase(phase: 'pulling' | 'streaming'): void;
  /** Also called for a failure of the local database. */
  onFailure(code: ErrorCode): void;
  scheduler: Scheduler;
  wait: WakeableWait;
  random(): number;
}

export interface Puller {
  /** Ends a stream that may be dead and starts over at once, e.g. when the computer is online again. */
  retryNow(): void;
  /** Empties the local database and fetches everything anew; what is unsent is put back from main's outbox. */
  rebuild(): void;
  /** Resolves when nothing is requested or applied any more. */
  stop(): Promise<void>;
}

type StreamEnd = 'gap' | 'ended';

export function createPuller(deps: PullerDeps): Puller {
  let isStopped = false;
  let failures = 0;
  let hasFetchedAnew = false;
  let isRebuildWanted = false;
  /** What is applied or being applied; null scope = none known yet. */
  let held: { seq: number; scope: string | null } = { seq: 0, scope: null };
  let abortStream: () => void = () => undefined;

  async function run(): Promise<void> {
    let isStarted = false;
    while (!isStopped) {
      try {
        // After a failure the stored checkpoint says what was really applied.
        if (!isStarted || failures > 0) held = await deps.applier.start();
        isStarted = true;
        deps.onPhase('pulling');
        if (isRebuildWanted) await rebuildNow();
        await pullUntilCaughtUp();
        if (isStopped) return;
        if (isRebuildWanted) continue;
        const end = await followStream();
        if (end === 'ended' && !isStopped) await pause('serverUnreachable');
      } catch (error) {
        if (!isStopped) await pause(codeOf(error));
      }
    }
  }

  /** Everything again from the server; what is unsent comes back from main's outbox. */
  async function rebuildNow(): Promise<void> {
    isRebuildWanted = false;
    await deps.applier.restart(held.scope);
    held = { seq: 0, scope: held.scope };
  }

  async function pause(code: ErrorCode): Promise<void> {
    failures++;
    deps.onFailure(code);
    await deps.wait.wait(backoffMs(failures, deps.random()));
  }

  async function pullUntilCaughtUp(): Promise<void> {
    const isCheckDue = deps.check.dueInMs() === 0;
    let next = deps.requests.pull(held.seq, isCheckDue);
    for (;;) {
      const page = await next;
      if (isStopped) return;
      if (await restartOnNewScope(page)) {
        next = deps.requests.pull(0, isCheckDue);
        continue;
      }
      if (page.fromSeq !== held.seq)
        throw new AppError('protocolMismatch', { expected: held.seq, got: page.fromSeq });
      if (page.hasMore && page.toSeq === page.fromSeq)
        throw new AppError('protocolMismatch', { stuckAt: page.toSeq });
      // The next page is fetched while this one is written.
      next = page.hasMore ? deps.requests.pull(page.toSeq, isCheckDue) : next;
      next.catch(() => undefined);
      await take(page);
      failures = 0;
      if (page.hasMore) continue;
      if (!isCheckDue || (await isReplicaSound(page))) return;
      next = deps.requests.pull(0);
    }
  }

  /** false: the replica differed and begins again at 0, once; a second time would not help. */
  async function isReplicaSound(page: ParsedPage): Promise<boolean> {
    if (page.hash === undefined) deps.check.postpone();
    const verdict =
      page.hash === undefined
        ? { kind: 'undecided' as const }
        : await deps.check.compare(page.hash, page.toSeq);
    if (verdict.kind === 'same') deps.onChecked(page.toSeq);
    if (verdict.kind !== 'differs' || isStopped) return true;
    deps.onDiffering(verdict.types);
    if (hasFetchedAnew) return true;
    hasFetchedAnew = true;
    await deps.applier.restart(page.scope);
    held = { seq: 0, scope: page.scope };
    return false;
  }

  async function followStream(): Promise<StreamEnd> {
    const abort = new AbortController();
    abortStream = () => abort.abort();
    let rearm = watch(abort);
    let isCheckDue = false;
    const cancelCheck = deps.scheduler.after(deps.check.dueInMs(), () => {
      isCheckDue = true;
      abort.abort();
    });
    try {
      const body = await deps.requests.openStream(held.seq, abort.signal);
      deps.onPhase('streaming');
      const end = await readStream(body, abort, () => {
        rearm();
        rearm = watch(abort);
      });
      return isCheckDue ? 'gap' : end;
    } finally {
      cancelCheck();
      rearm();
      abort.abort();
      abortStream = () => undefined;
    }
  }

  function watch(abort: AbortController): () => void {
    return deps.scheduler.after(SILENCE_MS, () => abort.abort());
  }

  async function readStream(
    body: ReadableStream<Uint8Array>,
    abort: AbortController,
    heard: () => void,
  ): Promise<StreamEnd> {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    const parser = createEventParser();
    let failure: unknown = null;
    const applying = new Set<Promise<void>>();
    abort.signal.addEventListener('abort', () => void reader.cancel().catch(() => undefined));
    try {
      for (;;) {
        const chunk = await readChunk(reader);
        if (failure !== null) throw failure;
        if (chunk === null) return 'ended';
        heard();
        failures = 0;
        for (const { event, data } of parser.push(decoder.decode(chunk, { stream: true }))) {
          if (event !== 'page') continue;
          const page = parsePage(parseJson(data));
          if (await restartOnNewScope(page)) return 'gap';
          if (page.fromSeq > held.seq) return 'gap';
          if (page.toSeq <= held.seq && page.documents.length === 0) continue;
          if (page.toSeq < held.seq) continue;
          const applied = take(page).catch((error: unknown) => {
            failure = error;
            abort.abort();
          });
          applying.add(applied);
          void applied.then(() => applying.delete(applied));
        }
      }
    } finally {
      await Promise.all(applying);
      if (failure !== null) throw failure;
    }
  }

  function take(page: ParsedPage): Promise<void> {
    held = { seq: page.toSeq, scope: page.scope };
    return deps.applier.apply(page);
  }

  async function restartOnNewScope(page: ParsedPage): Promise<boolean> {
    if (held.scope === null || held.scope === page.scope) return false;
    await deps.applier.restart(page.scope);
    held = { seq: 0, scope: page.scope };
    return true;
  }

  const running = run();
  return {
    rebuild() {
      isRebuildWanted = true;
      abortStream();
      deps.wait.wake();
    },
    retryNow() {
      abortStream();
      deps.wait.wake();
    },
    stop() {
      isStopped = true;
      abortStream();
      return running;
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('protocolMismatch', { request: 'stream' }, { cause });
  }
}

/** The next chunk; null at the end, however it came: aborted, cut off or closed. */
async function readChunk(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | null> {
  try {
    const { done, value } = await reader.read();
    return done ? null : value;
  } catch {
    // A stream that breaks off is opened anew; what it carried so far is applied.
    return null;
  }
}
