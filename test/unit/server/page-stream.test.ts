import { describe, expect, it } from 'vitest';
import type { Page } from '../../../shared/wire.ts';
import { streamPages } from '../../../sync-server/http/page-stream.ts';
import type { Actor, SyncCore } from '../../../sync-server/ports.ts';

const ACTOR: Actor = { kind: 'server' };
const page = (fromSeq: number, toSeq: number, hasMore = false): Page => ({
  fromSeq,
  toSeq,
  rows: [],
  hasMore,
  scope: 's',
});

/** A core whose sequence the test moves; it pulls at most `limit` at a time. */
function createSequence(limit = 1_000) {
  let highSeq = 0;
  const subscribers = new Set<{ seq: number; onPage: (page: Page) => void; onEnd: (code: string) => void }>();
  const calls = { pulls: 0, subscriptions: 0 };
  const core: Pick<SyncCore, 'pull' | 'subscribe'> = {
    async pull(_actor, fromSeq) {
      calls.pulls += 1;
      if (fromSeq > highSeq) return page(0, Math.min(limit, highSeq));
      const toSeq = Math.min(fromSeq + limit, highSeq);
      return page(fromSeq, toSeq, toSeq < highSeq);
    },
    subscribe(_actor, seq, onPage, onEnd) {
      calls.subscriptions += 1;
      const one = { seq, onPage, onEnd };
      subscribers.add(one);
      return { stop: () => void subscribers.delete(one) };
    },
  };
  return {
    core: core as SyncCore,
    calls,
    subscribers,
    commit(rows = 1) {
      highSeq += rows;
      for (const one of [...subscribers]) {
        const fromSeq = one.seq;
        one.seq = highSeq;
        one.onPage(page(fromSeq, highSeq));
      }
    },
  };
}

function createReader() {
  const pages: [number, number][] = [];
  let isSlow = false;
  let wake = (): void => undefined;
  return {
    pages,
    sink: {
      write(p: Page) {
        pages.push([p.fromSeq, p.toSeq]);
        return !isSlow;
      },
      drained: () => (isSlow ? new Promise<void>((resolve) => (wake = resolve)) : Promise.resolve()),
    },
    falterUntilWoken: () => void (isSlow = true),
    catchUp() {
      isSlow = false;
      wake();
    },
  };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a stream of pages', () => {
  it('begins with what was missed, page by page, then follows; also with an empty first page', async () => {
    const server = createSequence(2);
    const reader = createReader();
    const stop = new AbortController();
    server.commit(5);
    const done = streamPages({ core: server.core, actor: ACTOR, sink: reader.sink, signal: stop.signal }, 0);
    await turn();
    server.commit();
    expect(reader.pages).toEqual([
      [0, 2],
      [2, 4],
      [4, 5],
      [5, 6],
    ]);
    stop.abort();
    await done;
    expect(server.subscribers.size).toBe(0);
  });

  it('holds nothing for a slow reader: it stops following, and the reader pulls when it has read', async () => {
    const server = createSequence();
    const reader = createReader();
    const stop = new AbortController();
    const done = streamPages({ core: server.core, actor: ACTOR, sink: reader.sink, signal: stop.signal }, 0);
    await turn();
    reader.falterUntilWoken();
    server.commit();
    await turn();
    expect(server.subscribers.size).toBe(0);
    for (let n = 0; n < 100; n += 1) server.commit();
    await turn();
    expect(reader.pages).toEqual([
      [0, 0],
      [0, 1],
    ]);
    reader.catchUp();
    await turn();
    server.commit();
    expect(reader.pages.slice(2)).toEqual([
      [1, 101],
      [101, 102],
    ]);
    stop.abort();
    await done;
  });

  it('starts over from 0 when the checkpoint lies beyond the database', async () => {
    const server = createSequence();
    const reader = createReader();
    const stop = new AbortController();
    server.commit(3);
    const done = streamPages({ core: server.core, actor: ACTOR, sink: reader.sink, signal: stop.signal }, 99);
    await turn();
    expect(reader.pages).toEqual([[0, 3]]);
    stop.abort();
    await done;
  });

  it('ends when the core ends the subscription', async () => {
    const server = createSequence();
    const reader = createReader();
    const done = streamPages(
      { core: server.core, actor: ACTOR, sink: reader.sink, signal: new AbortController().signal },
      0,
    );
    await turn();
    for (const one of server.subscribers) one.onEnd('deviceRevoked');
    await done;
  });
});
