/** The desk window of one app: the real replicator over a database in memory, with main's commands and a light fetch. */
import { createOutboxPages } from '../../electron/outbox/outbox-pages.ts';
import type { Api } from '../../renderer/api.ts';
import { createReplicator, type Replicator } from '../../renderer/replication/replicator.ts';
import type { Fetch } from '../../renderer/replication/sync-requests.ts';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { SYNC_PROXY_PATH } from '../../shared/ipc.ts';
import type { DeviceRow } from '../../shared/rows.ts';
import type { Device } from '../../electron/device.ts';
import { createPushGate } from '../../electron/sync-proxy.ts';
import type { SimProcess } from './computer.ts';
import type { Link } from './link.ts';
import type { MemoryReplica } from './memory-replica.ts';
import type { Random } from './random.ts';
import type { SimServer } from './sim-server.ts';
import type { Actor } from '../../sync-server/ports.ts';
import type { World } from './world.ts';

/** The proxy in main holds a push until the boot has an anchor (electron/sync-proxy.ts). */
const ANCHOR_LIMIT_MS = 4_000;

export interface DeskDeps {
  world: World;
  process: SimProcess;
  replica: MemoryReplica;
  device: Device;
  server: SimServer;
  link: Link;
  actor(): Actor;
  protocol(): number;
  wallMs(): number;
  random: Random;
  /** Extra ms for each of its timers: a throttled window. */
  throttleMs(): number;
  onPush(rows: readonly DeviceRow[]): void;
  onAcknowledged(answers: readonly { id: string; type: string; verdict: string }[]): void;
  onReport(): void;
}

export interface Desk {
  replicator: Replicator;
  process: SimProcess;
}

export function openDesk(deps: DeskDeps): Desk {
  const { process, device } = deps;
  const listeners = new Set<(payload: { rows: DeviceRow[] }) => void>();
  const subscription = device.outbox.rowsSaved$.subscribe((rows) => {
    if (process.isDead) return subscription.unsubscribe();
    for (const listener of [...listeners]) listener({ rows: [...rows] });
  });

  const readPage = createOutboxPages(() => device.outbox.waiting());
  const handlers: Record<string, (input: never) => unknown> = {
    readOutbox: ({ from }: { from: number }) => readPage(from),
    readRefusedRows: () => ({ rows: device.outbox.refused() }),
    async acknowledgePush({ answers }: { answers: Parameters<typeof device.acknowledge>[0] }) {
      await device.acknowledge(answers, deps.wallMs());
      deps.onAcknowledged(answers);
    },
    reportReplication({ appliedSeq }: { appliedSeq: number }) {
      device.replicated(appliedSeq);
      deps.onReport();
    },
    projectionsPulled: ({ projections }: { projections: Parameters<typeof device.projections.take>[0] }) =>
      device.projections.take(projections),
    policiesPulled: ({ previousChatInPair }: { previousChatInPair: 'stop' | 'run' }) =>
      device.setPreviousChatInPair(previousChatInPair),
  };
  const api: Api = {
    call: (name, input) =>
      process.alive(Promise.resolve().then(() => handlers[name]!(input as never))) as Promise<never>,
    on(name, listener) {
      if (name === 'outboxChanged') listeners.add(listener as never);
      return () => void listeners.delete(listener as never);
    },
  };

  const replicator = createReplicator({
    database: deps.replica.database,
    api,
    fetch: createFetch(deps),
    scheduler: {
      nowMs: () => deps.wallMs(),
      after: (ms, task) => process.after(ms + deps.throttleMs(), task),
    },
    random: () => deps.random.next(),
    breathe: () => new Promise((resolve) => void process.after(0, resolve)),
  });
  return { replicator, process };
}

/** As little of fetch as the replicator uses: status, JSON, a body that is read in chunks, and giving up. */
function createFetch(deps: DeskDeps): Fetch {
  const { process, server, link } = deps;
  const mayPush = createPushGate(() => deps.device.beat);

  async function push(body: string): Promise<string> {
    deps.onPush((JSON.parse(body) as { rows: DeviceRow[] }).rows);
    if (!(await mayPush(ANCHOR_LIMIT_MS))) throw new AppError('serverUnreachable');
    return link.request(() => server.push(deps.actor(), deps.protocol(), body));
  }

  function ask(path: string, init: RequestInit): Promise<string> {
    if (path === '/push') return push(init.body as string);
    const query = new URLSearchParams(path.slice(path.indexOf('?')));
    const [from, limit] = [Number(query.get('fromSeq')), Number(query.get('limit'))];
    return link.request(() => server.pull(deps.actor(), deps.protocol(), from, limit));
  }

  async function fetch(input: string, init: RequestInit): Promise<Response> {
    const path = input.slice(SYNC_PROXY_PATH.length);
    if (path.startsWith('/stream')) return openStream(Number(path.split('=')[1]), init.signal!);
    const text = await new Promise<string>((resolve, reject) => {
      init.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      ask(path, init).then(resolve, reject);
    }).catch((error: unknown) => error);
    if (typeof text === 'string') return response(200, JSON.parse(text) as unknown);
    if (text instanceof AppError && text.code !== 'serverUnreachable')
      return response(statusOf(text.code), { code: text.code });
    throw text;
  }

  function openStream(fromSeq: number, signal: AbortSignal): Promise<Response> {
    const encoder = new TextEncoder();
    const chunks: Uint8Array[] = [];
    let isEnded = false;
    let wanted: ((chunk: { done: boolean; value?: Uint8Array }) => void) | null = null;
    const give = (): void => {
      if (wanted === null || process.isDead) return;
      const reader = wanted;
      const value = chunks.shift();
      if (value === undefined && !isEnded) return;
      wanted = null;
      reader(value === undefined ? { done: true } : { done: false, value });
    };
    const stop = link.stream(
      (onText, onEnd) => server.stream(deps.actor(), deps.protocol(), fromSeq, onText, onEnd),
      (text) => {
        if (process.isDead) return stop();
        chunks.push(encoder.encode(text));
        give();
      },
      () => {
        isEnded = true;
        give();
      },
    );
    const end = async (): Promise<void> => {
      stop();
      isEnded = true;
      give();
    };
    signal.addEventListener('abort', () => void end());
    const reader = {
      read: () =>
        process.alive(
          new Promise((resolve) => {
            wanted = resolve as never;
            give();
          }),
        ),
      cancel: end,
    };
    return Promise.resolve({
      ok: true,
      status: 200,
      body: { getReader: () => reader },
    } as unknown as Response);
  }

  return (input, init) => process.alive(fetch(input, init));
}

function response(status: number, body: unknown): Response {
  return { ok: status < 300, status, json: async () => body } as unknown as Response;
}

function statusOf(code: ErrorCode): number {
  if (code === 'serverBusy') return 503;
  return code === 'deviceRevoked' || code === 'notAllowed' ? 403 : 400;
}
