/** Chats, their timers, and the rows an advisor makes. */
import { z } from 'zod';
import { liveSnapshotSchema } from '../live.ts';
import { BASED_ON_MAX } from '../notes/note-versions.ts';
import { chatSchema, deviceRowSchema, idSchema } from '../rows.ts';
import { chat, command, nothing, work } from './command.ts';

export const CHAT_COMMANDS = {
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
  /** Journals a row the renderer makes (message, note, conversationTimeRecord, chat); answered when it is on disk: "saved here". */
  writeRow: command(
    work,
    z.object({
      row: z.discriminatedUnion('type', [
        z.object({ type: z.literal('message'), chatId: idSchema, text: z.string().min(1) }),
        z.object({
          type: z.literal('note'),
          chatId: idSchema,
          noteId: idSchema.optional(),
          basedOn: z.array(idSchema).max(BASED_ON_MAX).optional(),
          text: z.string(),
        }),
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
  readLive: command([...work, 'mini'], nothing, liveSnapshotSchema),
} as const;
