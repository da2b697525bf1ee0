/**
 * Sessions held outside the app (phone, in person): entered afterwards or timed without a chat window. They become
 * `manual` segments, which count when a supervisor has approved them (DOMAIN.md, "Segments and marks on a device").
 */
import { z } from 'zod';
import { ANCHOR_MAX_ERROR_MS, ROW_MAX_AGE_MS } from './admission/limits.ts';
import { idSchema, msSchema, nameSchema } from './rows.ts';

/** Longest session that can be entered at once, ms. */
export const OUTSIDE_MAX_MS = 24 * 3_600_000;
/** What was entered is sent after this long; until then it can be undone, ms (UX.md, "Undo for 8 s"). */
export const OUTSIDE_UNDO_MS = 8_000;

export const outsideTimerSchema = z.object({
  id: idSchema,
  userId: idSchema,
  topic: nameSchema,
  /** Server's clock, ms. */
  startedAtMs: msSchema,
  /** By the boot's clock, ms; it grows while the phase is `running`. */
  elapsedMs: msSchema,
  /** `discarded` = thrown away, can be undone until it is gone. */
  phase: z.enum(['running', 'stopped', 'discarded']),
  /** Why it stands: the advisor stopped it, the computer slept or stood still, the app was closed or crashed. */
  stoppedBy: z.enum(['advisor', 'sleep', 'quit']).nullable(),
});
export type OutsideTimer = z.infer<typeof outsideTimerSchema>;

/** What was entered or withdrawn a moment ago: saved here, sent when it can no longer be undone. */
export const heldEntrySchema = z.object({
  id: idSchema,
  kind: z.enum(['session', 'withdrawal']),
  segmentId: idSchema,
  userId: idSchema.nullable(),
  startMs: msSchema,
  elapsedMs: msSchema,
});
export type HeldEntry = z.infer<typeof heldEntrySchema>;

/** Whole, once a second while something runs and on every change. */
export const outsideSnapshotSchema = z.object({
  timers: z.array(outsideTimerSchema),
  held: z.array(heldEntrySchema),
});
export type OutsideSnapshot = z.infer<typeof outsideSnapshotSchema>;

export const outsideSessionSchema = z.object({
  /** The stopped timer it comes from; null when it was typed. */
  timerId: idSchema.nullable(),
  userId: idSchema,
  topic: z.string().trim().min(1).max(200),
  /** Server's clock, ms. */
  startMs: msSchema,
  elapsedMs: msSchema,
  /** Never shown to the client; empty = none. */
  note: z.string().max(2000),
});
export type OutsideSession = z.infer<typeof outsideSessionSchema>;

export type OutsideRefusal = 'noLength' | 'tooLong' | 'inFuture';

/**
 * Whether a session can be entered, and whether it is so old that a supervisor will look twice. Instants: server's clock,
 * ms; what ended now may lie ahead of it by the clock's error.
 */
export function judgeOutside(
  { startMs, elapsedMs }: Pick<OutsideSession, 'startMs' | 'elapsedMs'>,
  nowMs: number,
): { refusal: OutsideRefusal | null; isOld: boolean } {
  const isOld = startMs + elapsedMs < nowMs - ROW_MAX_AGE_MS;
  if (elapsedMs <= 0) return { refusal: 'noLength', isOld };
  if (elapsedMs > OUTSIDE_MAX_MS) return { refusal: 'tooLong', isOld };
  return { refusal: startMs + elapsedMs > nowMs + ANCHOR_MAX_ERROR_MS ? 'inFuture' : null, isOld };
}
