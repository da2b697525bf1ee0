/** Carries out what a timer's step asks for: rows into the outbox, in their order, however long the disk is full. */
import { assertNever } from '../../shared/errors.ts';
import type { CloseReason, DeviceRow } from '../../shared/rows.ts';
import type { Funding, TimerEffect } from '../../shared/timer-machine.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { ManagedTimer } from './managed-timers.ts';
import type { OwnTime } from './own-time.ts';
import { createPatientWrites } from './patient-writes.ts';
import { closedAt, createTimerRows, elapsedOf, grownTo, type TimerRowsDeps } from './timer-rows.ts';

/** A running segment's copy is pushed this often, ms. */
const PUSH_EVERY_MS = 5 * 60_000;

export interface TimerWritesDeps extends TimerRowsDeps {
  outbox: Pick<Outbox, 'put' | 'beat' | 'holdEnd' | 'dropEnd'>;
  ownTime: OwnTime;
  onSaveFailed(error: unknown): void;
}

export interface TimerWrites {
  /** Writes what the effect says; the timer's segment follows it. */
  carryOut(managed: ManagedTimer, effect: TimerEffect): void;
  stopMark(chatId: string, atMonoMs: number): void;
  /** Keeps the lengths of running segments; copies that were not pushed for 5 minutes go into the outbox. */
  beat(timers: Iterable<ManagedTimer>, nowMonoMs: number): void;
  retry(): void;
  isAllSaved(): boolean;
  settled(): Promise<void>;
}

export function createTimerWrites(deps: TimerWritesDeps): TimerWrites {
  const { outbox, ownTime } = deps;
  const rows = createTimerRows(deps);
  const writes = createPatientWrites((error) => deps.onSaveFailed(error));

  function put(more: DeviceRow[]): void {
    writes.write(() => outbox.put(more));
  }

  function openSegment(managed: ManagedTimer, atMonoMs: number, funding: Funding): void {
    const segment = rows.openSegment(managed.chat.id, atMonoMs, funding);
    managed.segment = segment;
    managed.pushedAtMonoMs = atMonoMs;
    // What is only recorded burns nothing.
    if (funding === 'funded') ownTime.open(segment.id, segment.chatId, atMonoMs);
    put([segment]);
  }

  function closeSegment(managed: ManagedTimer, atMonoMs: number, reason: CloseReason): void {
    const { segment } = managed;
    if (segment === null) return;
    managed.segment = null;
    const closed = closedAt(segment, atMonoMs, reason);
    ownTime.close(segment.id, segment.startedAtMonoMs + closed.elapsedMs);
    put([closed]);
  }

  return {
    carryOut(managed, effect) {
      const chatId = managed.chat.id;
      switch (effect.do) {
        case 'openSegment':
          return openSegment(managed, effect.atMonoMs, effect.funding);
        case 'closeSegment':
          return closeSegment(managed, effect.atMonoMs, effect.reason);
        case 'writeStopMark':
          return put([rows.stopMark(chatId, effect.atMonoMs)]);
        case 'holdEnd': {
          managed.endedAtMonoMs = effect.atMonoMs;
          const end = rows.chatEnd(chatId, effect.atMonoMs);
          return writes.write(() => outbox.holdEnd(end));
        }
        case 'dropEnd':
          return writes.write(() => outbox.dropEnd(chatId));
        case 'releaseEnd':
          return put([rows.chatEnd(chatId, managed.endedAtMonoMs)]);
        default:
          return assertNever(effect);
      }
    },
    stopMark: (chatId, atMonoMs) => put([rows.stopMark(chatId, atMonoMs)]),
    beat(timers, nowMonoMs) {
      const running: [string, number][] = [];
      const due: DeviceRow[] = [];
      for (const managed of timers) {
        const { segment } = managed;
        if (segment === null) continue;
        running.push([segment.id, elapsedOf(segment, nowMonoMs)]);
        if (nowMonoMs - managed.pushedAtMonoMs < PUSH_EVERY_MS) continue;
        managed.pushedAtMonoMs = nowMonoMs;
        due.push(grownTo(segment, nowMonoMs));
      }
      if (running.length === 0) return;
      // A beat that finds no room is not kept: the next one says more.
      outbox.beat(running).catch((error: unknown) => deps.onSaveFailed(error));
      if (due.length > 0) put(due);
    },
    retry: () => writes.retry(),
    isAllSaved: () => writes.isAllSaved(),
    settled: () => writes.settled(),
  };
}
