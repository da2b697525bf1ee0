/** Which chat needs the advisor next (Ctrl J). */
import type { DeskLists } from '../records/desk-lists.ts';

/**
 * The next chat after `currentId` that needs somebody: live chats with unread messages, low or exhausted funds in their
 * order of urgency, then the waiting ones; round and round. Null when nobody needs anything.
 */
export function nextThatNeedsMe(
  lists: DeskLists,
  urgentUserIds: ReadonlySet<string>,
  currentId: string | null,
): string | null {
  const needing = [
    ...lists.live.filter((one) => one.unreadCount > 0 || urgentUserIds.has(one.chat.userId)),
    ...lists.waiting.filter((one) => one.waitingSinceMs !== null),
  ].map((one) => one.chat.id);
  return needing[(needing.indexOf(currentId ?? '') + 1) % Math.max(1, needing.length)] ?? null;
}
