/**
 * The real server's core on a database that outlives it: restarts, crashes in mid-commit, a wall clock that steps. The
 * borders around it (HTTP, sessions) are not simulated but for who asks, what protocol, and JSON on the way.
 */
import { AppError } from '../../shared/errors.ts';
import type { Row } from '../../shared/rows.ts';
import {
  OLDEST_PUSH_PROTOCOL,
  PROTOCOL_VERSION,
  type BeatRequest,
  type BeatResponse,
  type Page,
  type PushAnswer,
} from '../../shared/wire.ts';
import { createSyncCore } from '../../sync-server/core/sync-core.ts';
import { streamPages } from '../../sync-server/http/page-stream.ts';
import type { Actor, SyncCore } from '../../sync-server/ports.ts';
import { createSystemClock } from '../../sync-server/system-clock.ts';
import { createServerDisk, type ServerConnections, type ServerDisk } from './memory-storage.ts';
import { countFault, type Tally } from './tally.ts';
import type { World } from './world.ts';

export const SERVER: Actor = { kind: 'server' };
export const PLATFORM: Actor = { kind: 'platform', keyId: 'key' };
/** The server writes a ping into a quiet stream this often (shared/wire.ts). */
const PING_MS = 10_000;
/** Rows of one page: small, so that pulling takes several. */
const PAGE_ROWS = 60;

export interface SimServer {
  /** The machine's wall clock is off by so much, ms. */
  wallOffsetMs: number;
  /** Probability that a commit takes time, and of a crash at it. */
  slowCommits: number;
  crashesAtCommit: number;
  /** Called before a process ends: what only it knows is lost then. */
  beforeCrash: () => void;
  /** Called with the answer to each beat, before anything else happens. */
  afterBeat: (deviceId: string, response: BeatResponse) => void;
  isUp(): boolean;
  core(): SyncCore | null;
  disk: ServerDisk;
  start(): Promise<void>;
  /** The process is gone; it comes back after `downMs`. */
  crash(downMs: number): void;
  push(actor: Actor, protocol: number, body: string): Promise<string>;
  pull(actor: Actor, protocol: number, fromSeq: number, limit: number): Promise<string>;
  beat(actor: Actor, protocol: number, body: string): Promise<string>;
  /** Writes until it is stored, as a platform does that repeats what was not answered. */
  write(actor: Actor, rows: readonly Row[]): Promise<void>;
  /** `onText` gets each event; `onEnd` when the server ends it or is gone. Returns the function that ends it. */
  stream(
    actor: Actor,
    protocol: number,
    fromSeq: number,
    onText: (text: string) => void,
    onEnd: () => void,
  ): () => void;
  now(): number;
}

