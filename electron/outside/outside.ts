/**
 * Sessions held outside the app: timers without a window, and what was entered afterwards. Durable in a file of the
 * member's folder before anything is called saved; rows go into the outbox when they can no longer be undone.
 */
import { Subject, type Observable } from 'rxjs';
import { AppError } from '../../shared/errors.ts';
import {
  judgeOutside,
  OUTSIDE_UNDO_MS,
  type OutsideSession,
  type OutsideSnapshot,
} from '../../shared/outside.ts';
import { BEAT_MS } from '../../shared/wire.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { rowsOfSession, type OutsideRowsDeps } from './outside-rows.ts';
import { afterRestart, type KeptEntry, type KeptTimer, type OutsideState } from './outside-state.ts';

/** A longer gap between two ticks is a computer that slept or stood still: the timer stands where it was last seen. */
const GAP_MS = 2 * BEAT_MS;

export interface OutsideDeps extends OutsideRowsDeps {
  clock: { bootId: string; monoMs(): number; wallMs(): number };
  outbox: Pick<Outbox, 'put'>;
  serverNowMs(): number;
  /** Every second, while the device runs. */
  ticked$: Observable<void>;
  kept: OutsideState | undefined;
  /** Resolves when it is on the disk. */
  save(state: OutsideState): Promise<void>;
  onSaveFailed(error: unknown): void;
}

export type Outside = ReturnType<typeof createOutside>;

