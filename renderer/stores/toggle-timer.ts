/** Pause what runs, start what stands still, take over what runs on another device. */
import type { Chat } from '../../shared/rows.ts';
import { api } from '../api.ts';

/** Main is asked what runs: a quick second press comes before the screen has heard of the first. */
export async function toggleTimer(chat: Chat): Promise<void> {
  const { chats } = await api.call('readLive', null);
  const live = chats.find((one) => one.chatId === chat.id);
  if (live?.timer === 'running') await api.call('pauseTimer', { chatId: chat.id });
  else if (live !== undefined && live.runningElsewhere !== null) await api.call('takeOverChat', { chat });
  else await api.call('startTimer', { chat });
}
