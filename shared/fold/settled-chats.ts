import { compareCodeUnits } from '../code-unit-order.ts';
import type { ChatSettlement } from './settlement.ts';

/**
 * Chats sorted by id with new figures for some. A new list: whoever holds the one before holds what was true then.
 */
export function withChanged(
  before: readonly ChatSettlement[],
  changed: ReadonlyMap<string, ChatSettlement>,
): ChatSettlement[] {
  const chats = before.slice();
  const added: ChatSettlement[] = [];
  for (const chat of changed.values()) {
    const position = positionOf(before, chat.chatId);
    if (before[position]?.chatId === chat.chatId) chats[position] = chat;
    else added.push(chat);
  }
  if (added.length === 0) return chats;
  return chats.concat(added).sort((a, b) => compareCodeUnits(a.chatId, b.chatId));
}

function positionOf(sorted: readonly ChatSettlement[], chatId: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareCodeUnits((sorted[middle] as ChatSettlement).chatId, chatId) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
