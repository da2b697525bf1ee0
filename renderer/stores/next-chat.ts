/** From one chat to the next that needs the advisor: its window if it has one, else the desk. No clock starts by it. */
import { firstValueFrom } from 'rxjs';
import { api } from '../api.ts';
import { observeDeskChats, selectDeskLists } from '../records/desk-lists.ts';
import { nextThatNeedsMe } from '../words/urgency.ts';
import { sayProblem, useChatWindow } from './chat.ts';
import { useLive } from './live.ts';

export async function goToNextChat(currentChatId: string): Promise<void> {
  const { database } = useChatWindow.getState();
  const { live } = useLive.getState();
  if (database === null || live === null) return;
  try {
    // Looked up when it is asked for: chat windows do not keep the desk's lists.
    const chats = await firstValueFrom(observeDeskChats(database, { endedSinceMs: live.serverNowMs }));
    const lists = selectDeskLists(chats, live);
    const urgent = live.clients.filter(({ kind }) => kind === 'low' || kind === 'exhausted');
    const nextId = nextThatNeedsMe(lists, new Set(urgent.map(({ userId }) => userId)), currentChatId);
    if (nextId === null || nextId === currentChatId) return;
    const next = lists.live.find(({ chat }) => chat.id === nextId);
    const hasWindow = live.chats.some((one) => one.chatId === nextId && one.isOpen);
    if (next === undefined || !hasWindow) await api.call('showDesk', null);
    else await api.call('openChat', { chat: next.chat, clientName: next.clientName });
  } catch (error) {
    sayProblem(error);
  }
}
