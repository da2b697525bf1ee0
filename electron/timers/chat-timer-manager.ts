/**
 * One timer for every open chat window, in the main process (DOMAIN.md, "Names that must exist", "Segments and marks").
 * One shared ticker; durations from the monotonic clock only; the rules are in shared/timer-machine.ts.
 */
import { Subject, type Observable, type Subscription } from 'rxjs';
import type { Chat } from '../../shared/rows.ts';
import { stepTimer, type TimerEvent } from '../../shared/timer-machine.ts';
import { BEAT_MS } from '../../shared/wire.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Schedule } from '../schedule.ts';
import type { Allowances } from './allowances.ts';
import { createAwayWatch, type AwayWatch } from './away-watch.ts';
import { createClientFunds, type ClientFunds } from './client-funds.ts';
import { createClientStretches, type ClientStretches } from './client-stretches.ts';
import { createElsewhere, type Elsewhere } from './elsewhere.ts';
import { createFundStops, type FundStops } from './fund-stops.ts';
import { createManagedTimers, type ManagedTimer, type ManagedTimers } from './managed-timers.ts';
import { createOwnTime, type OwnTime } from './own-time.ts';
import type { StoppedAway } from './proof-of-life.ts';
import type { Projections } from './projections.ts';
import { createTicker, TICK_MS, type Ticker } from './ticker.ts';
import { elapsedOf, type TimerRowsDeps } from './timer-rows.ts';
import { createTimerWrites, type TimerWrites } from './timer-writes.ts';

/** A tick gap longer than two beats closes segments at the last tick: the computer slept or stood still. */
const GAP_MS = 2 * BEAT_MS;
/** Lengths are kept before the tick at which more than one beat would be unsaved: a tick may come late, and writing takes time. */
const KEEP_EVERY_MS = BEAT_MS - TICK_MS;

export interface ChatTimerManagerDeps extends TimerRowsDeps {
  schedule: Schedule;
  outbox: Pick<Outbox, 'put' | 'beat' | 'holdEnd' | 'dropEnd'>;
  projections: Projections;
  allowances: Allowances;
  /** The server's now as known here, ms. */
  serverNowMs(): number;
  /** Server instant at which the lease ends, ms; null while no beat was answered or failed. */
  leaseEndsMs(): number | null;
  previousChatInPair(): 'stop' | 'run';
  /** A chat without a sign of life for so long stops, ms; 0 or absent = never. */
  idleAfterMs?: (() => number) | undefined;
  /** A row could not be saved yet: the advisor must hear of it. */
  onSaveFailed(error: unknown): void;
}

export class ChatTimerManager {
  /** Any change of a timer. */
  readonly changed$: Observable<void>;
  /** Every tick, after the timers have been looked at. */
  readonly ticked$: Observable<void>;
  /** A chat that ran was closed because nobody was there. */
  readonly stoppedAway$: Observable<StoppedAway>;
  /** The computer was away (asleep, standing still) and is back now. */
  readonly woke$: Observable<void>;
  readonly ownTime: OwnTime;
  readonly clientStretches: ClientStretches;
  readonly #deps: ChatTimerManagerDeps;
  readonly #funds: ClientFunds;
  readonly #writes: TimerWrites;
  readonly #timers: ManagedTimers = createManagedTimers();
  readonly #ticker: Ticker;
  readonly #changed$ = new Subject<void>();
  readonly #ticked$ = new Subject<void>();
  readonly #woke$ = new Subject<void>();
  readonly #stops: FundStops;
  readonly #elsewhere: Elsewhere;
  readonly #away: AwayWatch;
  readonly #following: Subscription;
  #isAsleep = false;
  #lastTickMonoMs: number;
  #lastBeatMonoMs: number;

