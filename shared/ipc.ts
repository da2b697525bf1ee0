/**
 * The IPC contract: commands (renderer → main, zod input and output, roles that may call) and events (main → renderer,
 * whole snapshots: a missed one is healed by the next). Preload is two generic functions; nothing else names a channel.
 */
import { z } from 'zod';
import { ERROR_CODES } from './errors.ts';
import { liveSnapshotSchema } from './live.ts';
import { evidenceSchema, receiptSchema } from './receipts.ts';
import { chatSchema, deviceRowSchema, idSchema, msSchema, userProjectionSchema } from './rows.ts';
import { memberSchema, pushAnswerSchema } from './wire.ts';

/** What a window is; its role decides which commands it may call. */
export const windowRoleSchema = z.enum(['welcome', 'desk', 'chat']);
export type WindowRole = z.infer<typeof windowRoleSchema>;

export const themeSchema = z.enum(['system', 'light', 'dark']);

/** Who is signed in on this profile. */
export const sessionSchema = z.discriminatedUnion('phase', [
  z.object({
    phase: z.literal('signedOut'),
    /** The address given by --server, offered in the sign-in form. */
    suggestedServerUrl: z.string().nullable(),
    /** Rows that wait, sealed, for a member who signed out. */
    sealedRows: z.array(z.object({ memberName: z.string(), rows: z.number().int() })),
  }),
  z.object({
    phase: z.literal('signedIn'),
    member: memberSchema,
    deviceId: idSchema,
    deviceName: z.string(),
    serverUrl: z.string(),
    organisationName: z.string(),
    isPractice: z.boolean(),
    /** Names the local RxDB database: one per (server, member). */
    databaseName: z.string(),
    /** The session ran out or was revoked: go on offline, sign in again to send. */
    needsSignIn: z.boolean(),
  }),
]);
export type Session = z.infer<typeof sessionSchema>;

/** A row the server refused, kept where the advisor sees it. */
export const refusedRowSchema = z.object({ row: deviceRowSchema, code: z.enum(ERROR_CODES), atMs: msSchema });
export type RefusedRow = z.infer<typeof refusedRowSchema>;

const nothing = z.null();
const desk: WindowRole[] = ['desk'];
const chat: WindowRole[] = ['chat'];
const work: WindowRole[] = ['desk', 'chat'];
const all: WindowRole[] = ['welcome', 'desk', 'chat'];

function command<I extends z.ZodType, O extends z.ZodType>(roles: WindowRole[], input: I, output: O) {
  return { roles, input, output };
}

