/** What the server alone writes: verdicts, totals, projections. */
import { z } from 'zod';
import { idSchema, msSchema, signedUnitsSchema, nameSchema } from './basics.ts';

/** Why a row is not counted before a ruling (DOMAIN.md, "Placement and admission"). */
export const quarantineReasonSchema = z.enum([
  'notYourChat',
  'endBeyondNow',
  'grownWithoutBeats',
  'tooOld',
  'idConflict',
  'revoked',
  'afterChatEnd',
  'manual',
  'unfunded',
]);
export type QuarantineReason = z.infer<typeof quarantineReasonSchema>;

export const segmentAdmissionSchema = z.object({
  type: z.literal('segmentAdmission'),
  id: idSchema,
  segmentId: idSchema,
  chatId: idSchema,
  code: z.enum(['admitted', 'clamped', 'quarantined']),
  reason: quarantineReasonSchema.optional(),
  startMs: msSchema,
  admittedElapsedMs: msSchema,
  /** Claimed length that waits for a ruling. */
  pendingMs: msSchema,
  flags: z.array(z.enum(['unanchored'])),
  /**
   * Of an unanchored segment that was placed in closed time: the start of the period that was open when it arrived, the
   * only one that it counts in.
   */
  countsFromMs: msSchema.optional(),
});

export const markAdmissionSchema = z.object({
  type: z.literal('markAdmission'),
  id: idSchema,
  markId: idSchema,
  chatId: idSchema,
  code: z.enum(['admitted', 'quarantined']),
  reason: quarantineReasonSchema.optional(),
  atMs: msSchema,
  flags: z.array(z.enum(['unanchored'])),
});

/** The settled totals of one chat's record, as `settle` prints them. id = chat id. Written by the server only. */
export const recordTotalsSchema = z.object({
  type: z.literal('recordTotals'),
  id: idSchema,
  userId: idSchema,
  advisorId: idSchema,
  trackedMs: msSchema,
  freeMs: msSchema,
  paidMs: msSchema,
  billedMs: msSchema,
  costUnits: msSchema,
  chargeMinor: msSchema,
  foldVersion: z.number().int(),
});

/** From `atMs` on, until the next step, paid time costs this much. */
const rateStepSchema = z.object({ atMs: msSchema, ratePerMinuteMinor: msSchema });

/** Paid time of a chat with another advisor, which is not named: what T* counts with (shared/live/funds.ts, `OthersStep`). */
const othersStepSchema = z.object({
  lane: msSchema,
  atMs: msSchema,
  untilMs: msSchema.optional(),
  unitsPerMs: msSchema,
  incrementMs: msSchema.min(1),
  begunMs: msSchema,
  lastUnitsPerMs: msSchema,
});

/** A chat of the pair as the projection shows it. Only chats that have not ended are listed. */
export const projectedChatSchema = z.object({
  chatId: idSchema,
  /** Settled so far. */
  trackedMs: msSchema,
  freeMs: msSchema,
  paidMs: msSchema,
  /** What the settled time costs, units; absent from servers before it was told. */
  costUnits: msSchema.optional(),
  ratePerMinuteMinor: msSchema,
  /** The device on which an open segment runs and has beaten within the grace; absent = not running. */
  runningOnDeviceId: idSchema.optional(),
  runningOnDeviceName: nameSchema.optional(),
  /** Start of the running segment and the instant up to which it is settled (server clock, ms). */
  runningSinceMs: msSchema.optional(),
  confirmedUntilMs: msSchema.optional(),
  /** End of the latest admitted time of the chat, running or not: what a device shows on top begins after it. */
  settledUntilMs: msSchema.optional(),
  /** The latest admitted stopMark: what ran before it on another device, without knowing it, ends there. */
  lastStop: z
    .object({ atMs: msSchema, seq: msSchema, deviceId: idSchema, deviceName: nameSchema.optional() })
    .optional(),
  /** The rate in force where the settled time ends, and every known later one; absent = `ratePerMinuteMinor` for good. */
  rates: z.array(rateStepSchema).max(1000).optional(),
  /** The increment in force when the chat opened, ms; absent = 1. */
  billingIncrementMs: msSchema.min(1).optional(),
  /** The rate of the last paid ms: what the rest of a begun increment was charged at; absent = 0. */
  lastPaidRatePerMinuteMinor: msSchema.optional(),
});
export type ProjectedChat = z.infer<typeof projectedChatSchema>;

/** What one advisor's devices know of one client's free time and credits. id = `${advisorId}:${userId}`. */
export const userProjectionSchema = z.object({
  type: z.literal('userProjection'),
  id: idSchema,
  userId: idSchema,
  advisorId: idSchema,
  /** Grows with every new state of this projection; an older one is ignored. */
  stateSeq: msSchema,
  /** Server instant at which this state was computed, ms. */
  asOfMs: msSchema,
  balanceUnits: signedUnitsSchema,
  /** Credits and free time that other devices may be using unseen: in a beat's answer only, 0 in the stored row. */
  reservedUnits: msSchema,
  reservedFreeMs: msSchema.optional(),
  /** Everything ever credited, minor credits: the "of 60.00" of the credit bar. */
  creditedMinor: signedUnitsSchema,
  /** What the user's chats with *other* advisors burn, units per ms; no chat is named. */
  othersBurnUnitsPerMs: msSchema,
  /** The same ahead in time, with what ends and changes; absent from an older server. */
  othersSteps: z.array(othersStepSchema).max(1000).optional(),
  freeGrantedMs: msSchema,
  freeLeftMs: msSchema,
  /** The advisor's rate in force for a new chat of the pair. */
  ratePerMinuteMinor: msSchema,
  /** The same with every known later one, and the increment of a chat that opens now. */
  rates: z.array(rateStepSchema).max(1000).optional(),
  billingIncrementMs: msSchema.min(1).optional(),
  /**
   * Free time of the pair that is granted for later; and what of `freeLeftMs` came after the instant up to which all that
   * runs is settled.
   */
  grants: z
    .array(z.object({ atMs: msSchema, ms: msSchema }))
    .max(1000)
    .optional(),
  /** T* of the pair's running chats, server clock, ms; absent = nothing that runs is paid. */
  zeroAtMs: msSchema.optional(),
  chats: z.array(projectedChatSchema),
  foldVersion: z.number().int(),
});