  constructor(deps: ChatTimerManagerDeps) {
    this.#deps = deps;
    this.#ticker = createTicker(
      deps.schedule,
      () => deps.clock.monoMs(),
      () => this.tick(),
    );
    this.ownTime = createOwnTime(() => deps.serverNowMs() - deps.clock.monoMs());
    this.clientStretches = createClientStretches(this.ownTime, deps.deviceId);
    this.#writes = createTimerWrites({ ...deps, ownTime: this.ownTime });
    this.#funds = createClientFunds({
      ...deps,
      ownTime: this.ownTime,
      chatsOf: (userId) => [...this.#timers.ofUser(userId)].map(({ chat }) => chat),
    });
    const parts = {
      ...deps,
      timers: this.#timers,
      funds: this.#funds,
      monoMs: () => deps.clock.monoMs(),
      offsetMs: this.ownTime.offsetMs,
      step: (managed: ManagedTimer, event: TimerEvent) => this.#step(managed, event),
    };
    this.#stops = createFundStops(parts);
    this.#elsewhere = createElsewhere(parts);
    this.#away = createAwayWatch({
      ...parts,
      stops: this.#stops,
      idleAfterMs: () => deps.idleAfterMs?.() ?? 0,
    });
    this.stoppedAway$ = this.#away.stopped$;
    this.woke$ = this.#woke$;
    this.changed$ = this.#changed$;
    this.ticked$ = this.#ticked$;
    this.#lastTickMonoMs = deps.clock.monoMs();
    this.#lastBeatMonoMs = this.#lastTickMonoMs;
    this.#following = deps.projections.changed$.subscribe((userIds) => this.#projectionsChanged(userIds));
  }

  startTicker(): void {
    this.#ticker.start();
  }

  /** Starts the timer of an open chat window. Under the policy `stop` every other running chat of the pair stops first. */
  start(chat: Chat): void {
    this.#catchUp();
    const managed = this.#managed(chat);
    managed.isWindowClosed = false;
    if (['running', 'ending', 'ended'].includes(managed.timer.phase)) return;
    if (this.#deps.previousChatInPair() === 'stop') this.#stopOthersOfPair(chat);
    this.#open(managed, 'start');
  }

  /** The chat runs on another device: its time there ends now, by a stopMark, and goes on here. */
  takeOver(chat: Chat): void {
    if (this.#managed(chat).timer.phase === 'running') return;
    this.#writes.stopMark(chat.id, this.#now());
    this.start(chat);
  }

  pause(chatId: string): void {
    this.#catchUp();
    const managed = this.#timers.of(chatId);
    if (managed !== undefined) this.#step(managed, { kind: 'pause', atMonoMs: this.#now() });
  }

  /** A keystroke, a click, a message of the advisor: proof of life, and where nobody was there a new segment. */
  activity(chatId: string): void {
    this.#catchUp();
    const managed = this.#timers.of(chatId);
    if (managed?.timer.phase === 'gapped') this.#open(managed, 'activity');
    else if (managed?.timer.phase === 'running') this.#away.sign(managed, this.#now());
  }

  /** The client wrote, or the pointer moved, so many ms ago: proof of life of what runs; it starts nothing. */
  heard(chatId: string, agoMs = 0): void {
    this.#catchUp();
    const managed = this.#timers.of(chatId);
    if (managed?.timer.phase === 'running') this.#away.sign(managed, this.#now() - agoMs);
  }

  closeWindow(chatId: string): void {
    this.#catchUp();
    const managed = this.#timers.of(chatId);
    if (managed === undefined) return;
    managed.isWindowClosed = true;
    this.#step(managed, { kind: 'closeWindow', atMonoMs: this.#now() });
    this.#timers.forgetIfDone(managed);
  }

  end(chat: Chat): void {
    this.#catchUp();
    this.#step(this.#managed(chat), { kind: 'end', atMonoMs: this.#now() });
  }

  undoEnd(chatId: string): void {
    this.#catchUp();
    const managed = this.#timers.of(chatId);
    if (managed !== undefined) this.#open(managed, 'undoEnd');
  }

  /** The computer goes to sleep. May come twice, or never: the tick gap decides then. */
  suspend(): void {
    this.#catchUp();
    this.#isAsleep = true;
    for (const managed of this.#timers.all()) this.#step(managed, { kind: 'suspend', atMonoMs: this.#now() });
    this.#changed$.next();
  }

  /** The screen is locked: nobody is there. May come twice, or never: idleness decides then. */
  lock(): void {
    this.#catchUp();
    for (const managed of this.#timers.all()) this.#step(managed, { kind: 'lock', atMonoMs: this.#now() });
  }

  /** The system says that it is back. May come twice, or never: the tick gap has said it then. */
  resume(): void {
    this.#catchUp();
    this.#isAsleep = false;
    this.#woke$.next();
  }

  /** Closes every segment, releases held ends, and resolves when all is on the disk. */
  async stop(): Promise<void> {
    this.#ticker.stop();
    this.#following.unsubscribe();
    this.#catchUp();
    const now = this.#now();
    for (const managed of this.#timers.all()) {
      if (managed.timer.phase === 'ending') this.#step(managed, { kind: 'releaseEnd' });
      else this.#step(managed, { kind: 'quit', atMonoMs: now });
    }
    await this.#writes.settled();
  }

  /** false while rows wait in memory for room on the disk. */
  isAllSaved(): boolean {
    return this.#writes.isAllSaved();
  }

  /** The server's now, or whether it can be reached, is known better than before: what was planned by it is planned again. */
  clockChanged(): void {
    this.#catchUp();
    for (const userId of this.#timers.userIds()) this.#stops.plan(userId);
  }

  /** How long the offline allowance lets the client's chats run on, ms; null = without limit. */
  allowanceLeftMs(userId: string): number | null {
    return this.#funds.allowanceLeftMs(userId);
  }

  /** Clients of whom a window is open here; nobody while the computer goes to sleep, so that nothing stays reserved for it. */
  userIds(): string[] {
    return this.#isAsleep ? [] : [...new Set([...this.#timers.all()].map(({ chat }) => chat.userId))];
  }

  timers(): IterableIterator<ManagedTimer> {
    return this.#timers.all();
  }

  timerOf(chatId: string): ManagedTimer | undefined {
    return this.#timers.of(chatId);
  }

  /** Whether a top-up resumes an exhausted timer by itself (`auto`), or there are funds and the advisor decides (`ask`). */
  mayResume(managed: ManagedTimer): 'auto' | 'ask' | null {
    return this.#stops.mayResume(managed);
  }

  /** Running segments with their lengths by the monotonic clock, ms. */
  running(): { segmentId: string; chatId: string; elapsedMs: number }[] {
    this.#catchUp();
    const now = this.#now();
    return [...this.#timers.all()].flatMap(({ segment, chat }) =>
      segment === null
        ? []
        : [{ segmentId: segment.id, chatId: chat.id, elapsedMs: elapsedOf(segment, now) }],
    );
  }

  /** Looks at all timers once: gap, zero, beat, held ends. Called by the ticker. */
  tick(): void {
    this.#catchUp();
    const now = this.#now();
    this.#lastTickMonoMs = now;
    this.#isAsleep = false;
    this.#writes.retry();
    if (now - this.#lastBeatMonoMs >= KEEP_EVERY_MS) {
      this.#lastBeatMonoMs = now;
      this.#writes.beat(this.#timers.all(), now);
    }
    for (const managed of this.#timers.all()) {
      if (managed.timer.phase === 'ending' && managed.timer.untilMonoMs <= now)
        this.#step(managed, { kind: 'releaseEnd' });
      this.#timers.forgetIfDone(managed);
    }
    this.#ticked$.next();
  }

  #now(): number {
    return this.#deps.clock.monoMs();
  }

  #managed(chat: Chat): ManagedTimer {
    return this.#timers.obtain(chat, () =>
      this.#elsewhere.listed(chat.userId).some((one) => one.chatId === chat.id),
    );
  }

  /**
   * What has happened before this instant comes first, whoever speaks: a gap since the last tick, then stops that are due.
   * Time after a planned stop is not billed: the segment ends at the stop itself, however late anything came.
   */
  #catchUp(): void {
    const now = this.#now();
    if (now - this.#lastTickMonoMs > GAP_MS) {
      const lastTickMonoMs = this.#lastTickMonoMs;
      this.#lastTickMonoMs = now;
      this.#away.stopUntil(lastTickMonoMs, lastTickMonoMs);
      for (const managed of this.#timers.all()) this.#step(managed, { kind: 'gap', lastTickMonoMs });
      this.#woke$.next();
    }
    this.#away.stopUntil(now, this.#lastTickMonoMs);
  }

  #projectionsChanged(userIds: readonly string[]): void {
    this.#catchUp();
    for (const userId of userIds) {
      const listed = new Map(this.#elsewhere.listed(userId).map((chat) => [chat.chatId, chat] as const));
      for (const managed of this.#timers.ofUser(userId)) {
        if (listed.has(managed.chat.id)) managed.wasProjected = true;
        else if (managed.wasProjected) this.#step(managed, { kind: 'endedElsewhere', atMonoMs: this.#now() });
        this.#elsewhere.stopIfCut(managed, listed.get(managed.chat.id));
        this.#stops.resume(managed);
      }
      this.#stops.plan(userId);
    }
  }

  #stopOthersOfPair(chat: Chat): void {
    const atMonoMs = this.#now();
    for (const managed of this.#timers.ofUser(chat.userId)) {
      const isOfPair = managed.chat.advisorId === chat.advisorId;
      if (isOfPair && managed.chat.id !== chat.id && managed.timer.phase === 'running')
        this.#step(managed, { kind: 'previousStopped', atMonoMs });
    }
    for (const chatId of this.#elsewhere.othersOfPair(chat)) this.#writes.stopMark(chatId, atMonoMs);
  }

  #open(managed: ManagedTimer, kind: 'start' | 'activity' | 'undoEnd'): void {
    this.#step(managed, { kind, atMonoMs: this.#now(), funds: this.#funds.fundsFor(managed.chat) });
  }

  #step(managed: ManagedTimer, event: TimerEvent): void {
    const step = stepTimer(managed.timer, event);
    const { timer, effects } = step;
    if (timer === managed.timer && effects.length === 0) return;
    this.#away.stepping(managed, event, step);
    if (timer.phase === 'exhausted' && managed.timer.phase !== 'exhausted')
      managed.givenAtStop = this.#funds.givenTo(managed.chat);
    managed.timer = timer;
    managed.undoEndUntilMonoMs = timer.phase === 'ending' ? timer.untilMonoMs : null;
    for (const effect of effects) this.#writes.carryOut(managed, effect);
    this.#stops.plan(managed.chat.userId);
    this.#changed$.next();
  }
}
