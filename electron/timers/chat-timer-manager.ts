/**
 * One timer for every open chat window, in the main process (DOMAIN.md, "Names that must exist", "Segments and marks").
 * One shared ticker; durations from the monotonic clock only; the rules are in shared/timer-machine.ts.
 */
import { Subject, type Observable } from 'rxjs';
import { countDown, isFunded, stretchesOf } from '../../shared/countdown.ts';
import { assertNever } from '../../shared/errors.ts';
import type { TimerPhase } from '../../shared/live.ts';
import type { Chat, ChatEnd, CloseReason, DeviceRow, TimeSegment } from '../../shared/rows.ts';
import { stepTimer, type Timer, type TimerEffect, type TimerEvent } from '../../shared/timer-machine.ts';
import { BEAT_MS } from '../../shared/wire.ts';
import type { DeviceClock } from '../clock.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { createOwnTime, type OwnTime } from './own-time.ts';
import type { Projections } from './projections.ts';

/** The ticker's period, ms: one for all timers. */
const TICK_MS = 1_000;
/** A tick gap longer than two beats closes segments at the last tick: the computer slept or stood still. */
const GAP_MS = 2 * BEAT_MS;
/** A running segment's copy is pushed this often, ms. */
const PUSH_EVERY_MS = 5 * 60_000;

export interface ManagedTimer {
  chat: Chat;
  timer: Timer;
  segment: TimeSegment | null;
  pushedAtMonoMs: number;
  /** The server has listed this chat as open at least once. */
  wasProjected: boolean;
  undoEndUntilMonoMs: number | null;
}

export interface ChatTimerManagerDeps {
  clock: DeviceClock;
  outbox: Pick<Outbox, 'put' | 'beat' | 'holdEnd' | 'dropEnd'>;
  projections: Projections;
  newRowId(): string;
  deviceId: string;
  /** The sequence the replicator has applied. */
  knownSeq(): number;
  /** The server's now as known here, ms. */
  serverNowMs(): number;
  previousChatInPair(): 'stop' | 'run';
  /** A row could not be saved: the advisor must hear of it. */
  onSaveFailed(error: unknown): void;
}

export class ChatTimerManager {
  /** Any change of a timer. */
  readonly changed$: Observable<void>;
  /** Every tick, after the timers have been looked at. */
  readonly ticked$: Observable<void>;
  readonly ownTime: OwnTime = createOwnTime();
  readonly #deps: ChatTimerManagerDeps;
  readonly #timers = new Map<string, ManagedTimer>();
  readonly #changed$ = new Subject<void>();
  readonly #ticked$ = new Subject<void>();
  /** Server instants at which a client's running paid chats reach zero; looked at by every tick. */
  readonly #zeroAtMs = new Map<string, number>();
  readonly #saving = new Set<Promise<void>>();
  #ticker: ReturnType<typeof setInterval> | null = null;
  #lastTickMonoMs: number;
  #lastBeatMonoMs: number;

