/** What can be done on the desk, by button, key or search alike. A failure is shown as the desk's problem. */
import { api } from '../../api.ts';
import type { ChatDocument } from '../../database/documents.ts';
import type { DeskChat, DeskLists } from '../../records/desk-lists.ts';
import { listsOf, useDeskChats } from '../../stores/desk-chats.ts';
import { useDeskDatabase } from '../../stores/desk-database.ts';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { startChatWith } from '../../stores/start-effect.ts';
import { toggleTimer } from '../../stores/toggle-timer.ts';
import { codeOfError } from '../../words/errors.ts';
import { nextThatNeedsMe } from '../../words/urgency.ts';
import type { Chat } from '../../../shared/rows.ts';
import { forgetDrafts } from '../chat/drafts.ts';

async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    setDesk({ problem: null });
    await work();
  } catch (error) {
    setDesk({ problem: codeOfError(error) });
  }
}

function currentLists(): DeskLists {
  return listsOf(useDeskChats.getState().chats, useLive.getState().live);
}

/** The chat as main knows it: without what only the local database adds. */
function toChat(document: ChatDocument): Chat {
  const { seq: _seq, endedAtMs: _endedAtMs, refusedCode: _refusedCode, ...chat } = document;
  return chat;
}

export function openChat({ chat, clientName }: Pick<DeskChat, 'chat' | 'clientName'>): Promise<void> {
  setDesk({ selectedChatId: chat.id });
  return attempt(() => api.call('openChat', { chat: toChat(chat), clientName }));
}

export function startNewChat(client: { id: string; name?: string | undefined }): Promise<void> {
  setDesk({ overlay: 'none', page: 'desk' });
  return attempt(async () => {
    const name = client.name ?? client.id;
    const chat = await startChatWith(useDeskDatabase.getState().database, { id: client.id, name });
    if (chat !== null) setDesk({ selectedChatId: chat.id });
  });
}

/** The chat runs on another device: its window opens, its time there ends and goes on here. */
export function takeOver({ chat, clientName }: Pick<DeskChat, 'chat' | 'clientName'>): Promise<void> {
  setDesk({ selectedChatId: chat.id });
  return attempt(async () => {
    await api.call('openChat', { chat: toChat(chat), clientName });
    await api.call('takeOverChat', { chat: toChat(chat) });
  });
}

/**
 * Pauses the selected chat, or lets it run; a chat without a window is opened, which starts it, and one that runs on
 * another device is taken over.
 */
export function togglePause(): void {
  const id = useDesk.getState().selectedChatId;
  const deskChat = useDeskChats.getState().chats?.find((one) => one.chat.id === id);
  const live = useLive.getState().live?.chats.find((one) => one.chatId === id);
  if (deskChat === undefined || deskChat.chat.endedAtMs > 0) return;
  if (live !== undefined && live.runningElsewhere !== null && live.timer !== 'running')
    void takeOver(deskChat);
  else if (live?.isOpen || live?.timer === 'running') void attempt(() => toggleTimer(toChat(deskChat.chat)));
  else void openChat(deskChat);
}

export function goToNextThatNeedsMe(): void {
  const urgent = (useLive.getState().live?.clients ?? []).filter(
    ({ kind }) => kind === 'low' || kind === 'exhausted',
  );
  const lists = currentLists();
  const next = nextThatNeedsMe(
    lists,
    new Set(urgent.map(({ userId }) => userId)),
    useDesk.getState().selectedChatId,
  );
  if (next !== null) select(next);
}

/** Selects a row and moves the focus to it. */
export function select(chatId: string): void {
  setDesk({ selectedChatId: chatId, page: 'desk' });
  setTimeout(() => document.querySelector<HTMLElement>(`[data-chat-id="${CSS.escape(chatId)}"]`)?.focus(), 0);
}

/** All chats with a client, the newest to read. No clock starts by it. */
export function showHistory(userId: string | null): void {
  setDesk({ page: 'history', historyUserId: userId, historyChatId: null, areHistoryNotesShown: false });
}

/** Prints the conversation of the history page. */
export function printRead(): void {
  void attempt(() => api.call('printPage', null));
}

/** A link from outside shows its chat; one that is not here is said, not searched for. */
export function selectLinked(chatId: string): void {
  const isHere = useDeskChats.getState().chats?.some(({ chat }) => chat.id === chatId) === true;
  setDesk({ overlay: 'none', problem: isHere ? null : 'unknownChat' });
  if (isHere) select(chatId);
}

export function setTheme(theme: 'system' | 'light' | 'dark'): Promise<void> {
  return attempt(() => api.call('setTheme', { theme }));
}

export function signOut(): Promise<void> {
  setDesk({ overlay: 'none' });
  return attempt(async () => {
    await api.call('signOut', null);
    forgetDrafts();
  });
}
