/**
 * The live snapshot: the one truth of running time, free time and credits on a device. Main makes it every second and
 * on every change; every window shows the same one, so that all show the same number at the same second.
 */
import { z } from 'zod';
import { ERROR_CODES } from './errors.ts';
import { idSchema, msSchema, signedUnitsSchema } from './rows.ts';

/** How the device reaches its server. */
export const connectionSchema = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('connecting') }),
  z.object({ phase: z.literal('online'), syncedAtMs: msSchema }),
  z.object({ phase: z.literal('offline'), sinceMs: msSchema }),
  /** The server answers but will not talk to us: revoked, another protocol, signed out elsewhere. */
  z.object({ phase: z.literal('refused'), code: z.enum(ERROR_CODES) }),
]);
export type Connection = z.infer<typeof connectionSchema>;

/** The timer of one chat on this device. */
export const timerPhaseSchema = z.enum(['idle', 'running', 'paused', 'exhausted', 'ending', 'ended']);
export type TimerPhase = z.infer<typeof timerPhaseSchema>;

export const liveChatSchema = z.object({
  chatId: idSchema,
  userId: idSchema,
  /** This device's timer; idle = no timer here. */
  timer: timerPhaseSchema,
  /** Set while another device of this advisor runs the chat. */
  runningElsewhere: z.object({ deviceId: idSchema, deviceName: z.string(), sinceMs: msSchema }).nullable(),
  /** A window of this chat is open on this device. */
  isOpen: z.boolean(),
  /** Settled time plus forward growth, ms; what "in this chat" shows. */
  trackedMs: msSchema,
  /** The part of trackedMs that the server has not confirmed, while that is worth saying (lease lapsed or offline). */
  unconfirmedMs: msSchema,
  /** While an end can be undone: the server instant until which it can. */
  undoEndUntilMs: msSchema.nullable(),
  /** Why an exhausted timer stands still: the credits ended (T*), or the allowance for time without the server did. */
  stoppedBy: z.enum(['exhausted', 'lapsed']).nullable(),
  /** An exhausted timer: `auto` = a top-up within 3 minutes resumes it, `ask` = there are credits again, the advisor decides. */
  mayResume: z.enum(['auto', 'ask']).nullable(),
  /** What pays for the running segment: `unfunded` = recorded only, not billed before a supervisor rules. */
  funding: z.enum(['funded', 'unfunded']),
  /** A paused timer that nobody paused: since when nobody was there for certain (server instant), and what said so. */
  away: z.object({ by: z.enum(['sleep', 'lock', 'idle']), sinceMs: msSchema }).optional(),
});
export type LiveChat = z.infer<typeof liveChatSchema>;

/** What the client's chats are living on right now. */
export const fundsKindSchema = z.enum(['free', 'paid', 'low', 'exhausted', 'unpriced']);
export type FundsKind = z.infer<typeof fundsKindSchema>;

/** A warning is due when this little is left, ms (DOMAIN.md, "Live": 5:00, 2:00, 1:00). */
export const warningSchema = z.union([z.literal(300_000), z.literal(120_000), z.literal(60_000)]);
export type Warning = z.infer<typeof warningSchema>;

export const liveClientSchema = z.object({
  userId: idSchema,
  /** Number of the server's state these figures rest on: it only grows. */
  stateSeq: msSchema,
  kind: fundsKindSchema,
  /** The big number, ms: free → until free time ends; paid and low → until credits end; exhausted → 0; unpriced (rate 0) → 0. */
  countdownMs: msSchema,
  /** Until credits end, free time included, ms at the present set of running chats (at one chat when none runs); null = never. */
  totalLeftMs: msSchema.nullable(),
  /** The same with one chat, with the present number, with one more: "With 1 / With 2, now / With 3", ms. */
  whatIf: z.array(z.object({ chats: z.number().int(), totalLeftMs: msSchema.nullable() })),
  /** Server instant at which credits end, when something runs. */
  endsAtMs: msSchema.nullable(),
  runningChats: z.number().int().min(0),
  freeLeftMs: msSchema,
  freeGrantedMs: msSchema,
  balanceUnits: signedUnitsSchema,
  creditedMinor: signedUnitsSchema,
  ratePerMinuteMinor: msSchema,
  /** Some of these numbers rest on time the server has not confirmed: shown with ≈. */
  isUnconfirmed: z.boolean(),
  /** The lowest warning that was passed while chats of the pair run; null = none. Announced once, when it changes to a lower one. */
  warningMs: warningSchema.nullable(),
  /** What the client owes, units; 0 while that is less than a minor credit. */
  debtUnits: msSchema,
  /** Why no paid chat can start now; free time and chats without a price still can. */
  startBlockedBy: z.enum(['debt', 'noCredits', 'noAllowance']).nullable(),
  /**
   * While the server does not answer: how long this device may still run the client's chats (null = without limit,
   * nothing of it is paid), and what happens then. null = online.
   */
  offlineAllowance: z.object({ leftMs: msSchema.nullable(), after: z.enum(['stop', 'continue']) }).nullable(),
});
export type LiveClient = z.infer<typeof liveClientSchema>;

export const liveSnapshotSchema = z.object({
  /** The server's now as this device knows it, ms; the wall clock before the first clock exchange. */
  serverNowMs: msSchema,
  isClockAnchored: z.boolean(),
  connection: connectionSchema,
  outbox: z.object({ waiting: z.number().int(), refused: z.number().int() }),
  /** What is wrong on this computer now, e.g. diskFull, outboxUnreadable; absent or empty = nothing. */
  problems: z.array(z.enum(ERROR_CODES)).optional(),
  chats: z.array(liveChatSchema),
  clients: z.array(liveClientSchema),
});
export type LiveSnapshot = z.infer<typeof liveSnapshotSchema>;
