/** What calls the advisor: which chats need them, what is heard, an example of a notice. */
import { z } from 'zod';
import { ATTENTION_MAX, attentionChatSchema } from '../notices/attention.ts';
import { NOTICE_KINDS } from '../notices/notice.ts';
import { command, desk, nothing } from './command.ts';

export const NOTICE_COMMANDS = {
  /** Chats with something unread or without an answer, after every change; the first list after a start calls nobody. */
  reportAttention: command(
    desk,
    z.object({ chats: z.array(attentionChatSchema).max(ATTENTION_MAX) }),
    nothing,
  ),
  /** Shows a notice as the present choice makes it look; false = this system shows none. */
  showExampleNotice: command(desk, nothing, z.object({ isShown: z.boolean() })),
} as const;

export const NOTICE_EVENTS = {
  /** To be heard once, at the volume the person chose. */
  soundWanted: z.object({ kind: z.enum(NOTICE_KINDS) }),
} as const;
