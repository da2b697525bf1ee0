/**
 * The timer of one chat window as a state machine (DOMAIN.md, "Segments and marks on a device", "Live").
 * Pure: instants are ms on the boot's monotonic clock and are handed in; effects say what the caller has to write.
 */
import { assertNever } from './errors.ts';
import type { CloseReason, TimeSegment } from './rows.ts';

/** A top-up resumes what ran out within this time, once. */
export const RESUME_WITHIN_MS = 3 * 60_000;
/** An end can be undone this long; only then is the chatEnd sent. */
export const UNDO_END_MS = 8_000;

export type Timer =
  | { phase: 'idle' }
  | { phase: 'running'; startedAtMonoMs: number; hasResumed: boolean; funding: Funding }
  | { phase: 'paused' }
  /** Nobody was there (sleep, a frozen computer, a locked screen, idle): the advisor's next sign of life opens a new segment. */
  | { phase: 'gapped'; by: AwayBy; sinceMonoMs: number }
  /**
   * Stopped by T* or, without the server, by the end of the offline allowance. `mayResume`: it goes on by itself, after T*
   * once; `hasResumed`: that was before.
   */
  | { phase: 'exhausted'; atMonoMs: number; mayResume: boolean; hasResumed: boolean; by: StoppedBy }
  | { phase: 'ending'; untilMonoMs: number }
  | { phase: 'ended' };

/** What says that nobody is there. */
export type AwayBy = 'sleep' | 'lock' | 'idle';
export type Funding = TimeSegment['funding'];
/** What ended a chat's funds: the credits themselves, or what the server let this device use unseen. */
export type StoppedBy = 'exhausted' | 'lapsed';
/** What a chat that starts now would live on: funds, nothing but a record (policy `continue`), or why it cannot run. */
export type Funds = Funding | StoppedBy;

export type TimerEvent =
  | { kind: 'start'; atMonoMs: number; funds: Funds }
  | { kind: 'pause'; atMonoMs: number }
  /** Another chat of the pair starts under the policy `stop`. */
  | { kind: 'previousStopped'; atMonoMs: number }
  | { kind: 'exhaust'; atMonoMs: number; by: StoppedBy }
  /** The offline allowance is used up and the policy lets time go on, outside the balance; or funds are known again. */
  | { kind: 'changeFunding'; atMonoMs: number; funding: Funding }
  /** There are funds again: credits came, or the server did. */
  | { kind: 'topUp'; atMonoMs: number }
  | { kind: 'gap'; lastTickMonoMs: number }
  | { kind: 'suspend'; atMonoMs: number }
  /** A locked screen: nobody is there from now on. */
  | { kind: 'lock'; atMonoMs: number }
  /** No sign of life since `sinceMonoMs` for as long as the advisor allows. */
  | { kind: 'idle'; atMonoMs: number; sinceMonoMs: number }
  | { kind: 'activity'; atMonoMs: number; funds: Funds }
  | { kind: 'closeWindow'; atMonoMs: number }
  | { kind: 'quit'; atMonoMs: number }
  | { kind: 'end'; atMonoMs: number }
  | { kind: 'undoEnd'; atMonoMs: number; funds: Funds }
  | { kind: 'releaseEnd' }
  /** Another device stopped the chat's time: paused there, or taken over. */
  | { kind: 'stoppedElsewhere'; atMonoMs: number }
  /** The chat was ended elsewhere. */
  | { kind: 'endedElsewhere'; atMonoMs: number };

export type TimerEffect =
  | { do: 'openSegment'; atMonoMs: number; funding: Funding }
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
        ? run(event.atMonoMs, 'funded', hasUsedResume(timer))
        : stay(timer);
    case 'pause':
      return stopHere(timer, event.atMonoMs, 'paused', { phase: 'paused' });
    case 'previousStopped':
      return stopHere(timer, event.atMonoMs, 'previousChatStopped', { phase: 'paused' });
    case 'exhaust':
      return timer.phase === 'running'
        ? close(timer, event.atMonoMs, event.by, {
            phase: 'exhausted',
            atMonoMs: event.atMonoMs,
            mayResume: event.by === 'lapsed' || !timer.hasResumed,
            hasResumed: timer.hasResumed,
            by: event.by,
          })
        : stay(timer);
    case 'changeFunding': {
      if (timer.phase !== 'running' || timer.funding === event.funding) return stay(timer);
      const next = run(event.atMonoMs, event.funding, timer.hasResumed);
      return withEffects(next, [{ do: 'closeSegment', atMonoMs: event.atMonoMs, reason: 'lapsed' }]);
    }
    case 'gap':
      return leave(timer, event.lastTickMonoMs, 'tickGap', 'sleep');
    case 'suspend':
      return leave(timer, event.atMonoMs, 'suspended', 'sleep');
    case 'lock':
      return leave(timer, event.atMonoMs, 'idle', 'lock');
    case 'idle':
      return close(timer, event.atMonoMs, 'idle', {
        phase: 'gapped',
        by: 'idle',
        sinceMonoMs: event.sinceMonoMs,
      });
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
    case 'stoppedElsewhere':
      // The advisor has paused it, there: neither a top-up nor a sign of life starts it again by itself.
      if (timer.phase === 'exhausted' || timer.phase === 'gapped')
        return { timer: { phase: 'paused' }, effects: [] };
      return close(timer, event.atMonoMs, 'previousChatStopped', { phase: 'paused' });
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

function open({ atMonoMs, funds }: { atMonoMs: number; funds: Funds }): TimerStep {
  // Without funds nothing runs; a top-up starts it as it would resume it.
  if (funds === 'exhausted' || funds === 'lapsed')
    return {
      timer: { phase: 'exhausted', atMonoMs, mayResume: true, hasResumed: false, by: funds },
      effects: [],
    };
  return run(atMonoMs, funds, false);
}

function run(atMonoMs: number, funding: Funding, hasResumed: boolean): TimerStep {
  return {
    timer: { phase: 'running', startedAtMonoMs: atMonoMs, hasResumed, funding },
    effects: [{ do: 'openSegment', atMonoMs, funding }],
  };
}

/** Coming back from a lapse is no top-up: it does not use up the one resume. */
function hasUsedResume(timer: Timer): boolean {
  return timer.phase === 'exhausted' && (timer.hasResumed || timer.by === 'exhausted');
}

function close(timer: Timer, atMonoMs: number, reason: CloseReason, next: Timer): TimerStep {
  if (timer.phase !== 'running') return stay(timer);
  return { timer: next, effects: [{ do: 'closeSegment', atMonoMs, reason }] };
}

/** Nobody is there: what runs closes, and what ran out goes on only when the advisor says so. */
function leave(timer: Timer, atMonoMs: number, reason: CloseReason, by: AwayBy): TimerStep {
  if (timer.phase === 'exhausted')
    return timer.mayResume ? { timer: { ...timer, mayResume: false }, effects: [] } : stay(timer);
  return close(timer, atMonoMs, reason, { phase: 'gapped', by, sinceMonoMs: atMonoMs });
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

/** A top-up would resume the timer by itself now. */
export function canResume(timer: Timer, atMonoMs: number): boolean {
  return timer.phase === 'exhausted' && timer.mayResume && atMonoMs - timer.atMonoMs <= RESUME_WITHIN_MS;
}
