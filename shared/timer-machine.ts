/**
 * The timer of one chat window as a state machine (DOMAIN.md, "Segments and marks on a device", "Live").
 * Pure: instants are ms on the boot's monotonic clock and are handed in; effects say what the caller has to write.
 */
import { assertNever } from './errors.ts';
import type { CloseReason } from './rows.ts';

/** A top-up resumes what ran out within this time, once. */
export const RESUME_WITHIN_MS = 3 * 60_000;
/** An end can be undone this long; only then is the chatEnd sent. */
export const UNDO_END_MS = 8_000;

export type Timer =
  | { phase: 'idle' }
  | { phase: 'running'; startedAtMonoMs: number; hasResumed: boolean }
  | { phase: 'paused' }
  /** Closed by a gap (sleep, a frozen computer): the next sign of life opens a new segment. */
  | { phase: 'gapped' }
  | { phase: 'exhausted'; atMonoMs: number; mayResume: boolean }
  | { phase: 'ending'; untilMonoMs: number }
  | { phase: 'ended' };

export type TimerEvent =
  | { kind: 'start'; atMonoMs: number; isFunded: boolean }
  | { kind: 'pause'; atMonoMs: number }
  /** Another chat of the pair starts under the policy `stop`. */
  | { kind: 'previousStopped'; atMonoMs: number }
  | { kind: 'exhaust'; atMonoMs: number }
  | { kind: 'topUp'; atMonoMs: number }
  | { kind: 'gap'; lastTickMonoMs: number }
  | { kind: 'suspend'; atMonoMs: number }
  | { kind: 'activity'; atMonoMs: number; isFunded: boolean }
  | { kind: 'closeWindow'; atMonoMs: number }
  | { kind: 'quit'; atMonoMs: number }
  | { kind: 'end'; atMonoMs: number }
  | { kind: 'undoEnd'; atMonoMs: number; isFunded: boolean }
  | { kind: 'releaseEnd' }
  /** The chat was ended elsewhere. */
  | { kind: 'endedElsewhere'; atMonoMs: number };

export type TimerEffect =
  | { do: 'openSegment'; atMonoMs: number }
  | { do: 'closeSegment'; atMonoMs: number; reason: CloseReason }
  | { do: 'writeStopMark'; atMonoMs: number }
  | { do: 'holdEnd'; atMonoMs: number; untilMonoMs: number }
  | { do: 'dropEnd' }
  | { do: 'releaseEnd' };

export interface TimerStep {
  timer: Timer;
  effects: TimerEffect[];
}

/** What an event makes of a timer. An event that means nothing in a phase changes nothing. */
export function stepTimer(timer: Timer, event: TimerEvent): TimerStep {
  switch (event.kind) {
    case 'start':
      return timer.phase === 'running' || timer.phase === 'ending' || timer.phase === 'ended'
        ? stay(timer)
        : open(event);
    case 'activity':
      return timer.phase === 'gapped' ? open(event) : stay(timer);
    case 'undoEnd':
      return timer.phase === 'ending' ? withEffects(open(event), [{ do: 'dropEnd' }]) : stay(timer);
    case 'topUp':
      return canResume(timer, event.atMonoMs)
        ? {
            timer: { phase: 'running', startedAtMonoMs: event.atMonoMs, hasResumed: true },
            effects: [{ do: 'openSegment', atMonoMs: event.atMonoMs }],
          }
        : stay(timer);
    case 'pause':
      return stopHere(timer, event.atMonoMs, 'paused', { phase: 'paused' });
    case 'previousStopped':
      return stopHere(timer, event.atMonoMs, 'previousChatStopped', { phase: 'paused' });
    case 'exhaust':
      return timer.phase === 'running'
        ? close(timer, event.atMonoMs, 'exhausted', {
            phase: 'exhausted',
            atMonoMs: event.atMonoMs,
            mayResume: !timer.hasResumed,
          })
        : stay(timer);
    case 'gap':
      return close(timer, event.lastTickMonoMs, 'tickGap', { phase: 'gapped' });
    case 'suspend':
      return close(timer, event.atMonoMs, 'suspended', { phase: 'gapped' });
    case 'closeWindow':
      if (timer.phase === 'ending' || timer.phase === 'ended') return stay(timer);
      return timer.phase === 'running'
        ? close(timer, event.atMonoMs, 'windowClosed', { phase: 'idle' })
        : { timer: { phase: 'idle' }, effects: [] };
    case 'quit':
      return close(timer, event.atMonoMs, 'quit', { phase: 'idle' });
    case 'end':
      return endHere(timer, event.atMonoMs);
    case 'releaseEnd':
      return timer.phase === 'ending'
        ? { timer: { phase: 'ended' }, effects: [{ do: 'releaseEnd' }] }
        : stay(timer);
    case 'endedElsewhere':
      if (timer.phase === 'running') return close(timer, event.atMonoMs, 'ended', { phase: 'ended' });
      return timer.phase === 'ending' ? stay(timer) : { timer: { phase: 'ended' }, effects: [] };
    default:
      return assertNever(event);
  }
}

function stay(timer: Timer): TimerStep {
  return { timer, effects: [] };
}

function withEffects(step: TimerStep, first: TimerEffect[]): TimerStep {
  return { timer: step.timer, effects: [...first, ...step.effects] };
}

function open(event: { atMonoMs: number; isFunded: boolean }): TimerStep {
  // Without funds nothing runs; a top-up starts it as it would resume it.
  if (!event.isFunded)
    return { timer: { phase: 'exhausted', atMonoMs: event.atMonoMs, mayResume: true }, effects: [] };
  return {
    timer: { phase: 'running', startedAtMonoMs: event.atMonoMs, hasResumed: false },
    effects: [{ do: 'openSegment', atMonoMs: event.atMonoMs }],
  };
}

function close(timer: Timer, atMonoMs: number, reason: CloseReason, next: Timer): TimerStep {
  if (timer.phase !== 'running') return stay(timer);
  return { timer: next, effects: [{ do: 'closeSegment', atMonoMs, reason }] };
}

function stopHere(timer: Timer, atMonoMs: number, reason: CloseReason, next: Timer): TimerStep {
  if (timer.phase === 'exhausted' || timer.phase === 'gapped')
    return { timer: next, effects: [{ do: 'writeStopMark', atMonoMs }] };
  const closed = close(timer, atMonoMs, reason, next);
  return closed.effects.length === 0
    ? closed
    : { timer: next, effects: [...closed.effects, { do: 'writeStopMark', atMonoMs }] };
}

function endHere(timer: Timer, atMonoMs: number): TimerStep {
  if (timer.phase === 'ending' || timer.phase === 'ended') return stay(timer);
  const untilMonoMs = atMonoMs + UNDO_END_MS;
  const stopped: TimerEffect[] =
    timer.phase === 'running' ? [{ do: 'closeSegment', atMonoMs, reason: 'ended' }] : [];
  return {
    timer: { phase: 'ending', untilMonoMs },
    effects: [...stopped, { do: 'writeStopMark', atMonoMs }, { do: 'holdEnd', atMonoMs, untilMonoMs }],
  };
}

function canResume(timer: Timer, atMonoMs: number): boolean {
  return timer.phase === 'exhausted' && timer.mayResume && atMonoMs - timer.atMonoMs <= RESUME_WITHIN_MS;
}
