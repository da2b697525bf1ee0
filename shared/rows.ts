/**
 * Every row that travels between a device, the server and the platform, written once (DOMAIN.md, "Who writes what").
 * Types, RxDB schemas, wire checks and SQL checks are derived from these zod schemas.
 */
import { z } from 'zod';

export const idSchema = z.string().min(1).max(200);
/** Instants (ms since the epoch, server clock unless said otherwise) and durations: integers from 0 to 2^53 − 1. */
export const msSchema = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** An amount that may be negative, e.g. a balance in units (1 minor credit = 60,000 units). */
export const signedUnitsSchema = z.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
const nameSchema = z.string().max(200);

/** Longest message text in UTF-16 code units; a longer one is refused with `messageTooLong` and stays with its author. */
export const MESSAGE_MAX_LENGTH = 20_000;

/** Why a segment was closed (DOMAIN.md, "Segments and marks on a device"). */
export const closeReasonSchema = z.enum([
  'paused',
  'ended',
  'windowClosed',
  'previousChatStopped',
  'quit',
  'suspended',
  'idle',
  'exhausted',
  'lapsed',
  'tickGap',
  'crashed',
]);
export type CloseReason = z.infer<typeof closeReasonSchema>;

/** Where an instant that a device wrote lies on its boot's monotonic clock, with the wall clock as evidence only. */
const placedByBoot = {
  deviceId: idSchema,
  bootId: idSchema,
  /** The server sequence the device had applied when it wrote the row. */
  knownSeq: msSchema,
};

export const userSchema = z.object({ type: z.literal('user'), id: idSchema, name: nameSchema.optional() });
export const advisorSchema = z.object({
  type: z.literal('advisor'),
  id: idSchema,
  name: nameSchema.optional(),
});

export const chatSchema = z.object({
  type: z.literal('chat'),
  id: idSchema,
  userId: idSchema,
  advisorId: idSchema,
  openedAtMs: msSchema,
  /** What the chat is about, as the platform says; shown beside the client's name. */
  topic: nameSchema.optional(),
  /** The platform's own number of the chat, e.g. "812"; shown as #812. */
  number: z.string().max(40).optional(),
  consentAtMs: msSchema.optional(),
});

/** The time record of one chat: its id is the chat id. Written once, never changed. */
export const conversationTimeRecordSchema = z.object({
  type: z.literal('conversationTimeRecord'),
  id: idSchema,
  userId: idSchema,
  advisorId: idSchema,
});

export const timeSegmentSchema = z.object({
  type: z.literal('timeSegment'),
  id: idSchema,
  chatId: idSchema,
  ...placedByBoot,
  /** Start on the boot's monotonic clock, ms. */
  startedAtMonoMs: msSchema,
  /** Start on the device's wall clock, ms since the epoch: evidence only, except for `manual` segments. */
  startedAtMs: msSchema,
  elapsedMs: msSchema,
  closed: z.boolean(),
  closeReason: closeReasonSchema.optional(),
  /** Length of the closed copy that gave the reason, when an open copy is longer; only the join writes it. */
  reasonElapsedMs: msSchema.optional(),
  source: z.enum(['timer', 'manual']),
  funding: z.enum(['funded', 'unfunded']),
});

export const stopMarkSchema = z.object({
  type: z.literal('stopMark'),
  id: idSchema,
  chatId: idSchema,
  ...placedByBoot,
  atMonoMs: msSchema,
  atMs: msSchema,
});

export const trimMarkSchema = z.object({
  type: z.literal('trimMark'),
  id: idSchema,
  segmentId: idSchema,
  chatId: idSchema,
  deviceId: idSchema,
  elapsedMs: msSchema,
});

/** The end of a chat; a device's carries its boot's clock, the platform's only `atMs`. */
export const chatEndSchema = z.object({
  type: z.literal('chatEnd'),
  id: idSchema,
  chatId: idSchema,
  deviceId: idSchema.optional(),
  bootId: idSchema.optional(),
  knownSeq: msSchema.optional(),
  atMonoMs: msSchema.optional(),
  atMs: msSchema,
});

