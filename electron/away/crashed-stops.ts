/** What a crash left: segments the outbox closed at their last beat, with the last proof of life that was kept. Pure. */
import { cutsOf, type AwayStop } from '../../shared/away/away-stop.ts';
import type { DeviceRow, TimeSegment } from '../../shared/rows.ts';
import type { ManagedTimer } from '../timers/managed-timers.ts';
import type { AwayState, KeptLife } from './away-lines.ts';

export interface CrashContext {
  deviceId: string;
  bootId: string;
  nowMonoMs: number;
  /** The server's now, ms, and less the boot's. */
  nowMs: number;
  offsetMs: number;
  idleAfterMs: number;
  userIdOf(chatId: string): string | undefined;
}

/** Stops of crashed segments that were never asked about. */
export function crashedStops(
  waiting: readonly DeviceRow[],
  { asked, lives }: Pick<AwayState, 'asked' | 'lives'>,
  context: CrashContext,
): AwayStop[] {
  return waiting.flatMap((row): AwayStop[] => {
    if (row.type !== 'timeSegment' || row.closeReason !== 'crashed' || row.deviceId !== context.deviceId)
      return [];
    if (asked.has(row.id)) return [];
    const life = lives.find((one) => one.chatId === row.chatId);
    const userId = life?.userId ?? context.userIdOf(row.chatId);
    return userId === undefined ? [] : [crashedStop(row, userId, life, context)];
  });
}

function crashedStop(
  segment: TimeSegment,
  userId: string,
  life: KeptLife | undefined,
  context: CrashContext,
): AwayStop {
  const endMonoMs = segment.startedAtMonoMs + segment.elapsedMs;
  const isKept = life !== undefined && life.segmentId === segment.id;
  const lifeAtMonoMs = Math.min(endMonoMs, isKept ? life.atMonoMs : segment.startedAtMonoMs);
  const own = { segmentId: segment.id, startedAtMonoMs: segment.startedAtMonoMs, endMonoMs };
  const recorded = [...(isKept ? life.recorded : []), own];
  const cuts = cutsOf('crash', lifeAtMonoMs, recorded, context.idleAfterMs);
  const fromMonoMs = cuts.length > 0 ? lifeAtMonoMs : endMonoMs;
  const isSameBoot = segment.bootId === context.bootId;
  // Another boot's clock says nothing of now: the wall clock of its start is all there is.
  const fromMs = isSameBoot
    ? Math.max(0, Math.floor(fromMonoMs + context.offsetMs))
    : segment.startedAtMs + fromMonoMs - segment.startedAtMonoMs;
  const untilMonoMs = isSameBoot ? context.nowMonoMs : fromMonoMs + Math.max(0, context.nowMs - fromMs);
  return {
    ...{ id: segment.id, chatId: segment.chatId, userId, by: 'crash', bootId: segment.bootId },
    ...{ lifeAtMonoMs, fromMonoMs, untilMonoMs, fromMs, cuts, askedAtMs: context.nowMs },
  };
}

/** The proofs of life of what runs, as they are kept. */
export function livesOf(timers: Iterable<ManagedTimer>): KeptLife[] {
  const lives: KeptLife[] = [];
  for (const { chat, segment, life } of timers) {
    if (segment === null) continue;
    const { id: chatId, userId } = chat;
    const recorded = life.recorded.map((one) => ({ ...one }));
    lives.push({ chatId, userId, segmentId: segment.id, atMonoMs: life.atMonoMs, recorded });
  }
  return lives;
}
