/**
 * The wire between a device and the sync server: sign-in, push, pull, stream, beat (DOMAIN.md, "Outbox", "Order", "Live").
 * Every request carries the header `x-chatclock-protocol`; the server accepts the last two versions of a push for ever.
 */
import { z } from 'zod';
import { ERROR_CODES } from './errors.ts';
import {
  deviceRowSchema,
  idSchema,
  msSchema,
  quarantineReasonSchema,
  rowSchema,
  userProjectionSchema,
} from './rows.ts';

export const PROTOCOL_VERSION = 2;
export const OLDEST_PUSH_PROTOCOL = 1;
export const PROTOCOL_HEADER = 'x-chatclock-protocol';

/** Limits of one request (SECURITY.md S6). */
export const PUSH_MAX_ROWS = 200;
export const PULL_MAX_ROWS = 1000;
export const BODY_MAX_BYTES = 1_048_576;
/** A beat every 5 s; a tick gap of more than two beats closes a segment. */
export const BEAT_MS = 5_000;
/** The lease a beat renews; lapsed time is marked unconfirmed. */
export const LEASE_MS = 20_000;
/** A request of main that is not answered by then has failed: what a device may run on beyond its lease (bound B). */
export const REQUEST_TIMEOUT_MS = 5_000;
/** After this silence a vanished device's open segment counts as closed at its last beat. */
export const GRACE_MS = 30_000;

export const roleSchema = z.enum(['advisor', 'supervisor', 'administrator']);
export type Role = z.infer<typeof roleSchema>;

/** The signed-in person. An advisor's memberId is the advisorId of its chats. */
export const memberSchema = z.object({ id: idSchema, name: z.string(), email: z.string(), role: roleSchema });
export type Member = z.infer<typeof memberSchema>;

export const signInRequestSchema = z.object({
  email: z.string().min(1).max(320),
  password: z.string().min(1).max(1000),
  deviceName: z.string().min(1).max(100),
  /** Kept by the profile; absent on a new device. */
  deviceId: idSchema.optional(),
});
export const signInResponseSchema = z.object({
  member: memberSchema,
  deviceId: idSchema,
  accessToken: z.string(),
  accessExpiresInMs: msSchema,
  refreshToken: z.string(),
  organisationName: z.string(),
});
export type SignInResponse = z.infer<typeof signInResponseSchema>;
export const refreshRequestSchema = z.object({ refreshToken: z.string().min(1).max(500) });
export const setupRequestSchema = z.object({
  code: z.string().min(1).max(100),
  name: z.string().min(1).max(200),
  email: z.string().min(3).max(320),
  password: z.string().min(10).max(1000),
});
/** GET /v1/hello, without a token: is a Chatclock server there, and which one? */
export const helloSchema = z.object({
  product: z.literal('chatclock'),
  protocolVersion: z.number().int(),
  organisationName: z.string(),
  needsSetup: z.boolean(),
});
export const deviceSchema = z.object({
  id: idSchema,
  memberId: idSchema,
  name: z.string(),
  createdAtMs: msSchema,
  lastSeenAtMs: msSchema,
  isRevoked: z.boolean(),
});

/** One row with the sequence the server stored it under. */
export const sequencedRowSchema = z.object({ seq: msSchema, row: rowSchema });
export type SequencedRow = z.infer<typeof sequencedRowSchema>;

/** Everything the caller may see in (fromSeq, toSeq]. Pages join without a hole: the client asserts it. */
export const pageSchema = z.object({
  fromSeq: msSchema,
  toSeq: msSchema,
  rows: z.array(sequencedRowSchema),
  /** More committed rows lie beyond toSeq. */
  hasMore: z.boolean(),
  /** A change of rights restarts the scope at 0: the client drops its copy when this differs from the one it holds. */
  scope: z.string(),
  /**
   * Of all rows of the scope up to `toSeq`, by type (shared/replica-hash.ts). On request, and only when nothing was
   * committed beyond `toSeq` while it was made: a row that has grown since is not in the scope's older state any more.
   */
  hash: z.record(z.string(), z.string()).optional(),
});
export type Page = z.infer<typeof pageSchema>;