  constructor(deps: ChatTimerManagerDeps) {
    this.#deps = deps;
    this.changed$ = this.#changed$;
    this.ticked$ = this.#ticked$;
    this.#lastTickMonoMs = deps.clock.monoMs();
    this.#lastBeatMonoMs = this.#lastTickMonoMs;
    deps.projections.changed$.subscribe((userIds) => this.#projectionsChanged(userIds));
  }

  startTicker(): void {
    this.#ticker ??= setInterval(() => this.tick(), TICK_MS);
  }

  /** Starts the timer of an open chat window. Under the policy `stop` every other running chat of the pair stops first. */
  start(chat: Chat): void {
    const managed = this.#timers.get(chat.id) ?? newTimer(chat);
    this.#timers.set(chat.id, managed);
    if (
      managed.timer.phase === 'running' ||
      managed.timer.phase === 'ending' ||
      managed.timer.phase === 'ended'
    )
      return;
    if (this.#deps.previousChatInPair() === 'stop') this.#stopOthersOfPair(chat);
    this.#step(managed, { kind: 'start', atMonoMs: this.#now(), isFunded: this.#isFunded(chat) });
  }

  pause(chatId: string): void {
    this.#stepOne(chatId, { kind: 'pause', atMonoMs: this.#now() });
  }

  /** A keystroke, a message, a focused window: opens a new segment where a gap closed the last one. */
  activity(chatId: string): void {
    const managed = this.#timers.get(chatId);
    if (managed?.timer.phase !== 'gapped') return;
    this.#step(managed, { kind: 'activity', atMonoMs: this.#now(), isFunded: this.#isFunded(managed.chat) });
  }

  closeWindow(chatId: string): void {
    const managed = this.#timers.get(chatId);
    if (managed === undefined) return;
    this.#step(managed, { kind: 'closeWindow', atMonoMs: this.#now() });
    if (managed.timer.phase === 'idle' || managed.timer.phase === 'ended') this.#timers.delete(chatId);
  }

  end(chat: Chat): void {
    const managed = this.#timers.get(chat.id) ?? newTimer(chat);
    this.#timers.set(chat.id, managed);
    this.#step(managed, { kind: 'end', atMonoMs: this.#now() });
  }

  undoEnd(chatId: string): void {
    const managed = this.#timers.get(chatId);
    if (managed === undefined) return;
    this.#step(managed, { kind: 'undoEnd', atMonoMs: this.#now(), isFunded: this.#isFunded(managed.chat) });
  }

  /** The computer goes to sleep. May come twice, or never: the tick gap decides then. */
  suspend(): void {
    this.#stepAll({ kind: 'suspend', atMonoMs: this.#now() });
  }

  /** Closes every segment, releases held ends, and resolves when all is on the disk. */
  async stop(): Promise<void> {
    if (this.#ticker !== null) clearInterval(this.#ticker);
    this.#ticker = null;
    const now = this.#now();
    for (const managed of this.#timers.values()) {
      if (managed.timer.phase === 'ending') this.#step(managed, { kind: 'releaseEnd' });
      else this.#step(managed, { kind: 'quit', atMonoMs: now });
    }
    while (this.#saving.size > 0) await Promise.allSettled([...this.#saving]);
  }

  timers(): IterableIterator<ManagedTimer> {
    return this.#timers.values();
  }

  timerOf(chatId: string): ManagedTimer | undefined {
    return this.#timers.get(chatId);
  }

  /** Running segments with their lengths by the monotonic clock, ms. */
  running(): { segmentId: string; chatId: string; elapsedMs: number }[] {
    const now = this.#now();
    const running: { segmentId: string; chatId: string; elapsedMs: number }[] = [];
    for (const { segment, chat } of this.#timers.values()) {
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
    this.#stopAtZero();
    if (now - this.#lastBeatMonoMs >= BEAT_MS) {
      this.#lastBeatMonoMs = now;
      this.#beat(now);
    }
    for (const managed of this.#timers.values()) {
      if (managed.timer.phase === 'ending' && managed.timer.untilMonoMs <= now)
        this.#step(managed, { kind: 'releaseEnd' });
    }
    this.#ticked$.next();
  }

  #now(): number {
    return this.#deps.clock.monoMs();
  }

  #beat(now: number): void {
    const running = this.running();
    if (running.length === 0) return;
    this.#save(
      this.#deps.outbox.beat(running.map(({ segmentId, elapsedMs }) => [segmentId, elapsedMs] as const)),
    );
    const due = [...this.#timers.values()].filter(
      ({ segment, pushedAtMonoMs }) => segment !== null && now - pushedAtMonoMs >= PUSH_EVERY_MS,
    );
    for (const managed of due) managed.pushedAtMonoMs = now;
    if (due.length > 0)
      this.#put(due.map(({ segment }) => ({ ...segment!, elapsedMs: elapsedOf(segment!, now) })));
  }

  #stopAtZero(): void {
    if (this.#zeroAtMs.size === 0) return;
    const serverNow = this.#deps.serverNowMs();
    for (const [userId, zeroAtMs] of this.#zeroAtMs) {
      if (serverNow < zeroAtMs) continue;
      this.#zeroAtMs.delete(userId);
      // Time after zero is not billed: the segment ends at the zero itself, however late the tick came.
      const atMonoMs = Math.max(0, this.#now() - (serverNow - zeroAtMs));
      for (const managed of this.#timers.values()) {
        if (
          managed.chat.userId !== userId ||
          managed.timer.phase !== 'running' ||
          !this.#isPaid(managed.chat)
        )
          continue;
        this.#step(managed, {
          kind: 'exhaust',
          atMonoMs: Math.max(atMonoMs, managed.segment?.startedAtMonoMs ?? atMonoMs),
        });
      }
    }
  }

  #projectionsChanged(userIds: readonly string[]): void {
    for (const userId of userIds) {
      const projection = this.#deps.projections.of(userId);
      const open = new Set(projection?.chats.map((chat) => chat.chatId));
      for (const managed of this.#timers.values()) {
        if (managed.chat.userId !== userId) continue;
        if (open.has(managed.chat.id)) managed.wasProjected = true;
        else if (managed.wasProjected) this.#step(managed, { kind: 'endedElsewhere', atMonoMs: this.#now() });
        if (managed.timer.phase === 'exhausted' && this.#isFunded(managed.chat))
          this.#step(managed, { kind: 'topUp', atMonoMs: this.#now() });
      }
      this.#planZero(userId);
    }
  }

  /** Plans the instant at which this client's paid chats stop, from the newest projection and what runs here. */
  #planZero(userId: string): void {
    this.#zeroAtMs.delete(userId);
    const isRunning = [...this.#timers.values()].some(
      ({ chat, timer }) => chat.userId === userId && timer.phase === 'running',
    );
    if (!isRunning) return;
    const now = this.#deps.serverNowMs();
    const countdown = this.#countdownOf(userId, now);
    if (countdown !== undefined && countdown.totalLeftMs !== null)
      this.#zeroAtMs.set(userId, now + countdown.totalLeftMs);
  }

