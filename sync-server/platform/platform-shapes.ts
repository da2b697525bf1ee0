/**
 * Bodies and answers of the platform API. A row's id stands in the address, its type in the route; dates default to the
 * server's now. Read by the routes and by the typed client, so they cannot drift apart.
 */
import { z } from 'zod';
import { chatSchema, idSchema, msSchema, recordTotalsSchema } from '../../shared/rows.ts';

const nameSchema = z.string().max(200).optional();
const atMs = msSchema.optional();
const moneyBody = z.object({
  userId: idSchema,
  amountMinor: msSchema,
  atMs,
  chatId: idSchema.optional(),
  reason: z.string().max(1000).optional(),
});

/** Bodies of PUT /platform/v1/<route>/:id. */
export const PLATFORM_BODIES = {
  users: z.object({ name: nameSchema }),
  advisors: z.object({ name: nameSchema }),
  chats: z.object({
    userId: idSchema,
    advisorId: idSchema,
    openedAtMs: atMs,
    topic: nameSchema,
    number: z.string().max(40).optional(),
    consentAtMs: atMs,
  }),
  /** Texts above MESSAGE_MAX_LENGTH are refused with messageTooLong. */
  messages: z.object({ chatId: idSchema, text: z.string().min(1), atMs }),
  'top-ups': moneyBody,
  debits: moneyBody,
  refunds: moneyBody,
  grants: z.object({
    userId: idSchema,
    advisorId: idSchema,
    ms: msSchema,
    atMs,
    reason: z.string().max(1000).optional(),
  }),
  rates: z
    .object({
      chatId: idSchema.optional(),
      advisorId: idSchema.optional(),
      ratePerMinuteMinor: msSchema,
      atMs,
    })
    .refine(
      (r) => (r.chatId === undefined) !== (r.advisorId === undefined),
      'exactly one of chatId, advisorId',
    ),
} as const;
export type PlatformBodies = { [R in keyof typeof PLATFORM_BODIES]: z.input<(typeof PLATFORM_BODIES)[R]> };
export type PlatformRoute = keyof typeof PLATFORM_BODIES;

export const chatEndBodySchema = z.object({ atMs });

/** `isNew` false: the same row was there already, nothing changed. */
export const writtenSchema = z.object({ id: idSchema, seq: msSchema, isNew: z.boolean() });
export type Written = z.infer<typeof writtenSchema>;

export const chatStateSchema = z.object({
  chat: chatSchema,
  /** waiting: nobody has opened it; open: it has a time record; running: a timer runs; ended. */
  state: z.enum(['waiting', 'open', 'running', 'ended']),
  /** Settled totals; null before the first settlement. */
  totals: recordTotalsSchema.nullable(),
  balanceUnits: z.number().int().nullable(),
  freeLeftMs: msSchema.nullable(),
});
export type ChatState = z.infer<typeof chatStateSchema>;

/** What advisors wrote, in server order; go on with `toSeq`. */
export const outwardMessagesSchema = z.object({
  fromSeq: msSchema,
  toSeq: msSchema,
  hasMore: z.boolean(),
  messages: z.array(
    z.object({ seq: msSchema, id: idSchema, chatId: idSchema, text: z.string(), atMs: msSchema }),
  ),
});
export type OutwardMessages = z.infer<typeof outwardMessagesSchema>;