export async function createSimServer(world: World, tally: Tally): Promise<SimServer> {
  const random = world.random('server');
  let core: SyncCore | null = null;
  let connections: ServerConnections | null = null;
  let process = 0;
  let pushesUnderWay = 0;
  let commitsUnderWay = 0;
  const gone = new Set<() => void>();

  const disk = await createServerDisk({
    beforeBegin() {
      commitsUnderWay += 1;
      if (pushesUnderWay > 1 || commitsUnderWay > 1) countFault(tally, 'concurrentCommits');
      const done = () => void (commitsUnderWay -= 1);
      if (!random.chance(server.slowCommits)) {
        done();
        return Promise.resolve();
      }
      return new Promise((resolve) =>
        world.after(random.between(1, 40), () => {
          done();
          resolve();
        }),
      );
    },
    crashAtCommit() {
      if (!random.chance(server.crashesAtCommit)) return null;
      if (pushesUnderWay > 0) countFault(tally, 'serverRestartInBatch');
      return random.chance(0.5) ? 'before' : 'after';
    },
    onCrash: () => server.crash(random.between(200, 4_000)),
  });

  /** What a request of this process gives; fails when the process dies first. */
  async function inProcess<T>(run: (running: SyncCore) => Promise<T>): Promise<T> {
    if (core === null) throw new AppError('serverUnreachable');
    let onGone: () => void = () => undefined;
    const dies = new Promise<never>((_, reject) => {
      onGone = () => reject(new AppError('serverUnreachable'));
      gone.add(onGone);
    });
    try {
      return await Promise.race([run(core), dies]);
    } finally {
      gone.delete(onGone);
    }
  }

  const server: SimServer = {
    wallOffsetMs: 0,
    slowCommits: 0,
    crashesAtCommit: 0,
    beforeCrash: () => undefined,
    afterBeat: () => undefined,
    disk,
    isUp: () => core !== null,
    core: () => core,
    now: () => world.nowMs(),
    async start() {
      const mine = (process += 1);
      const run = world.random(`server-run-${mine}`);
      connections = disk.open();
      const opened = await createSyncCore({
        storage: connections.storage,
        clock: createSystemClock(() => world.nowMs() + server.wallOffsetMs, world.nowMs),
        newId: () => run.hex(24),
        schedule(everyMs, task) {
          let isStopped = false;
          const plan = (): void =>
            void world.after(everyMs, () => {
              if (isStopped || process !== mine) return;
              plan();
              task();
            });
          plan();
          return { stop: () => void (isStopped = true) };
        },
      });
      if (process !== mine) return;
      core = opened;
      world.note(`server up ${mine}`);
    },
    crash(downMs) {
      if (connections === null) return;
      world.note('server crashes');
      server.beforeCrash();
      process += 1;
      core = null;
      pushesUnderWay = 0;
      commitsUnderWay = 0;
      connections.kill();
      connections = null;
      for (const end of [...gone]) end();
      gone.clear();
      world.after(downMs, () => void server.start());
    },
    async push(actor, protocol, body) {
      if (protocol < OLDEST_PUSH_PROTOCOL || protocol > PROTOCOL_VERSION)
        throw new AppError('protocolMismatch');
      pushesUnderWay += 1;
      const mine = process;
      try {
        const { rows } = JSON.parse(body) as { rows: unknown[] };
        const answers: PushAnswer[] = await inProcess((running) => running.push(actor, rows));
        for (const answer of answers) noteVerdict(tally, answer);
        return JSON.stringify({ answers });
      } finally {
        if (process === mine) pushesUnderWay -= 1;
      }
    },
    async pull(actor, protocol, fromSeq, limit) {
      if (protocol !== PROTOCOL_VERSION) throw new AppError('protocolMismatch');
      // A server may give less than it is asked for; what is committed meanwhile comes between two pages.
      const text = await inProcess((running) => running.pullText(actor, fromSeq, Math.min(limit, PAGE_ROWS)));
      if (text.includes('"hasMore":true')) countFault(tally, 'pageSplitDuringPull');
      return text;
    },
    async beat(actor, protocol, body) {
      if (protocol !== PROTOCOL_VERSION) throw new AppError('protocolMismatch');
      const response = await inProcess(async (running) => {
        const answer = await running.beat(actor, JSON.parse(body) as BeatRequest);
        if (actor.kind === 'member') server.afterBeat(actor.deviceId, answer);
        return answer;
      });
      return JSON.stringify(response);
    },
    async write(actor, rows) {
      for (;;) {
        try {
          await inProcess((running) => running.write(actor, rows));
          return;
        } catch (error) {
          const code = error instanceof AppError ? error.code : 'internal';
          if (code !== 'serverUnreachable' && code !== 'serverBusy' && code !== 'clockRefused') {
            world.note(`write refused ${code} ${rows.map((row) => row.type).join(',')}`);
            return;
          }
          await new Promise<void>((resolve) => world.after(1_000, resolve));
        }
      }
    },
    stream(actor, protocol, fromSeq, onText, onEnd) {
      const abort = new AbortController();
      const running = core;
      let isOver = false;
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        gone.delete(end);
        abort.abort();
        onEnd();
      };
      if (running === null || protocol !== PROTOCOL_VERSION) {
        world.after(0, end);
        return end;
      }
      gone.add(end);
      const ping = (): void =>
        void world.after(PING_MS, () => {
          if (isOver) return;
          onText(`event: ping\ndata: {"serverNowMs":${world.nowMs()}}\n\n`);
          ping();
        });
      ping();
      const write = (page: Page): boolean => {
        if (!isOver) onText(`event: page\ndata: ${JSON.stringify(page)}\n\n`);
        return true;
      };
      streamPages(
        { core: running, actor, sink: { write, drained: () => Promise.resolve() }, signal: abort.signal },
        fromSeq,
      ).then(end, end);
      return () => {
        isOver = true;
        gone.delete(end);
        abort.abort();
      };
    },
  };
  return server;
}

function noteVerdict(tally: Tally, answer: PushAnswer): void {
  const kind = answer.type === 'timeSegment' ? 'segment' : 'mark';
  if (answer.verdict === 'refused') tally.verdicts.add(`refused/${answer.code}`);
  else if (answer.code !== 'accepted')
    tally.verdicts.add(`${kind}/${answer.code}${answer.reason === undefined ? '' : `/${answer.reason}`}`);
}