export const messageSchema = z.object({
  type: z.literal('message'),
  id: idSchema,
  chatId: idSchema,
  from: z.enum(['user', 'advisor']),
  deviceId: idSchema.optional(),
  text: z.string().min(1).max(MESSAGE_MAX_LENGTH),
  /** Wall clock of the writer: shown until the server's sequence orders the message. */
  atMs: msSchema,
});

/** What somebody who may see the chat wrote down about it; never shown to the client. Order: the server's sequence. */
export const noteSchema = z.object({
  type: z.literal('note'),
  id: idSchema,
  chatId: idSchema,
  /** The device that wrote it; absent on a supervisor's. */
  deviceId: idSchema.optional(),
  /** The supervisor who wrote it, set by the server; absent on a device's, which is its advisor's. */
  byId: idSchema.optional(),
  text: z.string().min(1).max(MESSAGE_MAX_LENGTH),
  /** Wall clock of the writer: shown until the server's sequence orders the note. */
  atMs: msSchema,
});

/** A device's rows: what may stand in an outbox and in a push. */
export const deviceRowSchema = z.discriminatedUnion('type', [
  chatSchema,
  conversationTimeRecordSchema,
  timeSegmentSchema,
  stopMarkSchema,
  trimMarkSchema,
  chatEndSchema,
  messageSchema,
  noteSchema,
]);
export type DeviceRow = z.infer<typeof deviceRowSchema>;

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
  /** Free time of the pair that is granted for later. */
  grants: z
    .array(z.object({ atMs: msSchema, ms: msSchema }))
    .max(1000)
    .optional(),
  /** T* of the pair's running chats, server clock, ms; absent = nothing that runs is paid. */
  zeroAtMs: msSchema.optional(),
  chats: z.array(projectedChatSchema),
  foldVersion: z.number().int(),
});

/** Facts that only the platform, a supervisor, an administrator or the server write; devices never see them. */
export const rateChangeSchema = z
  .object({
    type: z.literal('rateChange'),
    id: idSchema,
    chatId: idSchema.optional(),
    advisorId: idSchema.optional(),
    ratePerMinuteMinor: msSchema,
    atMs: msSchema,
  })
  .refine(
    (r) => (r.chatId === undefined) !== (r.advisorId === undefined),
    'exactly one of chatId, advisorId',
  );

const moneyFact = {
  id: idSchema,
  userId: idSchema,
  amountMinor: msSchema,
  atMs: msSchema,
  chatId: idSchema.optional(),
  reason: z.string().max(1000).optional(),
  byId: idSchema.optional(),
};
export const topUpSchema = z.object({ type: z.literal('topUp'), ...moneyFact });
export const debitSchema = z.object({ type: z.literal('debit'), ...moneyFact });
export const refundSchema = z.object({ type: z.literal('refund'), ...moneyFact });
export const freeTimeGrantSchema = z.object({
  type: z.literal('freeTimeGrant'),
  id: idSchema,
  userId: idSchema,
  advisorId: idSchema,
  ms: msSchema,
  atMs: msSchema,
  reason: z.string().max(1000).optional(),
  byId: idSchema.optional(),
});
export const policyChangeSchema = z.object({
  type: z.literal('policyChange'),
  id: idSchema,
  key: z.enum(['billingIncrementMs', 'previousChatInPair', 'requireConsent', 'offlineAfterAllowance']),
  value: z.union([z.string(), z.number(), z.boolean()]),
  atMs: msSchema,
});
export const rulingSchema = z.object({
  type: z.literal('ruling'),
  id: idSchema,
  targetId: idSchema,
  action: z.enum(['admit', 'trim', 'void']),
  elapsedMs: msSchema.optional(),
  /** The claimed length of the target's copies up to this ruling: set by the server at commit, whatever was sent. */
  claimedElapsedMs: msSchema.optional(),
  /** The sequence of the copy that claimed it: set by the server, too, so that an export can repeat that copy. */
  claimedSeq: msSchema.optional(),
  byId: idSchema.optional(),
  reason: z.string().max(1000).optional(),
});
export const goodwillSchema = z.object({
  type: z.literal('goodwill'),
  id: idSchema,
  userId: idSchema,
  chatId: idSchema,
  units: msSchema,
  atMs: msSchema,
  /** The latest closed period when it was given: what it makes up for lies in closed periods. */
  correctsPeriod: idSchema.optional(),
});