/** Rows are parsed one by one, so that a malformed row never blocks a valid one. */
export const pushRequestSchema = z.object({ rows: z.array(z.unknown()).min(1).max(PUSH_MAX_ROWS) });
/** The device side of the same request. */
export const pushBodySchema = z.object({ rows: z.array(deviceRowSchema) });

/**
 * The answer to one pushed row, in the order of the push.
 * - stored: the server holds a copy with `elapsedMs` and `closed`; the outbox drops what that covers.
 * - waitsForChat: held by the server until its chat arrives (the outbox drops it as stored).
 * - refused: never stored; `code` says why; the row moves to the advisor's list of refused rows.
 */
export const pushAnswerSchema = z.discriminatedUnion('verdict', [
  z.object({
    verdict: z.literal('stored'),
    id: z.string(),
    type: z.string(),
    seq: msSchema,
    elapsedMs: msSchema.optional(),
    closed: z.boolean().optional(),
    /** Of a timer's segment: the start it was placed at for good, and the server instant of this answer, ms. */
    placed: z.object({ startMs: msSchema, atMs: msSchema }).optional(),
    code: z.enum(['accepted', 'admitted', 'clamped', 'quarantined', 'waitsForChat']),
    reason: quarantineReasonSchema.optional(),
  }),
  z.object({ verdict: z.literal('refused'), id: z.string(), type: z.string(), code: z.enum(ERROR_CODES) }),
]);
export type PushAnswer = z.infer<typeof pushAnswerSchema>;
export const pushResponseSchema = z.object({ answers: z.array(pushAnswerSchema) });

/**
 * A beat of main: clock exchange, lease, running lengths (DOMAIN.md, "One replicator", "Placement").
 * `echo` closes the previous exchange, so that the server measures the round trip against its own clock.
 */
export const beatRequestSchema = z.object({
  bootId: idSchema,
  echo: z.object({ exchangeId: idSchema, sentAtMonoMs: msSchema, receivedAtMonoMs: msSchema }).optional(),
  sentAtMonoMs: msSchema,
  running: z.array(z.object({ segmentId: idSchema, chatId: idSchema, elapsedMs: msSchema })).max(2000),
  /** Closed segments that the server has not covered yet: it knows their length before their rows come. */
  closed: z
    .array(z.object({ segmentId: idSchema, chatId: idSchema, elapsedMs: msSchema }))
    .max(2000)
    .optional(),
  /** Projections of these clients are wanted in the answer. */
  userIds: z.array(idSchema).max(2000),
});
export type BeatRequest = z.infer<typeof beatRequestSchema>;
export const beatResponseSchema = z.object({
  exchangeId: idSchema,
  serverNowMs: msSchema,
  leaseMs: msSchema,
  /** When to beat again; absent = BEAT_MS. */
  nextBeatMs: msSchema.optional(),
  /** What is reserved for this device by client, should the next beat not come; replaces what an earlier beat said. */
  allowances: z.array(z.object({ userId: idSchema, creditUnits: msSchema, freeMs: msSchema })).optional(),
  /** What happens to running chats when that is used up (policy in force); absent = stop. */
  offlineAfterAllowance: z.enum(['stop', 'continue']).optional(),
  /** The boot's anchor, once it has one: server instant = offsetMs + monotonic instant. */
  anchor: z.object({ offsetMs: z.number().int(), errorMs: msSchema }).nullable(),
  highSeq: msSchema,
  projections: z.array(userProjectionSchema),
});
export type BeatResponse = z.infer<typeof beatResponseSchema>;

/** Events of GET /v1/stream?fromSeq=N (text/event-stream): `page` carries the changes themselves, `ping` every 10 s. */
export const streamEventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('page'), data: pageSchema }),
  z.object({ event: z.literal('ping'), data: z.object({ serverNowMs: msSchema }) }),
]);

/** The body of every answer that is not 2xx. `errorId` can be quoted to the operator. */
export const errorBodySchema = z.object({
  code: z.enum(ERROR_CODES),
  details: z.record(z.string(), z.unknown()).optional(),
  errorId: z.string().optional(),
});
