/**
 * Who is there, chat by chat: the last proof of life, the stop when it is too old, and what was recorded since
 * (DOMAIN.md, "Segments and marks on a device"). A stop is told once, when a chat that ran is closed because nobody was there.
 */
import { Subject, type Observable } from 'rxjs';
import type { TimerEffect, TimerEvent, TimerStep } from '../../shared/timer-machine.ts';
import type { FundStops } from './fund-stops.ts';
import type { ManagedTimer, ManagedTimers } from './managed-timers.ts';
import type { StoppedAway } from './proof-of-life.ts';

export interface AwayWatchDeps {
  timers: ManagedTimers;
  stops: Pick<FundStops, 'stopUntil'>;
  monoMs(): number;
  /** 0 = never idle, ms. */
  idleAfterMs(): number;
  step(managed: ManagedTimer, event: TimerEvent): void;
}

export interface AwayWatch {
  readonly stopped$: Observable<StoppedAway>;
  /** Somebody was there at this instant; an older one than is known changes nothing. */
  sign(managed: ManagedTimer, atMonoMs: number): void;
  /** Carries out, in the order of time, what ends by idleness or for want of funds until this instant. */
  stopUntil(untilMonoMs: number, lastTickMonoMs: number): void;
  /** Before a step's effects are carried out. */
  stepping(managed: ManagedTimer, event: TimerEvent, step: TimerStep): void;
}

export function createAwayWatch(deps: AwayWatchDeps): AwayWatch {
  const stopped$ = new Subject<StoppedAway>();

  function sign({ life }: ManagedTimer, atMonoMs: number): void {
    if (atMonoMs <= life.atMonoMs) return;
    life.atMonoMs = atMonoMs;
    life.recorded = life.recorded.filter((one) => one.endMonoMs > atMonoMs);
  }

  /** To the ms, however late the tick; what an earlier tick has kept is not taken back when the threshold is lowered. */
  function idleDue(
    untilMonoMs: number,
    lastTickMonoMs: number,
  ): { atMonoMs: number; managed: ManagedTimer }[] {
    const idleAfterMs = deps.idleAfterMs();
    if (idleAfterMs === 0) return [];
    const due: { atMonoMs: number; managed: ManagedTimer }[] = [];
    for (const managed of deps.timers.all()) {
      if (managed.segment === null) continue;
      const idleAtMonoMs = managed.life.atMonoMs + idleAfterMs;
      if (idleAtMonoMs > untilMonoMs) continue;
      const atMonoMs = Math.max(idleAtMonoMs, managed.segment.startedAtMonoMs, lastTickMonoMs);
      due.push({ atMonoMs: Math.min(atMonoMs, untilMonoMs), managed });
    }
    return due.sort((a, b) => a.atMonoMs - b.atMonoMs);
  }

  return {
    stopped$,
    sign,
    stopUntil(untilMonoMs, lastTickMonoMs) {
      for (const { atMonoMs, managed } of idleDue(untilMonoMs, lastTickMonoMs)) {
        deps.stops.stopUntil(atMonoMs);
        if (managed.segment !== null)
          deps.step(managed, { kind: 'idle', atMonoMs, sinceMonoMs: managed.life.atMonoMs });
      }
      deps.stops.stopUntil(untilMonoMs);
    },
    stepping(managed, event, { timer, effects }) {
      const { segment } = managed;
      if (isSignOfLife(managed, event)) {
        const opened = effects.find((one) => one.do === 'openSegment');
        if (opened !== undefined) sign(managed, opened.atMonoMs);
      }
      const closed = effects.find((one): one is Closing => one.do === 'closeSegment');
      if (closed === undefined || segment === null) return;
      const endMonoMs = Math.max(closed.atMonoMs, segment.startedAtMonoMs);
      if (endMonoMs > managed.life.atMonoMs)
        managed.life.recorded.push({
          segmentId: segment.id,
          startedAtMonoMs: segment.startedAtMonoMs,
          endMonoMs,
        });
      if (timer.phase !== 'gapped') return;
      stopped$.next({
        chat: managed.chat,
        segmentId: segment.id,
        by: timer.by,
        stoppedAtMonoMs: endMonoMs,
        life: structuredClone(managed.life),
      });
    },
  };
}

type Closing = Extract<TimerEffect, { do: 'closeSegment' }>;

/** What opens a segment by somebody's act; what opens by itself (the server is back, other funds) proves nothing. */
function isSignOfLife({ timer }: ManagedTimer, event: TimerEvent): boolean {
  if (event.kind === 'topUp') return timer.phase === 'exhausted' && timer.by === 'exhausted';
  return event.kind === 'start' || event.kind === 'activity' || event.kind === 'undoEnd';
}
