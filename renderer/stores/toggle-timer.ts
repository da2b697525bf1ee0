/** Pause what runs, start what stands still. */
import type { Chat } from '../../shared/rows.ts';
import { api } from '../api.ts';

/** Main is asked what runs: a quick second press comes before the screen has heard of the first. */
export async function toggleTimer(chat: Chat): Promise<void> {
  const { chats } = await api.call('readLive', null);
  const isRunning = chats.find((one) => one.chatId === chat.id)?.timer === 'running';
  if (isRunning) await api.call('pauseTimer', { chatId: chat.id });
  else await api.call('startTimer', { chat });
}
