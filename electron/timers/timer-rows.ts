/** The rows a timer writes, each with its place on the boot's clock (DOMAIN.md, "Placement and admission"). */
import type { ChatEnd, CloseReason, StopMark, TimeSegment, TrimMark } from '../../shared/rows.ts';
import type { DeviceClock } from '../clock.ts';

export interface TimerRowsDeps {
  clock: DeviceClock;
  newRowId(): string;
  deviceId: string;
  /** The sequence the replicator has applied. */
  knownSeq(): number;
}

export interface TimerRows {
  /** Instants are ms on the boot's clock. */
  openSegment(chatId: string, atMonoMs: number, funding: TimeSegment['funding']): TimeSegment;
  /**
   * Time that a person typed: closed, placed nowhere by a clock, counting only under a ruling. `startedAtMs`: server's
   * clock as typed, ms.
   */
  manualSegment(chatId: string, startedAtMs: number, elapsedMs: number): TimeSegment;
  /** Only so much of a segment of this device counts, ms. */
  trimMark(segmentId: string, chatId: string, elapsedMs: number): TrimMark;
  stopMark(chatId: string, atMonoMs: number): StopMark;
  /** Its id names the instant: making it twice is making it once. */
  chatEnd(chatId: string, atMonoMs: number): ChatEnd;
}

export function createTimerRows({ clock, newRowId, deviceId, knownSeq }: TimerRowsDeps): TimerRows {
  const origin = () => ({ deviceId, bootId: clock.bootId, knownSeq: knownSeq() });
  const wallAt = (atMonoMs: number) => Math.max(0, clock.wallMs() - (clock.monoMs() - atMonoMs));
  return {
    openSegment: (chatId, atMonoMs, funding) => ({
      type: 'timeSegment',
      id: newRowId(),
      chatId,
      ...origin(),
      startedAtMonoMs: atMonoMs,
      startedAtMs: wallAt(atMonoMs),
      elapsedMs: 0,
      closed: false,
      source: 'timer',
      funding,
    }),
    manualSegment: (chatId, startedAtMs, elapsedMs) => ({
      type: 'timeSegment',
      id: newRowId(),
      chatId,
      ...origin(),
      startedAtMonoMs: clock.monoMs(),
      startedAtMs,
      elapsedMs,
      closed: true,
      source: 'manual',
      funding: 'funded',
    }),
    trimMark: (segmentId, chatId, elapsedMs) => ({
      type: 'trimMark',
      id: newRowId(),
      segmentId,
      chatId,
      deviceId,
      elapsedMs,
    }),
    stopMark: (chatId, atMonoMs) => ({
      type: 'stopMark',
      id: newRowId(),
      chatId,
      ...origin(),
      atMonoMs,
      atMs: wallAt(atMonoMs),
    }),
    chatEnd: (chatId, atMonoMs) => ({
      type: 'chatEnd',
      id: `${chatId}:end:${deviceId}:${atMonoMs}`,
      chatId,
      ...origin(),
      atMonoMs,
      atMs: wallAt(atMonoMs),
    }),
  };
}

/** The segment's copy of this instant, ms on the boot's clock; it never shrinks. */
export function grownTo(segment: TimeSegment, atMonoMs: number): TimeSegment {
  return { ...segment, elapsedMs: elapsedOf(segment, atMonoMs) };
}

export function closedAt(segment: TimeSegment, atMonoMs: number, closeReason: CloseReason): TimeSegment {
  return { ...grownTo(segment, atMonoMs), closed: true, closeReason };
}

export function elapsedOf(segment: TimeSegment, atMonoMs: number): number {
  return Math.max(segment.elapsedMs, atMonoMs - segment.startedAtMonoMs, 0);
}
