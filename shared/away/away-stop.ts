/**
 * What is to be decided of a chat that stopped because nobody was there (DOMAIN.md, "Segments and marks on a device";
 * issue 4, "one sheet for N chats"). Sleep is never recorded; what the device recorded after the last proof of life is taken
 * back by a trimMark unless a supervisor counts it. Pure; instants are ms on the boot's monotonic clock.
 */
import { z } from 'zod';
import { idSchema, msSchema } from '../rows.ts';

/** Nobody decided: not counted, ms. */
export const UNDECIDED_FOR_MS = 24 * 3_600_000;
/** A decision can be taken back this long; only then are its rows written, ms. */
export const UNDO_DECISION_MS = 8_000;
/** Idle threshold of an advisor who has chosen none, ms. */
export const IDLE_AFTER_MS = 5 * 60_000;
/** Longest reason, UTF-16 code units. */
export const REASON_MAX_LENGTH = 500;

/** The threshold an advisor may choose: 0 = never idle, else 1 minute to 4 hours, ms. */
export const idleAfterSchema = z.union([
  z.literal(0),
  z
    .number()
    .int()
    .min(60_000)
    .max(4 * 3_600_000),
]);

/** `crash`: the app or the computer died; what ran is known to the last beat. */
export const awayBySchema = z.enum(['sleep', 'lock', 'idle', 'crash']);

export const awayStopSchema = z.object({
  /** Id of the segment that was closed: one segment stops once. */
  id: idSchema,
  chatId: idSchema,
  userId: idSchema,
  by: awayBySchema,
  bootId: idSchema,
  /** The last proof of life before the stop. */
  lifeAtMonoMs: msSchema,
  /** Until here somebody was there for certain: what comes after is in question. */
  fromMonoMs: msSchema,
  /** Where the minutes in question end; null while nobody has come back to the chat. */
  untilMonoMs: msSchema.nullable(),
  /** `fromMonoMs` on the server's clock, as known when the stop was written. */
  fromMs: msSchema,
  /** Segments with recorded time in question, and the length that a trim leaves of each, ms. */
  cuts: z.array(z.object({ segmentId: idSchema, elapsedMs: msSchema, cutMs: msSchema })),
  /** Server instant from which the 24 h count. */
  askedAtMs: msSchema,
});
export type AwayStop = z.infer<typeof awayStopSchema>;

export const awayChoiceSchema = z.enum(['notCounted', 'askToCount']);
export type AwayChoice = z.infer<typeof awayChoiceSchema>;

export const awayDecisionSchema = z.object({
  id: idSchema,
  choice: awayChoiceSchema,
  /** How much of the minutes in question is asked for, from their start, ms; absent = all. */
  lengthMs: msSchema.min(1).optional(),
  reason: z.string().max(REASON_MAX_LENGTH).optional(),
});
export type AwayDecision = z.infer<typeof awayDecisionSchema>;

/** A stretch that one of the chat's own segments recorded since the last proof of life. */
export interface RecordedSince {
  segmentId: string;
  startedAtMonoMs: number;
  endMonoMs: number;
}

/**
 * What of the recorded time is in question. Idle: everything since the last proof of life. Sleep, lock, crash: nothing while
 * the last proof is younger than the threshold, as it is unless idle is off; then nobody asked for a proof.
 */
export function cutsOf(
  by: AwayStop['by'],
  lifeAtMonoMs: number,
  recorded: readonly RecordedSince[],
  idleAfterMs: number,
): AwayStop['cuts'] {
  const endMonoMs = Math.max(lifeAtMonoMs, ...recorded.map((one) => one.endMonoMs));
  const isOver = idleAfterMs > 0 && endMonoMs - lifeAtMonoMs >= idleAfterMs;
  if (by !== 'idle' && !isOver) return [];
  return recorded.flatMap(({ segmentId, startedAtMonoMs, endMonoMs: ended }) => {
    const elapsedMs = Math.max(0, lifeAtMonoMs - startedAtMonoMs);
    const cutMs = ended - startedAtMonoMs - elapsedMs;
    return cutMs > 0 ? [{ segmentId, elapsedMs, cutMs }] : [];
  });
}

/** The minutes in question, ms; `nowMonoMs` ends them while nobody has come back. */
export function questionMs(
  { fromMonoMs, untilMonoMs }: Pick<AwayStop, 'fromMonoMs' | 'untilMonoMs'>,
  nowMonoMs: number,
): number {
  return Math.max(0, (untilMonoMs ?? nowMonoMs) - fromMonoMs);
}

/** What of the question the device had recorded before it noticed, ms. */
export function recordedMs({ cuts }: Pick<AwayStop, 'cuts'>): number {
  return cuts.reduce((sum, one) => sum + one.cutMs, 0);
}

export function isUndecidedForTooLong({ askedAtMs }: Pick<AwayStop, 'askedAtMs'>, nowMs: number): boolean {
  return nowMs - askedAtMs >= UNDECIDED_FOR_MS;
}
