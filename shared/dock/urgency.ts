/** Which live chats stand first in the mini timer and the tray (UX.md, "Mini timer"). Pure. */
import { compareCodeUnits } from '../code-unit-order.ts';
import type { LiveChat, LiveClient, LiveSnapshot } from '../live.ts';

/** A chat with a window on this device, as the dock knows it. */
export interface DockChat {
  chatId: string;
  clientName: string;
}

export interface DockRow extends DockChat {
  chat: LiveChat | undefined;
  client: LiveClient | undefined;
}

/** How many rows the mini timer lists: as many as there are keys 1 to 9. */
export const DOCK_ROWS_MAX = 9;
/** How many of them its bar shows. */
export const DOCK_BAR_CHATS = 2;

/** All rows, most urgent first: exhausted, low, running by what is left, paused, then what waits for its times. */
export function dockRowsOf(chats: readonly DockChat[], live: LiveSnapshot | null): DockRow[] {
  const liveChats = new Map(live?.chats.map((chat) => [chat.chatId, chat]));
  const clients = new Map(live?.clients.map((client) => [client.userId, client]));
  return chats
    .map((one): DockRow => {
      const chat = liveChats.get(one.chatId);
      return { ...one, chat, client: chat === undefined ? undefined : clients.get(chat.userId) };
    })
    .filter(({ chat }) => chat?.timer !== 'ended' && chat?.timer !== 'ending')
    .sort((a, b) => rankOf(a) - rankOf(b) || leftOf(a) - leftOf(b) || compareCodeUnits(a.chatId, b.chatId));
}

/**
 * The chats of the bar: those whose time runs out next. What has stopped comes only where nothing runs, because its
 * number does not move (the list names it first).
 */
export function dockBarOf(rows: readonly DockRow[]): DockRow[] {
  return [...rows.filter(isRunning), ...rows.filter((row) => !isRunning(row))].slice(0, DOCK_BAR_CHATS);
}

/** Time runs, here or on another device, and there is some left. */
export function isRunning({ chat, client }: DockRow): boolean {
  if (chat === undefined || client === undefined || isExhausted(chat, client)) return false;
  return chat.timer === 'running' || chat.runningElsewhere !== null;
}

function isExhausted(chat: LiveChat, client: LiveClient): boolean {
  return chat.timer === 'exhausted' || client.kind === 'exhausted';
}

function rankOf(row: DockRow): number {
  const { chat, client } = row;
  if (chat === undefined || client === undefined) return 4;
  if (isExhausted(chat, client)) return 0;
  if (isRunning(row)) return client.kind === 'low' ? 1 : 2;
  return chat.timer === 'paused' ? 3 : 4;
}

/** A chat without a price never runs out. */
function leftOf({ client }: DockRow): number {
  return client === undefined || client.kind === 'unpriced' ? Number.MAX_SAFE_INTEGER : client.countdownMs;
}
