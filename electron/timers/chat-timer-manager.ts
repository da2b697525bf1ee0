/**
 * One timer for every open chat window, in the main process (DOMAIN.md, "Names that must exist", "Segments and marks").
 * One shared ticker; durations from the monotonic clock only; the rules are in shared/timer-machine.ts.
 */
import { Subject, type Observable, type Subscription } from 'rxjs';
import type { Chat, ProjectedChat } from '../../shared/rows.ts';
import { canResume, stepTimer, type TimerEvent } from '../../shared/timer-machine.ts';
import { BEAT_MS } from '../../shared/wire.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Schedule } from '../schedule.ts';
import { createClientFunds, type ClientFunds } from './client-funds.ts';
import { createClientStretches, type ClientStretches } from './client-stretches.ts';
import { cutElsewhereAtMonoMs } from './cut-elsewhere.ts';
import { createManagedTimers, type ManagedTimer, type ManagedTimers } from './managed-timers.ts';
import { createOwnTime, type OwnTime } from './own-time.ts';
import type { Projections } from './projections.ts';
import { createStopPlan, stopsAtZeros, type StopPlan } from './stop-plan.ts';
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
  /** The server's now as known here, ms. */
  serverNowMs(): number;
  previousChatInPair(): 'stop' | 'run';
  /** A row could not be saved yet: the advisor must hear of it. */
  onSaveFailed(error: unknown): void;
}