  #countdownOf(userId: string, now: number) {
    const projection = this.#deps.projections.of(userId);
    if (projection === undefined) return undefined;
    const chatIds = new Set(projection.chats.map((chat) => chat.chatId));
    for (const { chat } of this.#timers.values()) if (chat.userId === userId) chatIds.add(chat.id);
    return countDown(
      projection,
      stretchesOf(projection, this.ownTime.ofChats(chatIds), this.#deps.deviceId),
      now,
    );
  }

  /** Unknown funds (never online) stop nothing: time is kept and marked unconfirmed. */
  #isFunded(chat: Chat): boolean {
    const countdown = this.#countdownOf(chat.userId, this.#deps.serverNowMs());
    return countdown === undefined || isFunded(countdown) || !this.#isPaid(chat);
  }

  #isPaid(chat: Chat): boolean {
    const projection = this.#deps.projections.of(chat.userId);
    const rate =
      projection?.chats.find((one) => one.chatId === chat.id)?.ratePerMinuteMinor ??
      projection?.ratePerMinuteMinor ??
      0;
    return rate > 0;
  }

  #stopOthersOfPair(chat: Chat): void {
    const atMonoMs = this.#now();
    const isOther = (chatId: string) => chatId !== chat.id;
    for (const managed of this.#timers.values()) {
      const isOfPair = managed.chat.userId === chat.userId && managed.chat.advisorId === chat.advisorId;
      if (isOfPair && isOther(managed.chat.id) && managed.timer.phase === 'running')
        this.#step(managed, { kind: 'previousStopped', atMonoMs });
    }
    const elsewhere = this.#deps.projections.of(chat.userId)?.chats ?? [];
    for (const { chatId, runningOnDeviceId } of elsewhere) {
      if (runningOnDeviceId === undefined || runningOnDeviceId === this.#deps.deviceId || !isOther(chatId))
        continue;
      this.#put([this.#stopMark(chatId, atMonoMs)]);
    }
  }

  #stepAll(event: TimerEvent): void {
    for (const managed of this.#timers.values()) this.#step(managed, event);
  }

  #stepOne(chatId: string, event: TimerEvent): void {
    const managed = this.#timers.get(chatId);
    if (managed !== undefined) this.#step(managed, event);
  }

  #step(managed: ManagedTimer, event: TimerEvent): void {
    const { timer, effects } = stepTimer(managed.timer, event);
    if (timer === managed.timer && effects.length === 0) return;
    managed.timer = timer;
    managed.undoEndUntilMonoMs = timer.phase === 'ending' ? timer.untilMonoMs : null;
    for (const effect of effects) this.#carryOut(managed, effect);
    this.#planZero(managed.chat.userId);
    this.#changed$.next();
  }

  #carryOut(managed: ManagedTimer, effect: TimerEffect): void {
    switch (effect.do) {
      case 'openSegment':
        return this.#openSegment(managed, effect.atMonoMs);
      case 'closeSegment':
        return this.#closeSegment(managed, effect.atMonoMs, effect.reason);
      case 'writeStopMark':
        return this.#put([this.#stopMark(managed.chat.id, effect.atMonoMs)]);
      case 'holdEnd':
        return this.#save(this.#deps.outbox.holdEnd(this.#chatEnd(managed.chat.id, effect.atMonoMs)));
      case 'dropEnd':
        return this.#save(this.#deps.outbox.dropEnd(managed.chat.id));
      case 'releaseEnd':
        return this.#put([this.#chatEnd(managed.chat.id, this.#endedAt.get(managed.chat.id) ?? this.#now())]);
      default:
        return assertNever(effect);
    }
  }

  readonly #endedAt = new Map<string, number>();

  #openSegment(managed: ManagedTimer, atMonoMs: number): void {
    const segment: TimeSegment = {
      type: 'timeSegment',
      id: this.#deps.newRowId(),
      chatId: managed.chat.id,
      ...this.#origin(),
      startedAtMonoMs: atMonoMs,
      startedAtMs: this.#wallAt(atMonoMs),
      elapsedMs: 0,
      closed: false,
      source: 'timer',
      funding: 'funded',
    };
    managed.segment = segment;
    managed.pushedAtMonoMs = atMonoMs;
    this.ownTime.open(segment.id, segment.chatId, this.#serverAt(atMonoMs));
    this.#put([segment]);
  }

  #closeSegment(managed: ManagedTimer, atMonoMs: number, reason: CloseReason): void {
    const segment = managed.segment;
    if (segment === null) return;
    managed.segment = null;
    this.ownTime.close(segment.id, this.#serverAt(Math.max(atMonoMs, segment.startedAtMonoMs)));
    this.#put([{ ...segment, elapsedMs: elapsedOf(segment, atMonoMs), closed: true, closeReason: reason }]);
  }

  #stopMark(chatId: string, atMonoMs: number): DeviceRow {
    return {
      type: 'stopMark',
      id: this.#deps.newRowId(),
      chatId,
      ...this.#origin(),
      atMonoMs,
      atMs: this.#wallAt(atMonoMs),
    };
  }

  #chatEnd(chatId: string, atMonoMs: number): ChatEnd {
    this.#endedAt.set(chatId, atMonoMs);
    return {
      type: 'chatEnd',
      id: `${chatId}:end:${this.#deps.deviceId}:${atMonoMs}`,
      chatId,
      ...this.#origin(),
      atMonoMs,
      atMs: this.#wallAt(atMonoMs),
    };
  }

  #origin(): { deviceId: string; bootId: string; knownSeq: number } {
    return {
      deviceId: this.#deps.deviceId,
      bootId: this.#deps.clock.bootId,
      knownSeq: this.#deps.knownSeq(),
    };
  }

  #wallAt(atMonoMs: number): number {
    return Math.max(0, this.#deps.clock.wallMs() - (this.#now() - atMonoMs));
  }

  #serverAt(atMonoMs: number): number {
    return this.#deps.serverNowMs() - (this.#now() - atMonoMs);
  }

  #put(rows: DeviceRow[]): void {
    this.#save(this.#deps.outbox.put(rows));
  }

  #save(saving: Promise<void>): void {
    const watched = saving
      .catch((error: unknown) => this.#deps.onSaveFailed(error))
      .finally(() => this.#saving.delete(watched));
    this.#saving.add(watched);
  }
}

function newTimer(chat: Chat): ManagedTimer {
  return {
    chat,
    timer: { phase: 'idle' },
    segment: null,
    pushedAtMonoMs: 0,
    wasProjected: false,
    undoEndUntilMonoMs: null,
  };
}

function elapsedOf(segment: TimeSegment, nowMonoMs: number): number {
  return Math.max(segment.elapsedMs, nowMonoMs - segment.startedAtMonoMs, 0);
}

/** The phase a window shows. */
export function phaseOf(timer: Timer): TimerPhase {
  return timer.phase === 'gapped' ? 'paused' : timer.phase;
}
