/**
 * Chats that need the advisor, as the desk reads them from the local database: a whole list each time, so that a missed
 * one is healed by the next. Pure.
 */
import { z } from 'zod';
import type { LiveSnapshot } from '../live.ts';
import { idSchema, msSchema, nameSchema } from '../rows.ts';
import type { MessageNotice } from './notice.ts';

/** How much of a message a notice may hold, UTF-16 code units. */
export const NOTICED_TEXT_MAX = 200;
/** Chats in one list, at most. */
export const ATTENTION_MAX = 500;

export const attentionChatSchema = z.object({
  chatId: idSchema,
  clientName: nameSchema,
  /** The client's messages that were not answered and not seen here; 0 = opened and waiting without a word. */
  unreadCount: z.number().int().min(0),
  /** The beginning of the newest of them; empty when there is none. */
  text: z.string().max(NOTICED_TEXT_MAX),
  /** When it was written, or the chat opened; server instant, ms. */
  atMs: msSchema,
});
export type AttentionChat = z.infer<typeof attentionChatSchema>;

/** What has come between two lists. What is older than `sinceMs` is no news: a first pull brings it bit by bit. */
export function messageNotices(
  before: readonly AttentionChat[] | null,
  now: readonly AttentionChat[],
  sinceMs: number,
): MessageNotice[] {
  if (before === null) return [];
  const known = new Map(before.map((chat) => [chat.chatId, chat]));
  return now.flatMap(({ chatId, clientName, unreadCount, text, atMs }) => {
    const count = unreadCount - (known.get(chatId)?.unreadCount ?? 0);
    const isNew = unreadCount === 0 && !known.has(chatId);
    if (atMs < sinceMs || (count <= 0 && !isNew)) return [];
    return [{ kind: 'message' as const, chatId, clientName, text, count }];
  });
}

/** The number on the app's icon: chats with something unread or not opened yet, and those whose credits run low or ended. */
export function badgeOf(attention: readonly AttentionChat[], live: LiveSnapshot | null): number {
  const open = new Set(live?.chats.filter(({ isOpen }) => isOpen).map(({ chatId }) => chatId));
  const needing = new Set(
    // A chat without a word needs nobody any more once it has a window.
    attention.filter((one) => one.unreadCount > 0 || !open.has(one.chatId)).map(({ chatId }) => chatId),
  );
  const kinds = new Map(live?.clients.map(({ userId, kind }) => [userId, kind]));
  for (const { chatId, userId, timer } of live?.chats ?? []) {
    const kind = kinds.get(userId);
    const isLow = timer === 'running' && (kind === 'low' || kind === 'exhausted');
    if (isLow || timer === 'exhausted') needing.add(chatId);
  }
  return needing.size;
}