export class ChatTimerManager {
  /** Any change of a timer. */
  readonly changed$: Observable<void>;
  /** Every tick, after the timers have been looked at. */
  readonly ticked$: Observable<void>;
  readonly ownTime: OwnTime;
  readonly clientStretches: ClientStretches;
  readonly #deps: ChatTimerManagerDeps;
  readonly #funds: ClientFunds;
  readonly #writes: TimerWrites;
  readonly #timers: ManagedTimers = createManagedTimers();
  readonly #ticker: Ticker;
  readonly #changed$ = new Subject<void>();
  readonly #ticked$ = new Subject<void>();
  readonly #stops: StopPlan = createStopPlan();
  readonly #following: Subscription;
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
      projections: deps.projections,
      ownTime: this.ownTime,
      deviceId: deps.deviceId,
      serverNowMs: () => deps.serverNowMs(),
      chatsOf: (userId) => [...this.#timers.ofUser(userId)].map(({ chat }) => chat),
    });
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
    const managed = this.#managed(chat);
    managed.isWindowClosed = false;
    const { phase } = managed.timer;
    if (phase === 'running' || phase === 'ending' || phase === 'ended') return;
    if (this.#deps.previousChatInPair() === 'stop') this.#stopOthersOfPair(chat);
    this.#step(managed, { kind: 'start', atMonoMs: this.#now(), funds: this.#funds.fundsFor(chat) });
  }

  /** The chat runs on another device: its time there ends now, by a stopMark, and goes on here. */
  takeOver(chat: Chat): void {
    if (this.#managed(chat).timer.phase === 'running') return;
    this.#writes.stopMark(chat.id, this.#now());
    this.start(chat);
  }

  pause(chatId: string): void {
    this.#stepOne(chatId, { kind: 'pause', atMonoMs: this.#now() });
  }

  /** A keystroke, a message, a focused window: opens a new segment where a gap closed the last one. */
  activity(chatId: string): void {
    const managed = this.#timers.of(chatId);
    if (managed?.timer.phase !== 'gapped') return;
    this.#step(managed, {
      kind: 'activity',
      atMonoMs: this.#now(),
      funds: this.#funds.fundsFor(managed.chat),
    });
  }

  closeWindow(chatId: string): void {
    const managed = this.#timers.of(chatId);
    if (managed === undefined) return;
    managed.isWindowClosed = true;
    this.#step(managed, { kind: 'closeWindow', atMonoMs: this.#now() });
    this.#timers.forgetIfDone(managed);
  }

  end(chat: Chat): void {
    this.#step(this.#managed(chat), { kind: 'end', atMonoMs: this.#now() });
  }

  undoEnd(chatId: string): void {
    const managed = this.#timers.of(chatId);
    if (managed === undefined) return;
    this.#step(managed, {
      kind: 'undoEnd',
      atMonoMs: this.#now(),
      funds: this.#funds.fundsFor(managed.chat),
    });
  }

  /** The computer goes to sleep. May come twice, or never: the tick gap decides then. */
  suspend(): void {
    this.#stepAll({ kind: 'suspend', atMonoMs: this.#now() });
  }

  /** Closes every segment, releases held ends, and resolves when all is on the disk. */
  async stop(): Promise<void> {
    this.#ticker.stop();
    this.#following.unsubscribe();
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

  /** The server's now is known better than before: what was planned by it is planned again. */
  clockChanged(): void {
    for (const userId of this.#timers.userIds()) this.#planStops(userId);
  }

  timers(): IterableIterator<ManagedTimer> {
    return this.#timers.all();
  }

  timerOf(chatId: string): ManagedTimer | undefined {
    return this.#timers.of(chatId);
  }

  /** Whether a top-up resumes an exhausted timer by itself (`auto`), or there are funds and the advisor decides (`ask`). */
  mayResume(chatId: string): 'auto' | 'ask' | null {
    const managed = this.#timers.of(chatId);
    if (managed?.timer.phase !== 'exhausted') return null;
    if (canResume(managed.timer, this.#now())) return 'auto';
    return this.#funds.isWorthResuming(managed.chat) ? 'ask' : null;
  }

  /** Running segments with their lengths by the monotonic clock, ms. */
  running(): { segmentId: string; chatId: string; elapsedMs: number }[] {
    const now = this.#now();
    const running: { segmentId: string; chatId: string; elapsedMs: number }[] = [];
    for (const { segment, chat } of this.#timers.all()) {
      if (segment !== null)
        running.push({ segmentId: segment.id, chatId: chat.id, elapsedMs: elapsedOf(segment, now) });
    }
    return running;
  }

  /** Looks at all timers once: gap, zero, beat, held ends. Called by the ticker. */
  tick(): void {
    const now = this.#now();
    if (now - this.#lastTickMonoMs > GAP_MS)
      this.#stepAll({ kind: 'gap', lastTickMonoMs: this.#lastTickMonoMs });
    this.#lastTickMonoMs = now;
    this.#stopWhatIsDue(now);
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
    return this.#timers.obtain(chat, () => {
      const listed = this.#deps.projections.of(chat.userId)?.chats ?? [];
      return listed.some((one) => one.chatId === chat.id);
    });
  }

  /** Time after a planned stop is not billed: the segment ends at the stop itself, however late the tick came. */
  #stopWhatIsDue(now: number): void {
    for (const { atMonoMs, chatIds, by } of this.#stops.takeDue(now)) {
      for (const chatId of chatIds) {
        const managed = this.#timers.of(chatId);
        if (managed === undefined || managed.segment === null) continue;
        const notBeforeMs = Math.max(atMonoMs, managed.segment.startedAtMonoMs);
        this.#step(managed, { kind: 'exhaust', atMonoMs: notBeforeMs, by });
      }
    }
  }

  #projectionsChanged(userIds: readonly string[]): void {
    for (const userId of userIds) {
      const listed = new Map(
        this.#deps.projections.of(userId)?.chats.map((chat) => [chat.chatId, chat] as const),
      );
      for (const managed of this.#timers.ofUser(userId)) {
        if (listed.has(managed.chat.id)) managed.wasProjected = true;
        else if (managed.wasProjected) this.#step(managed, { kind: 'endedElsewhere', atMonoMs: this.#now() });
        this.#stopIfCut(managed, listed.get(managed.chat.id));
        if (this.#hasComeToFunds(managed)) this.#step(managed, { kind: 'topUp', atMonoMs: this.#now() });
      }
      this.#planStops(userId);
    }
  }

  /**
   * After T* only what was given since counts: a rest that appears when the others' last rows are settled (a joint stop
   * ends some milliseconds early on each device) is no top-up, and must not use up the one resume.
   */
  #hasComeToFunds({ timer, chat, givenAtStop }: ManagedTimer): boolean {
    if (timer.phase !== 'exhausted' || !this.#funds.isWorthResuming(chat)) return false;
    return timer.by === 'lapsed' || givenAtStop === null || this.#funds.isMoreGiven(chat, givenAtStop);
  }

  #stopIfCut({ segment, chat }: ManagedTimer, listed: ProjectedChat | undefined): void {
    if (segment === null) return;
    const atMonoMs = cutElsewhereAtMonoMs(segment, listed, this.ownTime.offsetMs());
    if (atMonoMs === undefined) return;
    this.#stepOne(chat.id, { kind: 'stoppedElsewhere', atMonoMs: Math.min(atMonoMs, this.#now()) });
  }

  #planStops(userId: string): void {
    const isRunning = [...this.#timers.ofUser(userId)].some(({ segment }) => segment !== null);
    const zeros = isRunning ? (this.#funds.countdownOf(userId)?.zeros ?? []) : [];
    this.#stops.plan(userId, stopsAtZeros(zeros, this.#deps.serverNowMs() - this.#now()));
  }

  #stopOthersOfPair(chat: Chat): void {
    const atMonoMs = this.#now();
    const isOther = (chatId: string) => chatId !== chat.id;
    for (const managed of this.#timers.ofUser(chat.userId)) {
      const isOfPair = managed.chat.advisorId === chat.advisorId;
      if (isOfPair && isOther(managed.chat.id) && managed.timer.phase === 'running')
        this.#step(managed, { kind: 'previousStopped', atMonoMs });
    }
    const elsewhere = this.#deps.projections.of(chat.userId)?.chats ?? [];
    for (const { chatId, runningOnDeviceId } of elsewhere) {
      if (runningOnDeviceId === undefined || runningOnDeviceId === this.#deps.deviceId || !isOther(chatId))
        continue;
      this.#writes.stopMark(chatId, atMonoMs);
    }
  }

  #stepAll(event: TimerEvent): void {
    for (const managed of this.#timers.all()) this.#step(managed, event);
  }

  #stepOne(chatId: string, event: TimerEvent): void {
    const managed = this.#timers.of(chatId);
    if (managed !== undefined) this.#step(managed, event);
  }

  #step(managed: ManagedTimer, event: TimerEvent): void {
    const { timer, effects } = stepTimer(managed.timer, event);
    if (timer === managed.timer && effects.length === 0) return;
    if (timer.phase === 'exhausted' && managed.timer.phase !== 'exhausted')
      managed.givenAtStop = this.#funds.givenTo(managed.chat);
    managed.timer = timer;
    managed.undoEndUntilMonoMs = timer.phase === 'ending' ? timer.untilMonoMs : null;
    for (const effect of effects) this.#writes.carryOut(managed, effect);
    this.#planStops(managed.chat.userId);
    this.#changed$.next();
  }
}
