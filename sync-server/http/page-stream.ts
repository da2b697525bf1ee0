/**
 * Feeds one reader with pages that join without a hole: first what it missed, then what comes, and back to catching up
 * whenever it reads slower than we write. Memory per reader is bounded by one page beyond the socket's buffer.
 */
import { PULL_MAX_ROWS, type Page } from '../../shared/wire.ts';
import { assert } from '../../shared/errors.ts';
import type { Actor, SyncCore } from '../ports.ts';

export interface PageSink {
  /** false: the reader is behind; write again after `drained`. */
  write(page: Page): boolean;
  /** Resolves when the reader has caught up or is gone. */
  drained(): Promise<void>;
}

/** Runs until `signal` aborts or the core ends the subscription, e.g. because the device was revoked. */
export async function streamPages(
  deps: { core: SyncCore; actor: Actor; sink: PageSink; signal: AbortSignal },
  fromSeq: number,
): Promise<void> {
  let seq = fromSeq;
  let isFirst = true;
  while (!deps.signal.aborted) {
    const page = await deps.core.pull(deps.actor, seq, PULL_MAX_ROWS);
    if (deps.signal.aborted) return;
    // A checkpoint beyond the database (another one took its place) is answered by a page from 0.
    if (isFirst || page.toSeq > seq || page.fromSeq !== seq) {
      isFirst = false;
      seq = page.toSeq;
      if (!deps.sink.write(page)) await deps.sink.drained();
    }
    if (page.hasMore) continue;
    const live = await followLive(deps, seq);
    if (live.isEnded) return;
    seq = live.seq;
    await deps.sink.drained();
  }
}

/** Passes live pages on until the reader falls behind (isEnded false) or the stream is over. */
function followLive(
  deps: { core: SyncCore; actor: Actor; sink: PageSink; signal: AbortSignal },
  fromSeq: number,
): Promise<{ seq: number; isEnded: boolean }> {
  return new Promise((resolve) => {
    let seq = fromSeq;
    let isOver = false;
    const subscribed: { stop(): void }[] = [];
    const finish = (isEnded: boolean): void => {
      if (isOver) return;
      isOver = true;
      deps.signal.removeEventListener('abort', onAbort);
      for (const one of subscribed) one.stop();
      resolve({ seq, isEnded });
    };
    const onAbort = (): void => finish(true);
    deps.signal.addEventListener('abort', onAbort);
    const subscription = deps.core.subscribe(
      deps.actor,
      fromSeq,
      (page) => {
        if (isOver) return;
        assert(page.fromSeq === seq || page.fromSeq === 0, 'pages of a subscription join, or start over');
        seq = page.toSeq;
        if (!deps.sink.write(page)) finish(false);
      },
      () => finish(true),
    );
    subscribed.push(subscription);
    // The core may have called back before it returned.
    if (isOver) subscription.stop();
    else if (deps.signal.aborted) finish(true);
  });
}
