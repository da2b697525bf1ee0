/** Chats and what a device writes of them: what may stand in an outbox and in a push. */
import { z } from 'zod';
import { idSchema, msSchema, nameSchema } from './basics.ts';

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

/**
 * One version of what somebody who may see the chat wrote down about it or its client; never shown to the client. A
 * version never changes: an edit is a row of its own (shared/notes/note-versions.ts). Order: the server's sequence.
 */
export const noteSchema = z.object({
  type: z.literal('note'),
  id: idSchema,
  /** The chat it was written in; its pair is the note's. */
  chatId: idSchema,
  /** The id of the note's first version; absent on that one. */
  noteId: idSchema.optional(),
  /** Versions its author saw and replaced by it. */
  basedOn: z.array(idSchema).max(50).optional(),
  /** The device that wrote it; absent on a supervisor's. */
  deviceId: idSchema.optional(),
  /** The supervisor who wrote it, set by the server; absent on a device's, which is its advisor's. */
  byId: idSchema.optional(),
  /** Empty: the note is deleted. */
  text: z.string().max(MESSAGE_MAX_LENGTH),
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
