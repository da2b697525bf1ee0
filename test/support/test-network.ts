/**
 * A network between one device's replicator and a server: it can be cut, and by a seed it queues (delays, and so
 * reorders), drops requests, delivers a request twice, loses a reply after the server committed, and cuts streams.
 */
import type { Fetch } from '../../renderer/replication/sync-requests.ts';
import { SYNC_PROXY_PATH } from '../../shared/ipc.ts';
import type { Scheduler } from '../../renderer/replication/scheduler.ts';

/** Probabilities from 0 to 1, per request or per chunk of a stream. */
export interface Faults {
  dropRequest: number;
  duplicateRequest: number;
  loseReply: number;
  cutStream: number;
  repeatPage: number;
  losePage: number;
  /** A copy of a request reaches the server once more, seconds after newer ones. */
  lateCopy: number;
  /** Longest delay of a request in virtual ms. */
  delayMs: number;
  /** Longest delay of a reply in virtual ms: replies overtake each other. */
  delayReplyMs: number;
  /** Most rows of a pulled page, for pages that split; 0 = what the device asks for. */
  pageRows: number;
}
/** A late copy arrives up to this much later, virtual ms. */
const LATE_COPY_MS = 5_000;
export const NO_FAULTS: Faults = {
  dropRequest: 0,
  duplicateRequest: 0,
  loseReply: 0,
  cutStream: 0,
  repeatPage: 0,
  losePage: 0,
  lateCopy: 0,
  delayMs: 0,
  delayReplyMs: 0,
  pageRows: 0,
};

/** Answers a request as the server (behind main's proxy) would. */
export type Server = (path: string, init: RequestInit) => Promise<Response>;

export interface TestNetwork {
  fetch: Fetch;
  faults: Faults;
  isOnline: boolean;
  /** Ends open streams, as a lost connection does. */
  cutStreams(): void;
  /** Requests under way, streams not counted: while there are any, virtual time stands. */
  inFlight(): number;
  /** Paths with bodies of every request that reached the server. */
  delivered: { path: string; body: string | null }[];
  /** How often each fault happened. */
  happened: Record<string, number>;
}

export function createTestNetwork(deps: {
  server: Server;
  random(): number;
  scheduler: Scheduler;
}): TestNetwork {
  const { server, random, scheduler } = deps;
  const streams = new Set<() => void>();
  let inFlight = 0;
  const network: TestNetwork = {
    fetch: (input, init) => deliver(input.slice(SYNC_PROXY_PATH.length), init),
    faults: { ...NO_FAULTS },
    isOnline: true,
    cutStreams() {
      for (const cut of [...streams]) cut();
    },
    inFlight: () => inFlight,
    delivered: [],
    happened: {},
  };

  const happens = (name: keyof Faults) => {
    const isNow = random() < network.faults[name];
    if (isNow) network.happened[name] = (network.happened[name] ?? 0) + 1;
    return isNow;
  };

  function sendLateCopy(path: string, init: RequestInit): void {
    scheduler.after(1 + Math.floor(random() * LATE_COPY_MS), () => {
      inFlight++;
      server(path, { ...init, signal: null })
        .then((response) => response.body?.cancel())
        .catch(() => undefined) // Nobody waits for this answer.
        .finally(() => inFlight--);
    });
  }

  /** A server may always answer with fewer rows than it is asked for. */
  function withShortPages(path: string): string {
    const { pageRows } = network.faults;
    return pageRows === 0
      ? path
      : path.replace(/(?<=limit=)\d+/, String(1 + Math.floor(random() * pageRows)));
  }

  async function deliver(asked: string, init: RequestInit): Promise<Response> {
    const { faults } = network;
    const path = withShortPages(asked);
    if (faults.delayMs > 0) await delay(Math.floor(random() * faults.delayMs), init.signal ?? null);
    init.signal?.throwIfAborted();
    if (!network.isOnline || happens('dropRequest')) throw new TypeError('network: request lost');
    inFlight++;
    let isAnswered = false;
    try {
      network.delivered.push({ path, body: typeof init.body === 'string' ? init.body : null });
      if (path.startsWith('/stream')) return await openStream(path, init);
      if (happens('lateCopy')) sendLateCopy(path, init);
      if (happens('duplicateRequest')) await server(path, { ...init, signal: null });
      const response = await server(path, init);
      if (!network.isOnline || happens('loseReply')) throw new TypeError('network: reply lost');
      isAnswered = true;
      inFlight--;
      if (faults.delayReplyMs > 0)
        await delay(Math.floor(random() * faults.delayReplyMs), init.signal ?? null);
      return response;
    } finally {
      if (!isAnswered) inFlight--;
    }
  }

  /** A request that is given up while it waits never leaves. */
  function delay(ms: number, signal: AbortSignal | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(new DOMException('aborted', 'AbortError'));
      if (signal?.aborted === true) giveUp();
      signal?.addEventListener('abort', giveUp);
      scheduler.after(ms, resolve);
    });
  }

  async function openStream(path: string, init: RequestInit): Promise<Response> {
    const abort = new AbortController();
    init.signal?.addEventListener('abort', () => abort.abort());
    const response = await server(path, { ...init, signal: abort.signal });
    if (response.body === null || !response.ok) return response;
    const { readable, writable } = faultyPipe();
    const cut = () => abort.abort(new Error('network: stream cut'));
    streams.add(cut);
    response.body
      .pipeTo(writable, { signal: abort.signal })
      .catch(() => undefined)
      .finally(() => streams.delete(cut));
    return new Response(readable, { status: response.status, headers: response.headers });
  }

  /** Breaks the text into events so that whole pages are lost or repeated, and chunks end in the middle of anything. */
  function faultyPipe() {
    const decoder = new TextDecoder();
    const encoder = new TextEncoder();
    let rest = '';
    return new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        rest += decoder.decode(chunk, { stream: true });
        const events = rest.split('\n\n');
        rest = events.pop()!;
        for (const event of events) {
          if (happens('losePage')) continue;
          if (happens('cutStream')) return controller.error(new Error('network: stream cut'));
          for (let copies = happens('repeatPage') ? 2 : 1; copies > 0; copies--) {
            const bytes = encoder.encode(`${event}\n\n`);
            const middle = Math.floor(random() * bytes.length);
            if (middle > 0) controller.enqueue(bytes.slice(0, middle));
            controller.enqueue(bytes.slice(middle));
          }
        }
      },
    });
  }

  return network;
}
