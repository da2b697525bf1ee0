/**
 * One small request every 5 s: clock exchange, lease, lengths of running segments (DOMAIN.md, "One replicator", "Live").
 * It alone says whether the device is online, and what the server's now is.
 */
import { BehaviorSubject, Subject, type Observable } from 'rxjs';
import { AppError, type ErrorCode } from '../shared/errors.ts';
import type { Connection } from '../shared/live.ts';
import { BEAT_MS, type BeatRequest, type BeatResponse } from '../shared/wire.ts';
import type { DeviceClock } from './clock.ts';
import type { Schedule } from './schedule.ts';

export interface BeatDeps {
  clock: DeviceClock;
  schedule: Schedule;
  send(request: BeatRequest): Promise<BeatResponse>;
  running(): BeatRequest['running'];
  userIds(): string[];
  /** Closed segments the server has not covered. */
  closed(): NonNullable<BeatRequest['closed']>;
  onAnswer(answer: BeatResponse): void;
  /** Server instant − instant on the boot's clock, ms, from an earlier run in this boot; null where there was none. */
  keptOffsetMs?: number | null;
  /** The boot's anchor of this connection, to be kept. */
  onAnchored?(offsetMs: number): void;
}

export interface Beat {
  readonly connection$: Observable<Connection>;
  /** The server's now is known better than a moment ago. */
  readonly clockChanged$: Observable<void>;
  connection(): Connection;
  /** The server's now, ms; the wall clock before the first exchange. */
  serverNowMs(): number;
  isAnchored(): boolean;
  /** The lease of the last beat has not run out. */
  isLeaseAlive(): boolean;
  /** Server instant at which it does, ms; null while the first beat is under way. */
  leaseEndsMs(): number | null;
  /** Resolves true as soon as the boot has an anchor, false after `limitMs`. */
  whenAnchored(limitMs: number): Promise<boolean>;
  /** Beats now, e.g. when the network is back. */
  now(): void;
  /** Says once more, to a server that answers, that nothing runs here any more; resolves when it heard or `limitMs` passed. */
  stop(limitMs: number): Promise<void>;
}

/** Exchanges in quick succession until the boot has an anchor. */
const QUICK_BEATS = 3;

/** Codes with which the server says: not you. */
const REFUSALS: readonly ErrorCode[] = [
  'deviceRevoked',
  'sessionExpired',
  'notSignedIn',
  'protocolMismatch',
  'notAllowed',
  'clockRefused',
];

export function startBeat(deps: BeatDeps): Beat {
  const { clock, schedule } = deps;
  const connection$ = new BehaviorSubject<Connection>({ phase: 'connecting' });
  const anchored = new BehaviorSubject(false);
  const clockChanged$ = new Subject<void>();
  let offsetMs: number | null = deps.keptOffsetMs ?? null;
  let keptOffsetMs = offsetMs;
  let echo: BeatRequest['echo'];
  let leaseUntilMonoMs = 0;
  let nextBeatMs = BEAT_MS;
  let quickBeatsLeft = QUICK_BEATS;
  let cancelNext: () => void = () => undefined;
  let isBeating = false;
  let isWanted = false;
  let isStopped = false;

  const serverNowMs = () => (offsetMs === null ? clock.wallMs() : clock.monoMs() + offsetMs);

  async function beat(): Promise<void> {
    if (isStopped) return;
    if (isBeating) {
      isWanted = true; // What changed meanwhile is told as soon as this one is answered.
      return;
    }
    isBeating = true;
    isWanted = false;
    const sentAtMonoMs = clock.monoMs();
    try {
      const running = deps.running();
      const answer = await deps.send({
        bootId: clock.bootId,
        ...(echo === undefined ? {} : { echo }),
        sentAtMonoMs,
        running,
        closed: deps.closed(),
        userIds: deps.userIds(),
      });
      take(answer, sentAtMonoMs, clock.monoMs());
    } catch (error) {
      fail(error instanceof AppError ? error.code : 'internal');
    } finally {
      isBeating = false;
      // The first exchange is closed by the second: until there is an anchor the next beat follows at once.
      const isQuick = echo !== undefined && !anchored.value && quickBeatsLeft > 0;
      if (isQuick) quickBeatsLeft -= 1;
      plan(isWanted ? 0 : isQuick ? 20 : nextBeatMs);
    }
  }

  function take(answer: BeatResponse, sentAtMonoMs: number, receivedAtMonoMs: number): void {
    if (isStopped) return;
    echo = { exchangeId: answer.exchangeId, sentAtMonoMs, receivedAtMonoMs };
    // An exchange without an anchor still tells the time, half a round trip off at most.
    takeOffset(
      answer.anchor?.offsetMs ?? answer.serverNowMs - Math.round((sentAtMonoMs + receivedAtMonoMs) / 2),
    );
    if (answer.anchor !== null && answer.anchor.offsetMs !== keptOffsetMs) {
      keptOffsetMs = answer.anchor.offsetMs;
      deps.onAnchored?.(keptOffsetMs);
    }
    leaseUntilMonoMs = sentAtMonoMs + answer.leaseMs;
    nextBeatMs = answer.nextBeatMs ?? BEAT_MS;
    deps.onAnswer(answer);
    connection$.next({ phase: 'online', syncedAtMs: serverNowMs() });
    if (answer.anchor !== null && !anchored.value) anchored.next(true);
  }

  function takeOffset(next: number): void {
    if (next === offsetMs) return;
    offsetMs = next;
    clockChanged$.next();
  }

  function fail(code: ErrorCode): void {
    if (isStopped) return;
    echo = undefined;
    quickBeatsLeft = QUICK_BEATS;
    const before = connection$.value;
    if (REFUSALS.includes(code)) connection$.next({ phase: 'refused', code });
    else if (before.phase !== 'offline')
      connection$.next({
        phase: 'offline',
        sinceMs: before.phase === 'online' ? before.syncedAtMs : serverNowMs(),
      });
  }

  function plan(ms: number): void {
    if (isStopped) return;
    cancelNext();
    cancelNext = schedule(ms, () => void beat());
  }

  plan(0);
  return {
    connection$,
    clockChanged$,
    connection: () => connection$.value,
    serverNowMs,
    isAnchored: () => anchored.value,
    isLeaseAlive: () => clock.monoMs() < leaseUntilMonoMs,
    leaseEndsMs: () =>
      connection$.value.phase === 'connecting' ? null : serverNowMs() - clock.monoMs() + leaseUntilMonoMs,
    whenAnchored(limitMs) {
      if (anchored.value) return Promise.resolve(true);
      return new Promise((resolve) => {
        const cancelLimit = schedule(limitMs, () => done(false));
        const subscription = anchored.subscribe((isAnchored) => {
          if (isAnchored) done(true);
        });
        function done(isAnchored: boolean): void {
          cancelLimit();
          subscription.unsubscribe();
          resolve(isAnchored);
        }
      });
    },
    now: () => plan(0),
    async stop(limitMs) {
      const isHeard = connection$.value.phase === 'online';
      isStopped = true;
      cancelNext();
      connection$.complete();
      clockChanged$.complete();
      anchored.complete();
      if (isHeard) await farewell(limitMs);
    },
  };

  function farewell(limitMs: number): Promise<void> {
    const last = { bootId: clock.bootId, sentAtMonoMs: clock.monoMs(), closed: deps.closed() };
    return new Promise((resolve) => {
      const cancelLimit = schedule(limitMs, resolve);
      const heard = deps.send({ ...last, running: [], userIds: [] }).catch(() => undefined);
      void heard.then(() => {
        cancelLimit();
        resolve();
      });
    });
  }
}
