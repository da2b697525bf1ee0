/**
 * The IPC contract: commands (renderer → main, zod input and output, roles that may call) and events (main → renderer,
 * whole snapshots: a missed one is healed by the next). Preload is two generic functions; nothing else names a channel.
 * Commands stand by theme in `ipc/`.
 */
import { z } from 'zod';
import type { ERROR_CODES } from './errors.ts';
import { AWAY_COMMANDS, awaySnapshotSchema } from './ipc/away-commands.ts';
import { CHAT_COMMANDS } from './ipc/chat-commands.ts';
import { OUTBOX_COMMANDS } from './ipc/outbox-commands.ts';
import { DOCK_COMMANDS, DOCK_EVENTS } from './ipc/dock-commands.ts';
import { NOTICE_COMMANDS, NOTICE_EVENTS } from './ipc/notice-commands.ts';
import { OUTSIDE_COMMANDS } from './ipc/outside-commands.ts';
import { PALETTE_COMMANDS } from './ipc/palette-commands.ts';
import { PREFERENCE_COMMANDS, PREFERENCE_EVENTS } from './ipc/preference-commands.ts';
import { RECEIPT_COMMANDS } from './ipc/receipt-commands.ts';
import { REPORT_COMMANDS } from './ipc/report-commands.ts';
import { REPLICATOR_COMMANDS } from './ipc/replicator-commands.ts';
import { SESSION_COMMANDS, sessionSchema } from './ipc/session-commands.ts';
import { TABLE_COMMANDS, TABLE_EVENTS } from './ipc/table-commands.ts';
import { SNIPPET_COMMANDS, SNIPPET_EVENTS } from './ipc/snippet-commands.ts';
import { WINDOW_COMMANDS } from './ipc/window-commands.ts';
import { themeSchema } from './preferences.ts';
import { liveSnapshotSchema } from './live.ts';
import { outsideSnapshotSchema } from './outside.ts';
import { receiptSchema } from './receipts.ts';
import { chatSchema, deviceRowSchema, idSchema } from './rows.ts';

/** Every command. */
export const COMMANDS = {
  ...SESSION_COMMANDS,
  ...CHAT_COMMANDS,
  ...OUTBOX_COMMANDS,
  ...REPLICATOR_COMMANDS,
  ...RECEIPT_COMMANDS,
  ...REPORT_COMMANDS,
  ...TABLE_COMMANDS,
  ...OUTSIDE_COMMANDS,
  ...AWAY_COMMANDS,
  ...WINDOW_COMMANDS,
  ...PREFERENCE_COMMANDS,
  ...DOCK_COMMANDS,
  ...NOTICE_COMMANDS,
  ...PALETTE_COMMANDS,
  ...SNIPPET_COMMANDS,
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
  /** What stopped because nobody was there, and is to be decided. */
  awayChanged: awaySnapshotSchema,
  receiptsChanged: z.object({ receipts: z.array(receiptSchema) }),
  /** Sessions held outside the app: timers without a window, what can still be undone. */
  outsideChanged: outsideSnapshotSchema,
  /** Main compares what it showed of these chats: it wants the desk's rows of them. */
  evidenceWanted: z.object({ chatIds: z.array(idSchema) }),
  /** A spare chat window is given its chat. */
  chatAssigned: z.object({ chat: chatSchema, clientName: z.string() }),
  /** From the replay: write this recorded answer in the chat's window. */
  answerRecorded: z.object({ chatId: idSchema, text: z.string() }),
  /** From the replay: open this chat as soon as it is replicated. */
  chatWanted: z.object({ chatId: idSchema }),
  /** A link from outside: select this chat on the desk. Nothing starts by it. */
  chatLinked: z.object({ chatId: idSchema }),
  ...PREFERENCE_EVENTS,
  ...DOCK_EVENTS,
  ...NOTICE_EVENTS,
  ...SNIPPET_EVENTS,
  ...TABLE_EVENTS,
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
