/** Stops chats where their funds end, to the ms, and lets them go on when the server speaks of funds again. */
import { ANCHOR_MAX_ERROR_MS } from '../../shared/admission/limits.ts';
import { canResume, type TimerEvent } from '../../shared/timer-machine.ts';
import type { Allowances } from './allowances.ts';
import type { ClientFunds } from './client-funds.ts';
import type { ManagedTimer, ManagedTimers } from './managed-timers.ts';
import { createStopPlan, type PlannedStop } from './stop-plan.ts';

export interface FundStopsDeps {
  timers: ManagedTimers;
  funds: ClientFunds;
  allowances: Pick<Allowances, 'after'>;
  monoMs(): number;
  serverNowMs(): number;
  step(managed: ManagedTimer, event: TimerEvent): void;
}

export interface FundStops {
  /** Plans anew where the client's running chats stop. */
  plan(userId: string): void;
  /** Carries out what is due by the instant on the boot's clock: the segment ends at the stop itself, however late it is. */
  stopUntil(monoMs: number): void;
  /** The server spoke: what stood still for want of funds goes on, what was only recorded is funded again or stops. */
  resume(managed: ManagedTimer): void;
  /** Whether an exhausted timer would go on by itself (`auto`), or there are funds and the advisor decides (`ask`). */
  mayResume(managed: ManagedTimer): 'auto' | 'ask' | null;
}

export function createFundStops({
  timers,
  funds,
  allowances,
  monoMs,
  serverNowMs,
  step,
}: FundStopsDeps): FundStops {
  const stops = createStopPlan();

  /**
   * The stop on the boot's clock: by our idea of the server's clock, or earlier where the server placed our segment later
   * than we think it began. What runs over T* by some milliseconds would be charged, a begun increment even as a whole.
   */
  function stopMonoMs({ chat, segment }: ManagedTimer, atMs: number, offsetMs: number): number {
    const byClockMs = atMs - offsetMs;
    const placedMs = segment === null ? null : funds.placedStartMs(chat);
    if (segment === null || placedMs === null) return byClockMs;
    const placedLaterMs = placedMs - (segment.startedAtMonoMs + offsetMs);
    return placedLaterMs > 0 && placedLaterMs <= ANCHOR_MAX_ERROR_MS ? byClockMs - placedLaterMs : byClockMs;
  }

  function stopAt(managed: ManagedTimer, { atMs, by }: PlannedStop, offsetMs: number): void {
    const atMonoMs = Math.max(stopMonoMs(managed, atMs, offsetMs), managed.segment?.startedAtMonoMs ?? 0);
    const goesOn = by === 'lapsed' && allowances.after() === 'continue';
    step(
      managed,
      goesOn ? { kind: 'changeFunding', atMonoMs, funding: 'unfunded' } : { kind: 'exhaust', atMonoMs, by },
    );
  }

  /**
   * After T* only what was given since counts: a rest that appears when the others' last rows are settled is no top-up,
   * and must not use up the one resume.
   */
  function hasComeToFunds({ timer, chat, givenAtStop }: ManagedTimer): boolean {
    if (timer.phase !== 'exhausted' || !funds.isWorthResuming(chat)) return false;
    return timer.by === 'lapsed' || givenAtStop === null || funds.isMoreGiven(chat, givenAtStop);
  }

  return {
    plan(userId) {
      const isRunning = [...timers.ofUser(userId)].some(({ segment }) => segment !== null);
      stops.plan(userId, isRunning ? funds.stopsOf(userId) : []);
    },
    stopUntil(untilMonoMs) {
      const offsetMs = serverNowMs() - monoMs();
      for (const stop of stops.takeDue(untilMonoMs + offsetMs)) {
        for (const chatId of stop.chatIds) {
          const managed = timers.of(chatId);
          if (managed !== undefined && managed.segment !== null) stopAt(managed, stop, offsetMs);
        }
      }
    },
    resume(managed) {
      const { timer, chat } = managed;
      const atMonoMs = monoMs();
      if (hasComeToFunds(managed)) step(managed, { kind: 'topUp', atMonoMs });
      if (timer.phase !== 'running' || timer.funding === 'funded') return;
      const next = funds.fundsFor(chat);
      if (next === 'funded') step(managed, { kind: 'changeFunding', atMonoMs, funding: 'funded' });
      else if (next === 'exhausted') step(managed, { kind: 'exhaust', atMonoMs, by: 'exhausted' });
    },
    mayResume({ timer, chat }) {
      if (timer.phase !== 'exhausted') return null;
      if (canResume(timer, monoMs())) return 'auto';
      return funds.isWorthResuming(chat) ? 'ask' : null;
    },
  };
}
