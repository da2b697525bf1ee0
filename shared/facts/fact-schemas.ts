import { z } from 'zod';

/**
 * The table of DOMAIN.md "Facts files": what each type of line requires, and which of its fields are fixed.
 * Fields that are not in a type's row are kept and ignored, whatever they are called. This is the format of files;
 * rows on the wire carry more (rows.ts).
 */
const id = z.string().min(1);
const whole = z.int().min(0);
const anyLine = { id, seq: whole.optional() };

const moneySchema = <T extends 'topUp' | 'refund' | 'debit'>(type: T) =>
  z.looseObject({
    type: z.literal(type),
    ...anyLine,
    userId: id,
    amountMinor: whole,
    atMs: whole,
    chatId: id.optional(),
    byId: id.optional(),
  });
const ignoredSchema = <T extends string>(type: T) => z.looseObject({ type: z.literal(type), ...anyLine });

export const factSchemas = {
  advisor: ignoredSchema('advisor'),
  user: ignoredSchema('user'),
  chat: z.looseObject({ type: z.literal('chat'), ...anyLine, userId: id, advisorId: id, openedAtMs: whole }),
  chatEnd: z.looseObject({ type: z.literal('chatEnd'), ...anyLine, chatId: id, atMs: whole }),
  rateChange: z
    .looseObject({
      type: z.literal('rateChange'),
      ...anyLine,
      chatId: id.optional(),
      advisorId: id.optional(),
      ratePerMinuteMinor: whole,
      atMs: whole,
    })
    .refine(
      ({ chatId, advisorId }) => (chatId === undefined) !== (advisorId === undefined),
      'needs exactly one of chatId and advisorId',
    ),
  freeTimeGrant: z.looseObject({
    type: z.literal('freeTimeGrant'),
    ...anyLine,
    userId: id,
    advisorId: id,
    ms: whole,
    atMs: whole,
  }),
  topUp: moneySchema('topUp'),
  refund: moneySchema('refund'),
  debit: moneySchema('debit'),
  goodwill: z.looseObject({
    type: z.literal('goodwill'),
    ...anyLine,
    userId: id,
    chatId: id,
    units: whole,
    atMs: whole,
  }),
  policyChange: z
    .looseObject({
      type: z.literal('policyChange'),
      ...anyLine,
      key: z.string(),
      value: z.unknown(),
      atMs: whole,
    })
    .refine((change) => Object.hasOwn(change, 'value'), { path: ['value'], message: 'is missing' })
    .refine(
      ({ key, value }) =>
        key !== 'billingIncrementMs' || (Number.isSafeInteger(value) && (value as number) >= 1),
      {
        path: ['value'],
        message: 'must be an integer of at least 1',
      },
    ),
  timeSegment: z.looseObject({
    type: z.literal('timeSegment'),
    ...anyLine,
    chatId: id,
    deviceId: id,
    startedAtMs: whole,
    elapsedMs: whole,
    closed: z.boolean(),
    source: z.enum(['timer', 'manual']).optional(),
    funding: z.enum(['funded', 'unfunded']).optional(),
  }),
  stopMark: z.looseObject({ type: z.literal('stopMark'), ...anyLine, chatId: id, deviceId: id, atMs: whole }),
  trimMark: z.looseObject({
    type: z.literal('trimMark'),
    ...anyLine,
    segmentId: id,
    deviceId: id,
    elapsedMs: whole,
  }),
  segmentAdmission: z.looseObject({
    type: z.literal('segmentAdmission'),
    ...anyLine,
    segmentId: id,
    code: z.enum(['admitted', 'clamped', 'quarantined']),
    startMs: whole,
    admittedElapsedMs: whole,
  }),
  markAdmission: z.looseObject({
    type: z.literal('markAdmission'),
    ...anyLine,
    markId: id,
    code: z.enum(['admitted', 'quarantined']),
    atMs: whole,
  }),
  ruling: z
    .looseObject({
      type: z.literal('ruling'),
      ...anyLine,
      targetId: id,
      action: z.enum(['admit', 'trim', 'void']),
      byId: id.optional(),
    })
    .refine((ruling) => ruling.action !== 'trim' || whole.safeParse(ruling['elapsedMs']).success, {
      path: ['elapsedMs'],
      message: 'must be an integer from 0 to 2^53 - 1 with the action trim',
    }),
  periodClose: ignoredSchema('periodClose'),
  message: ignoredSchema('message'),
  note: ignoredSchema('note'),
  timeAdjustment: ignoredSchema('timeAdjustment'),
  history: ignoredSchema('history'),
} as const;

export type FactType = keyof typeof factSchemas;
type FactOf<T extends FactType> = z.infer<(typeof factSchemas)[T]>;
/** One readable line, as written, unknown fields and all. */
export type Fact = { [T in FactType]: FactOf<T> }[FactType];

/** Fields (besides id and type) in which copies of a line must agree; a ruling's `elapsedMs` only with `trim`. */
export const fixedFields: { readonly [T in FactType]: readonly string[] } = {
  advisor: [],
  user: [],
  chat: ['userId', 'advisorId', 'openedAtMs'],
  chatEnd: ['chatId', 'atMs'],
  rateChange: ['chatId', 'advisorId', 'ratePerMinuteMinor', 'atMs'],
  freeTimeGrant: ['userId', 'advisorId', 'ms', 'atMs'],
  topUp: ['userId', 'amountMinor', 'atMs'],
  refund: ['userId', 'amountMinor', 'atMs'],
  debit: ['userId', 'amountMinor', 'atMs'],
  goodwill: ['userId', 'chatId', 'units', 'atMs'],
  policyChange: ['key', 'value', 'atMs'],
  timeSegment: ['chatId', 'deviceId', 'startedAtMs'],
  stopMark: ['chatId', 'deviceId', 'atMs'],
  trimMark: ['segmentId', 'deviceId', 'elapsedMs'],
  segmentAdmission: ['segmentId'],
  markAdmission: ['markId', 'code', 'atMs'],
  ruling: ['targetId', 'action'],
  periodClose: [],
  message: [],
  note: [],
  timeAdjustment: [],
  history: [],
};