export function createOutside(deps: OutsideDeps) {
  let { timers, held }: OutsideState = afterRestart(deps.kept ?? { timers: [], held: [] });
  const changed$ = new Subject<void>();
  const { monoMs } = deps.clock;
  let lastTickMonoMs = monoMs();
  let lastSavedMonoMs = lastTickMonoMs;
  let saving: Promise<void> = Promise.resolve();
  let isReleasing = false;

  /** The state of when its turn comes, so that a late write never brings back an old one. */
  function save(): Promise<void> {
    lastSavedMonoMs = monoMs();
    saving = saving.catch(() => undefined).then(() => deps.save({ timers, held }));
    return saving;
  }

  /** Nothing is said to be saved that is not: what cannot be kept is taken back. */
  async function change(next: Partial<OutsideState>): Promise<void> {
    const before = { timers, held };
    ({ timers, held } = { timers, held, ...next });
    try {
      await save();
    } catch (cause) {
      ({ timers, held } = before);
      throw new AppError('diskFull', {}, { cause });
    } finally {
      changed$.next();
    }
  }

  function timerOf(id: string): KeptTimer {
    const found = timers.find((timer) => timer.id === id);
    if (found === undefined) throw new AppError('unknownReference', { id });
    return found;
  }

  const replaced = (next: KeptTimer) => timers.map((timer) => (timer.id === next.id ? next : timer));
  const without = (id: string) => timers.filter((timer) => timer.id !== id);

  function standing(timer: KeptTimer, atMonoMs: number, stoppedBy: KeptTimer['stoppedBy']): KeptTimer {
    if (timer.phase !== 'running') return timer;
    return {
      ...timer,
      phase: 'stopped',
      stoppedBy,
      elapsedMs: Math.max(0, atMonoMs - timer.startedAtMonoMs),
    };
  }

  /** What has happened before this instant comes first: a sleep that nobody announced. */
  function catchUp(): void {
    const now = monoMs();
    if (now - lastTickMonoMs > GAP_MS) timers = timers.map((one) => standing(one, lastTickMonoMs, 'sleep'));
    lastTickMonoMs = now;
    timers = timers.map((one) =>
      one.phase === 'running' ? { ...one, elapsedMs: now - one.startedAtMonoMs } : one,
    );
  }

  function tick(): void {
    const wasRunning = timers.some(({ phase }) => phase === 'running');
    catchUp();
    const now = monoMs();
    const left = timers.filter(({ untilMonoMs }) => untilMonoMs === null || untilMonoMs > now);
    const isChanged = wasRunning || left.length < timers.length;
    timers = left;
    if (isChanged) changed$.next();
    if (isChanged && now - lastSavedMonoMs >= BEAT_MS) save().catch(deps.onSaveFailed);
    if (held.some((entry) => entry.untilMonoMs <= now)) release(now).catch(deps.onSaveFailed);
  }

  /** Into the outbox first: a crash between the two repeats rows, which changes nothing. */
  async function release(nowMonoMs: number): Promise<void> {
    if (isReleasing) return;
    isReleasing = true;
    try {
      const due = held.filter((entry) => entry.untilMonoMs <= nowMonoMs);
      await deps.outbox.put(due.flatMap(({ rows }) => rows));
      held = held.filter((entry) => !due.includes(entry));
      changed$.next();
      await save();
    } finally {
      isReleasing = false;
    }
  }

  function hold(entry: Omit<KeptEntry, 'untilMonoMs'>, next: Partial<OutsideState>): Promise<void> {
    return change({ ...next, held: [...held, { ...entry, untilMonoMs: monoMs() + OUTSIDE_UNDO_MS }] });
  }

  function snapshot(): OutsideSnapshot {
    return {
      timers: timers.map(({ id, userId, topic, startedAtMs, elapsedMs, phase, stoppedBy }) => ({
        ...{ id, userId, topic, startedAtMs, elapsedMs, phase, stoppedBy },
      })),
      held: held.map(({ id, kind, segmentId, userId, startMs, elapsedMs }) => ({
        ...{ id, kind, segmentId, userId, startMs, elapsedMs },
      })),
    };
  }

  const ticking = deps.ticked$.subscribe(tick);
  return {
    /** Any change, and every second while a timer runs. */
    changed$: changed$ as Observable<void>,
    snapshot,
    async start({ userId, topic }: { userId: string; topic: string }): Promise<string> {
      catchUp();
      const id = deps.newRowId();
      const startedAtMs = Math.floor(deps.serverNowMs());
      const clock = { bootId: deps.clock.bootId, startedAtMonoMs: monoMs(), untilMonoMs: null };
      const phase = { phase: 'running', stoppedBy: null, elapsedMs: 0 } as const;
      await change({ timers: [...timers, { id, userId, topic, startedAtMs, ...clock, ...phase }] });
      return id;
    },
    async stop(id: string): Promise<void> {
      catchUp();
      await change({ timers: replaced(standing(timerOf(id), monoMs(), 'advisor')) });
    },
    async discard(id: string): Promise<void> {
      catchUp();
      const timer = standing(timerOf(id), monoMs(), 'advisor');
      await change({
        timers: replaced({ ...timer, phase: 'discarded', untilMonoMs: monoMs() + OUTSIDE_UNDO_MS }),
      });
    },
    /** Throws badInput for a session that lies in the future, has no length or more than a day. */
    async saveSession(session: OutsideSession): Promise<string> {
      catchUp();
      const { refusal } = judgeOutside(session, deps.serverNowMs());
      if (refusal !== null) throw new AppError('badInput', { refusal });
      const timer = session.timerId === null ? null : standing(timerOf(session.timerId), monoMs(), 'advisor');
      const { userId, elapsedMs } = session;
      // What ended a moment ago ends before its chat does, whatever the clock's error.
      const startMs = Math.min(session.startMs, Math.floor(deps.serverNowMs()) - elapsedMs);
      const { segment, rows } = rowsOfSession(deps, { ...session, startMs });
      await hold(
        { id: segment.id, kind: 'session', segmentId: segment.id, userId, startMs, elapsedMs, rows, timer },
        timer === null ? {} : { timers: without(timer.id) },
      );
      return segment.id;
    },
    /** A `manual` segment of this device that was sent: its own device lets nothing of it count. Twice is once. */
    async withdraw({ segmentId, chatId }: { segmentId: string; chatId: string }): Promise<void> {
      if (held.some((entry) => entry.segmentId === segmentId)) return;
      const mark = deps.rows.trimMark(segmentId, chatId, 0);
      const nothing = { userId: null, startMs: 0, elapsedMs: 0, timer: null };
      await hold({ id: mark.id, kind: 'withdrawal', segmentId, rows: [mark], ...nothing }, {});
    },
    async undo(id: string): Promise<void> {
      const entry = held.find((one) => one.id === id);
      if (entry !== undefined) {
        const again = entry.timer === null ? timers : [...timers, entry.timer];
        return change({ held: held.filter((one) => one !== entry), timers: again });
      }
      const timer = timerOf(id);
      if (timer.phase !== 'discarded') return;
      await change({ timers: replaced({ ...timer, phase: 'stopped', untilMonoMs: null }) });
    },
    /** Timers stand, what was entered goes into the outbox. Call before the outbox is closed. */
    async close(): Promise<void> {
      ticking.unsubscribe();
      catchUp();
      timers = timers
        .filter(({ phase }) => phase !== 'discarded')
        .map((one) => standing(one, monoMs(), 'quit'));
      await saving.catch(() => undefined);
      await release(Infinity).catch(deps.onSaveFailed);
      await save().catch(deps.onSaveFailed);
      changed$.complete();
    },
  };
}
