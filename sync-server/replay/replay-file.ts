/** Reads recorded conversations: JSON Lines, one conversation a line; a bad line is reported and left out. */
import { z } from 'zod';
import { idSchema, MESSAGE_MAX_LENGTH } from '../../shared/rows.ts';

export const conversationSchema = z.object({
  chatId: idSchema,
  userId: idSchema,
  advisorId: idSchema,
  /** The log it comes from: conversations of one source keep their distance in time. */
  source: z.string().max(200).default(''),
  messages: z
    .array(
      z.object({
        at: z.iso.datetime({ offset: true }),
        from: z.enum(['user', 'advisor']),
        text: z.string().min(1).max(MESSAGE_MAX_LENGTH),
      }),
    )
    .min(1),
});
export type Conversation = z.infer<typeof conversationSchema>;

export interface Complaint {
  /** Counted from 1. */
  line: number;
  code: 'unreadable' | 'idConflict';
  text: string;
}

/** Never throws; blank lines are ignored; the first of two conversations with one id stands. */
export function readConversations(text: string): { conversations: Conversation[]; complaints: Complaint[] } {
  const conversations: Conversation[] = [];
  const complaints: Complaint[] = [];
  const seen = new Set<string>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const complain = (code: Complaint['code'], why: string): void =>
      void complaints.push({ line: index + 1, code, text: why });
    const parsed = conversationSchema.safeParse(parseJson(line));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      complain(
        'unreadable',
        issue === undefined || issue.path.length === 0
          ? 'not a conversation'
          : `${issue.path.join('.')}: ${issue.message}`,
      );
    } else if (seen.has(parsed.data.chatId)) {
      complain('idConflict', `chat ${parsed.data.chatId} stands in the file already`);
    } else {
      seen.add(parsed.data.chatId);
      conversations.push(parsed.data);
    }
  }
  return { conversations, complaints };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