/** Every command. An answer is `{ ok: true, value }` or `{ ok: false, code, details }`. */
export const COMMANDS = {
  // Session
  readSession: command(all, nothing, sessionSchema),
  /** Starts the practice organisation on this computer's own server and signs in; no account, no network. */
  practise: command(all, z.object({ as: z.enum(['advisor', 'supervisor']) }), nothing),
  /** Asks an address whether a Chatclock server is there. */
  checkServer: command(
    all,
    z.object({ serverUrl: z.string().max(500) }),
    z.object({ organisationName: z.string(), needsSetup: z.boolean() }),
  ),
  signIn: command(
    all,
    z.object({
      serverUrl: z.string().max(500),
      email: z.string().min(1).max(320),
      password: z.string().min(1).max(1000),
      deviceName: z.string().min(1).max(100),
    }),
    nothing,
  ),
  /** Stops all timers, seals what is unsent for its author, and says how many rows that is. */
  signOut: command(work, nothing, z.object({ sealedRows: z.number().int() })),

  // Chats and timers
  /** Shows the chat's window (from the pre-made hidden one) and starts its timer when it is the advisor's own open chat. */
  openChat: command(work, z.object({ chat: chatSchema, clientName: z.string() }), nothing),
  /** The chat this window was given, for a window that missed the event. */
  readAssignedChat: command(chat, nothing, z.object({ chat: chatSchema, clientName: z.string() }).nullable()),
  /** The chat's window has its record and transcript on screen: its timer may start. */
  startTimer: command(work, z.object({ chat: chatSchema }), nothing),
  /** Ends the chat's time on the device where it runs, from now on, and starts it here. */
  takeOverChat: command(work, z.object({ chat: chatSchema }), nothing),
  /** Closes the segment and writes the stopMark. */
  pauseTimer: command(work, z.object({ chatId: idSchema }), nothing),
  /** Stops time now; the chatEnd is sent after the 8 s in which it can be undone. */
  endChat: command(work, z.object({ chatId: idSchema }), nothing),
  undoEndChat: command(work, z.object({ chatId: idSchema }), nothing),
  /** Journals a row the renderer makes (message, conversationTimeRecord, chat); answered when it is on disk: "saved here". */
  writeRow: command(
    work,
    z.object({
      row: z.discriminatedUnion('type', [
        z.object({ type: z.literal('message'), chatId: idSchema, text: z.string().min(1) }),
        z.object({
          type: z.literal('conversationTimeRecord'),
          id: idSchema,
          userId: idSchema,
          advisorId: idSchema,
        }),
        z.object({ type: z.literal('chat'), userId: idSchema, topic: z.string().max(200).optional() }),
      ]),
    }),
    z.object({ row: deviceRowSchema }),
  ),
  readLive: command(work, nothing, liveSnapshotSchema),

  // Replicator (desk only)
  /** The whole outbox in journal order; a replicator that starts asks for it. */
  readOutbox: command(desk, nothing, z.object({ rows: z.array(deviceRowSchema) })),
  readRefusedRows: command(work, nothing, z.object({ rows: z.array(refusedRowSchema) })),
  /** Puts a refused row back into the outbox, e.g. after its cause is mended. */
  retryRefusedRow: command(work, z.object({ id: idSchema }), nothing),
  /** Writes what waits and what was refused as a text that a person can read; answers the file's path. */
  exportOutbox: command(work, nothing, z.object({ file: z.string() })),
  /** The server's answers; main drops what they cover and moves refused rows aside. */
  acknowledgePush: command(desk, z.object({ answers: z.array(pushAnswerSchema) }), nothing),
  /** Sign of life of the replicator (every 2 s) and how far it has applied; main reloads a desk that is silent for 10 s. */
  reportReplication: command(
    desk,
    z.object({
      appliedSeq: msSchema,
      phase: z.enum(['starting', 'pulling', 'streaming', 'retrying', 'refused']),
      code: z.enum(ERROR_CODES).optional(),
    }),
    nothing,
  ),
  /** Projections that came by replication; main keeps the newest of each client. */
  projectionsPulled: command(desk, z.object({ projections: z.array(userProjectionSchema) }), nothing),
  /** The policy in force, as replicated: what to do with a running chat of the same pair. */
  policiesPulled: command(desk, z.object({ previousChatInPair: z.enum(['stop', 'run']) }), nothing),

  // Receipts
  /** What confirmation changed of what this device showed, newest first. */
  readReceipts: command(desk, nothing, z.object({ receipts: z.array(receiptSchema) })),
  markReceiptsSeen: command(desk, z.object({ ids: z.array(z.string().min(1).max(500)).max(1000) }), nothing),
  /** The rows that `evidenceWanted` asked for. */
  reportEvidence: command(desk, z.object({ evidence: evidenceSchema }), nothing),

  // Window
  showDesk: command(all, nothing, nothing),
  closeWindow: command(all, nothing, nothing),
  minimiseWindow: command(all, nothing, nothing),
  toggleMaximiseWindow: command(all, nothing, nothing),
  /** Text of the window's title, e.g. "01:12 free – Mara Lindt". */
  setTitle: command(work, z.object({ title: z.string().max(300) }), nothing),
  setTheme: command(all, z.object({ theme: themeSchema }), nothing),
  readTheme: command(all, nothing, z.object({ theme: themeSchema })),
  /** Tells main that the desk shows its first complete picture (for --screenshot and start-up figures). */
  reportDeskReady: command(desk, nothing, nothing),
} as const;
export type Commands = typeof COMMANDS;
export type CommandName = keyof Commands;
export type CommandInput<N extends CommandName> = z.input<Commands[N]['input']>;
export type CommandOutput<N extends CommandName> = z.output<Commands[N]['output']>;
export type CommandResult<N extends CommandName> =
  | { ok: true; value: CommandOutput<N> }
  | { ok: false; code: (typeof ERROR_CODES)[number]; details?: Record<string, unknown> };

/** Every event. */
export const EVENTS = {
  sessionChanged: sessionSchema,
  liveChanged: liveSnapshotSchema,
  /** Rows appended to or grown in the outbox since the last event; the replicator upserts and pushes them. */
  outboxChanged: z.object({ rows: z.array(deviceRowSchema) }),
  receiptsChanged: z.object({ receipts: z.array(receiptSchema) }),
  /** Main compares what it showed of these chats: it wants the desk's rows of them. */
  evidenceWanted: z.object({ chatIds: z.array(idSchema) }),
  /** A spare chat window is given its chat. */
  chatAssigned: z.object({ chat: chatSchema, clientName: z.string() }),
  /** From the replay: write this recorded answer in the chat's window. */
  answerRecorded: z.object({ chatId: idSchema, text: z.string() }),
  /** From the replay: open this chat as soon as it is replicated. */
  chatWanted: z.object({ chatId: idSchema }),
  themeChanged: z.object({ theme: themeSchema }),
} as const;
export type Events = typeof EVENTS;
export type EventName = keyof Events;
export type EventPayload<N extends EventName> = z.output<Events[N]>;

export const COMMAND_CHANNEL_PREFIX = 'command:';
export const EVENT_CHANNEL_PREFIX = 'event:';

/** What preload exposes as `window.api`. */
export interface Bridge {
  call<N extends CommandName>(name: N, input: CommandInput<N>): Promise<CommandResult<N>>;
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
}

/** Path under the app's own origin that main forwards, with the session's token, to the sync server's /v1. */
export const SYNC_PROXY_PATH = '/sync/v1';
export const APP_ORIGIN = 'app://desk';
