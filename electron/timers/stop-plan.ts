/**
 * The instants at which the chats of each client stop, planned ahead from the newest projection and what runs here, and
 * kept to the ms: a tick that comes late stops them at the instant that was planned, not at its own (DOMAIN.md, "Live").
 */
import type { StoppedBy } from '../../shared/timer-machine.ts';

export interface PlannedStop {
  /** Server instant, ms. */
  atMs: number;
  chatIds: readonly string[];
  by: StoppedBy;
}

export interface StopPlan {
  plan(userId: string, stops: readonly PlannedStop[]): void;
  /** What is due by now, in time order; it is planned no more. */
  takeDue(nowMs: number): PlannedStop[];
}

export function createStopPlan(): StopPlan {
  const byUser = new Map<string, readonly PlannedStop[]>();
  return {
    plan(userId, stops) {
      if (stops.length === 0) byUser.delete(userId);
      else byUser.set(userId, stops);
    },
    takeDue(nowMs) {
      const due: PlannedStop[] = [];
      for (const [userId, stops] of byUser) {
        const later = stops.filter((stop) => stop.atMs > nowMs);
        if (later.length === stops.length) continue;
        due.push(...stops.filter((stop) => stop.atMs <= nowMs));
        byUser.set(userId, later);
      }
      return due.sort((a, b) => a.atMs - b.atMs);
    },
  };
}
