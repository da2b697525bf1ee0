/** The live snapshot of main: every number that runs comes from here and nowhere else. */
import { create } from 'zustand';
import type { LiveChat, LiveClient, LiveSnapshot } from '../../shared/live.ts';
import { api } from '../api.ts';

export const useLive = create<{ live: LiveSnapshot | null }>(() => ({ live: null }));

/** Asks once and listens from then on. */
export async function followLive(): Promise<void> {
  let isHeard = false;
  api.on('liveChanged', (live) => {
    isHeard = true;
    useLive.setState({ live });
  });
  const live = await api.call('readLive', null);
  if (!isHeard) useLive.setState({ live });
}

export function useLiveChat(chatId: string): LiveChat | undefined {
  return useLive(({ live }) => live?.chats.find((chat) => chat.chatId === chatId));
}

export function useLiveClient(userId: string): LiveClient | undefined {
  return useLive(({ live }) => live?.clients.find((client) => client.userId === userId));
}
