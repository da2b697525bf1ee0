/** What the platform, supervisors, administrators or the server decide. */
import { z } from 'zod';
import { idSchema, msSchema } from './basics.ts';

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
  key: z.enum([
    'billingIncrementMs',
    'previousChatInPair',
    'requireConsent',
    'offlineAfterAllowance',
    'timeZone',
  ]),
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
