/**
 * Stops that nobody made: noticed by the timers, kept until the advisor decides, decided after 24 h by themselves
 * (issue 4, "Sleep, lock, idle, crash: one sheet for N chats"). Nothing of it moves a timer; its rows go through the outbox.
 */
import { Subject, type Observable } from 'rxjs';
import {
  cutsOf,
  isUndecidedForTooLong,
  questionMs,
  recordedMs,
  UNDO_DECISION_MS,
  type AwayDecision,
  type AwayStop,
} from '../../shared/away/away-stop.ts';
import { costIfCounted } from '../../shared/away/cost-if-counted.ts';
import { rowsOfDecision } from '../../shared/away/decision-rows.ts';
import type { AwayRow, AwaySnapshot } from '../../shared/ipc/away-commands.ts';
import { stretchesOf } from '../../shared/countdown.ts';
import type { DeviceClock } from '../clock.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { ChatTimerManager } from '../timers/chat-timer-manager.ts';
import type { StoppedAway } from '../timers/proof-of-life.ts';
import type { Projections } from '../timers/projections.ts';
import { openAwayBook } from './away-book.ts';
import { crashedStops, livesOf } from './crashed-stops.ts';

/** Shorter stops without recorded minutes in question need no decision (UX.md: "on resume after > 60 s"), ms. */
const WORTH_ASKING_MS = 60_000;
/** What a crash may lose of the last proof of life, ms. */
const KEEP_LIVES_MS = 4_000;
/** Rows that still grow are shown anew this often, ms. */
const SHOW_AGAIN_MS = 5_000;

export interface AwayDeps {
  file: string;
  clock: DeviceClock;
  deviceId: string;
  outbox: Pick<Outbox, 'put' | 'waiting'>;
  timers: ChatTimerManager;
  projections: Projections;
  serverNowMs(): number;
  knownSeq(): number;
  idleAfterMs(): number;
  /** The sheet opens; `isBack`: the computer was away as a whole, so the desk comes forward. */
  onSheet(isBack: boolean): void;
  onSaveFailed(error: unknown): void;
}

export interface Away {
  readonly changed$: Observable<void>;
  snapshot(): AwaySnapshot;
  /** Written after 8 s in which it can be taken back. Unknown stops are ignored. */
  decide(decisions: readonly AwayDecision[]): void;
  undo(): void;
  /** A key or a click in any window: somebody is at the computer. */
  sawInput(): void;
  /** The screen is unlocked, where the system says so. */
  unlocked(): void;
  /** Resolves when everything until now is on the disk, or the disk has refused it. */
  saved(): Promise<void>;
  /** Writes what was decided, and resolves when all is on the disk. */
  stop(): Promise<void>;
}