/**
 * The close of a period `[fromMs, untilMs)` (DOMAIN.md, "Ledger and periods"). Periods follow each other without a gap;
 * `fromMs`, `atMs`, `byId`, `reportSeq` and `reportHash` are set by the server, whatever was sent.
 */
export const periodCloseSchema = z.object({
  type: z.literal('periodClose'),
  id: idSchema,
  /** Where the period before ended; 0 of the first. */
  fromMs: msSchema.optional(),
  untilMs: msSchema,
  /** When it was closed, server clock. */
  atMs: msSchema.optional(),
  byId: idSchema.optional(),
  reason: z.string().max(1000).optional(),
  /** The last sequence that the report counts. */
  reportSeq: msSchema.optional(),
  /** SHA-256 of the report's bytes, hexadecimal. */
  reportHash: z.string().max(64).optional(),
});

/**
 * What an organisation brings from another system and the fold leaves alone: the settled past of a chat, and a marked
 * difference that no chat explains. Written by the server's import only.
 */
export const historySchema = z.object({
  type: z.literal('history'),
  id: idSchema,
  chatId: idSchema,
  freeMs: msSchema,
  paidMs: msSchema,
  costUnits: msSchema,
  atMs: msSchema.optional(),
  source: z.string().max(100).optional(),
});
export const timeAdjustmentSchema = z.object({
  type: z.literal('timeAdjustment'),
  id: idSchema,
  userId: idSchema,
  advisorId: idSchema,
  ms: msSchema,
  atMs: msSchema.optional(),
  reason: z.string().max(1000).optional(),
  source: z.string().max(100).optional(),
});

/** Every row the server stores under a sequence number. */
export const rowSchema = z.union([
  deviceRowSchema,
  userSchema,
  advisorSchema,
  segmentAdmissionSchema,
  markAdmissionSchema,
  recordTotalsSchema,
  userProjectionSchema,
  rateChangeSchema,
  topUpSchema,
  debitSchema,
  refundSchema,
  freeTimeGrantSchema,
  policyChangeSchema,
  rulingSchema,
  goodwillSchema,
  periodCloseSchema,
  historySchema,
  timeAdjustmentSchema,
]);

export type User = z.infer<typeof userSchema>;
export type Advisor = z.infer<typeof advisorSchema>;
export type Chat = z.infer<typeof chatSchema>;
export type ConversationTimeRecord = z.infer<typeof conversationTimeRecordSchema>;
export type TimeSegment = z.infer<typeof timeSegmentSchema>;
export type StopMark = z.infer<typeof stopMarkSchema>;
export type TrimMark = z.infer<typeof trimMarkSchema>;
export type ChatEnd = z.infer<typeof chatEndSchema>;
export type Message = z.infer<typeof messageSchema>;
export type Note = z.infer<typeof noteSchema>;
export type PeriodClose = z.infer<typeof periodCloseSchema>;
export type SegmentAdmission = z.infer<typeof segmentAdmissionSchema>;
export type MarkAdmission = z.infer<typeof markAdmissionSchema>;
export type RecordTotals = z.infer<typeof recordTotalsSchema>;
export type UserProjection = z.infer<typeof userProjectionSchema>;
export type Row = z.infer<typeof rowSchema>;
export type RowType = Row['type'];

/** Row types a device may pull; the rest never leaves the server except to supervisors' reports and exports. */
export const PULLED_ROW_TYPES = [
  'user',
  'advisor',
  'chat',
  'conversationTimeRecord',
  'timeSegment',
  'stopMark',
  'trimMark',
  'chatEnd',
  'message',
  'note',
  'segmentAdmission',
  'markAdmission',
  'recordTotals',
  'userProjection',
  'policyChange',
] as const satisfies readonly RowType[];
export type PulledRowType = (typeof PULLED_ROW_TYPES)[number];

/** What people and the server decided: read by supervisors and administrators, most of it on no device's page. */
export const FACT_ROW_TYPES = [
  'rateChange',
  'topUp',
  'debit',
  'refund',
  'freeTimeGrant',
  'goodwill',
  'ruling',
  'policyChange',
  'periodClose',
  'note',
  'history',
  'timeAdjustment',
] as const satisfies readonly RowType[];