/** Throws AppError outboxUnreadable when the journal cannot be read at all. */
export async function openAway(deps: AwayDeps): Promise<Away> {
  const { clock, timers } = deps;
  const book = await openAwayBook(deps.file, clock.wallMs(), deps.outbox, deps.onSaveFailed);
  const { state } = book;
  const changed$ = new Subject<void>();
  let held: { decisions: AwayDecision[]; untilMonoMs: number } | null = null;
  let sheet = 0;
  /** Stops that nobody has seen yet. */
  let isUnseen = false;
  /** Nobody has touched the computer since it was away. */
  let isNobodyBack = false;
  let lastInputMonoMs = clock.monoMs();
  let livesKeptMonoMs = -Infinity;
  /** A timer has changed since they were kept: written with the next tick, all changes of a second at once. */
  let areLivesNew = false;
  let shownMonoMs = -Infinity;

  const offsetMs = () => deps.serverNowMs() - clock.monoMs();
  const serverMsOf = (stop: AwayStop, monoMs: number) =>
    stop.bootId === clock.bootId
      ? Math.max(0, Math.floor(monoMs + offsetMs()))
      : stop.fromMs + monoMs - stop.fromMonoMs;
  /** Now on the clock of the stop's boot. */
  const nowFor = (stop: AwayStop) =>
    stop.bootId === clock.bootId
      ? clock.monoMs()
      : stop.fromMonoMs + Math.max(0, Math.floor(deps.serverNowMs()) - stop.fromMs);

  function take(stops: readonly AwayStop[]): void {
    if (stops.length === 0) return;
    isUnseen = true;
    void book.write(stops.map((stop) => ({ kind: 'stopped', stop })));
    changed$.next();
  }

  function sawStop({ chat, segmentId, by, stoppedAtMonoMs, life }: StoppedAway): void {
    const cuts = cutsOf(by, life.atMonoMs, life.recorded, deps.idleAfterMs());
    const fromMonoMs = cuts.length > 0 ? life.atMonoMs : stoppedAtMonoMs;
    if (by !== 'idle') isNobodyBack = true;
    take([
      {
        ...{ id: segmentId, chatId: chat.id, userId: chat.userId, by, bootId: clock.bootId },
        ...{ lifeAtMonoMs: life.atMonoMs, fromMonoMs, untilMonoMs: null, cuts },
        fromMs: Math.max(0, Math.floor(fromMonoMs + offsetMs())),
        askedAtMs: Math.max(0, Math.floor(deps.serverNowMs())),
      },
    ]);
  }

  /** The minutes in question end now. */
  function cameBack(stops: readonly AwayStop[]): void {
    if (stops.length === 0) return;
    void book.write(stops.map((stop) => ({ kind: 'cameBack', id: stop.id, atMonoMs: nowFor(stop) })));
    changed$.next();
  }

  function isWorthAsking(stop: AwayStop): boolean {
    return stop.cuts.length > 0 || questionMs(stop, nowFor(stop)) >= WORTH_ASKING_MS;
  }

  /** What is too short to ask about is settled once somebody is back: it cannot grow any more. */
  function settleShort(): void {
    const short = [...state.undecided.values()].filter(
      (stop) => stop.untilMonoMs !== null && !isWorthAsking(stop) && (isGoneOn(stop) || !isNobodyBack),
    );
    book.settle(short.map(({ id }) => [{ id, choice: 'notCounted' }, []]));
  }

  function stillAway(by: readonly AwayStop['by'][], isOpenOnly: boolean): AwayStop[] {
    return [...state.undecided.values()].filter(
      (stop) =>
        by.includes(stop.by) &&
        stop.bootId === clock.bootId &&
        (!isOpenOnly || stop.untilMonoMs === null) &&
        !isGoneOn(stop),
    );
  }

  function isGoneOn({ chatId }: AwayStop): boolean {
    return timers.timerOf(chatId)?.timer.phase !== 'gapped';
  }

  /** The computer is awake: so far the sleep lasted until now, unless somebody had come back before. */
  function woke(): void {
    cameBack(stillAway(['sleep'], !isNobodyBack));
    openSheet(true);
  }

  function somebodyIsBack(isUnlocked: boolean, wasIdle: boolean): void {
    const wasAway = isNobodyBack;
    isNobodyBack = false;
    if (wasAway) {
      cameBack(stillAway(['lock', 'sleep'], true));
      settleShort();
    }
    if (wasAway || wasIdle) openSheet(isUnlocked);
  }

  function openSheet(isBack: boolean): void {
    if (!isUnseen || ![...state.undecided.values()].some(isWorthAsking)) return;
    isUnseen = false;
    sheet += 1;
    deps.onSheet(isBack);
    changed$.next();
  }

  /** A chat that goes on, or that its advisor paused, ended or closed: its minutes in question end there. */
  function sawTimers(): void {
    cameBack([...state.undecided.values()].filter((stop) => stop.untilMonoMs === null && isGoneOn(stop)));
    settleShort();
    areLivesNew = true;
  }

  function keepLives(): void {
    areLivesNew = false;
    const lives = livesOf(timers.timers());
    if (JSON.stringify(lives) === JSON.stringify(state.lives)) return;
    livesKeptMonoMs = clock.monoMs();
    void book.write([{ kind: 'lives', lives }]);
  }

  function write(decisions: readonly AwayDecision[]): void {
    book.settle(
      decisions.flatMap((decision) => {
        const stop = state.undecided.get(decision.id);
        if (stop === undefined) return [];
        const rows = rowsOfDecision(stop, decision, {
          deviceId: deps.deviceId,
          knownSeq: deps.knownSeq(),
          wallMs: clock.wallMs(),
          fromMs: serverMsOf(stop, stop.fromMonoMs),
          questionMs: questionMs(stop, nowFor(stop)),
        });
        if (stop.bootId === clock.bootId)
          for (const { segmentId, cutMs } of stop.cuts) timers.ownTime.cut(segmentId, cutMs);
        return [[decision, rows]];
      }),
    );
    changed$.next();
  }

  function ticked(): void {
    const now = clock.monoMs();
    if (held !== null && held.untilMonoMs <= now) writeHeld();
    const nowMs = deps.serverNowMs();
    const isHeld = new Set(held?.decisions.map(({ id }) => id));
    const late = [...state.undecided.values()].filter(
      (stop) => !isHeld.has(stop.id) && isUndecidedForTooLong(stop, nowMs),
    );
    if (late.length > 0) write(late.map(({ id }) => ({ id, choice: 'notCounted' })));
    book.retry();
    if (areLivesNew || now - livesKeptMonoMs >= KEEP_LIVES_MS) keepLives();
    const isGrowing = [...state.undecided.values()].some((stop) => stop.untilMonoMs === null);
    if (isGrowing && now - shownMonoMs >= SHOW_AGAIN_MS) changed$.next();
  }

  function writeHeld(): void {
    const decided = held?.decisions ?? [];
    held = null;
    write(decided);
  }

  function rowOf(stop: AwayStop): AwayRow {
    const { id, chatId, userId, by, fromMonoMs, untilMonoMs } = stop;
    const asked = questionMs(stop, nowFor(stop));
    return {
      ...{ id, chatId, userId, by },
      fromMs: serverMsOf(stop, fromMonoMs),
      lifeAtMs: serverMsOf(stop, stop.lifeAtMonoMs),
      untilMs: untilMonoMs === null ? null : serverMsOf(stop, untilMonoMs),
      questionMs: asked,
      cost: costOf(stop, asked),
    };
  }

  function costOf(stop: AwayStop, asked: number): AwayRow['cost'] {
    const projection = deps.projections.of(stop.userId);
    if (projection === undefined) return null;
    const chatIds = new Set(projection.chats.map((chat) => chat.chatId)).add(stop.chatId);
    const stretches = stretchesOf(projection, timers.ownTime.ofChats(chatIds), deps.deviceId);
    const cost = costIfCounted(projection, stretches, Math.floor(deps.serverNowMs()), {
      ...{ chatId: stop.chatId, questionMs: asked, recordedMs: recordedMs(stop) },
    });
    return {
      freeMs: Math.floor(cost.freeMs),
      units: Math.floor(cost.units),
      debtUnits: Math.floor(cost.debtUnits),
    };
  }

  const subscriptions = [
    timers.stoppedAway$.subscribe(sawStop),
    timers.woke$.subscribe(woke),
    timers.changed$.subscribe(sawTimers),
    timers.ticked$.subscribe(ticked),
    changed$.subscribe(() => (shownMonoMs = clock.monoMs())),
  ];
  const nowMs = Math.max(0, Math.floor(deps.serverNowMs()));
  take(
    crashedStops(deps.outbox.waiting(), state, {
      ...{ deviceId: deps.deviceId, bootId: clock.bootId, nowMonoMs: clock.monoMs(), nowMs },
      ...{ offsetMs: offsetMs(), idleAfterMs: deps.idleAfterMs() },
      userIdOf: (chatId) =>
        [...deps.projections.all()].find((one) => one.chats.some((c) => c.chatId === chatId))?.userId,
    }),
  );
  // What an earlier run of the app left open has come to its end: nobody was in the chat since.
  cameBack([...state.undecided.values()].filter((stop) => stop.untilMonoMs === null && isGoneOn(stop)));
  settleShort();
  isUnseen = true;
  openSheet(false);

  return {
    changed$,
    snapshot: () => {
      const isHeld = new Set(held?.decisions.map(({ id }) => id));
      const asked = held?.decisions.filter((one) => one.choice === 'askToCount').length ?? 0;
      return {
        rows: [...state.undecided.values()]
          .filter((stop) => !isHeld.has(stop.id) && isWorthAsking(stop))
          .map(rowOf),
        sheet,
        decided:
          held === null
            ? null
            : {
                asked,
                notCounted: held.decisions.length - asked,
                undoUntilMs: Math.max(0, Math.floor(held.untilMonoMs + offsetMs())),
              },
      };
    },
    decide(decisions) {
      writeHeld();
      const known = decisions.filter(({ id }) => state.undecided.has(id));
      if (known.length === 0) return;
      cameBack(known.map(({ id }) => state.undecided.get(id)!).filter((stop) => stop.untilMonoMs === null));
      held = { decisions: known, untilMonoMs: clock.monoMs() + UNDO_DECISION_MS };
      changed$.next();
    },
    undo() {
      held = null;
      changed$.next();
    },
    sawInput() {
      const now = clock.monoMs();
      const wasIdle = deps.idleAfterMs() > 0 && now - lastInputMonoMs >= deps.idleAfterMs();
      lastInputMonoMs = now;
      somebodyIsBack(false, wasIdle);
    },
    unlocked: () => somebodyIsBack(true, false),
    saved: () => book.write([]),
    async stop() {
      writeHeld();
      cameBack([...state.undecided.values()].filter((stop) => stop.untilMonoMs === null));
      for (const subscription of subscriptions) subscription.unsubscribe();
      await book.close();
      changed$.complete();
    },
  };
}
