/** Tells main which chats need the advisor, after every change of the desk's lists: for notices, badge and tray. */
import { useEffect, useRef } from 'react';
import { ATTENTION_MAX, NOTICED_TEXT_MAX, type AttentionChat } from '../../shared/notices/attention.ts';
import { api } from '../api.ts';
import type { DeskChat } from '../records/desk-lists.ts';
import { useDeskChats } from './desk-chats.ts';
import { useDeskDatabase } from './desk-database.ts';

/** Chats with something unread, and those that were opened and wait without a word. */
export function attentionOf(chats: readonly DeskChat[]): AttentionChat[] {
  return chats
    .filter(({ chat, unreadCount, lastMessage }) => {
      return chat.endedAtMs === 0 && (unreadCount > 0 || lastMessage === null);
    })
    .slice(0, ATTENTION_MAX)
    .map(({ chat, clientName, unreadCount, lastMessage }) => ({
      chatId: chat.id,
      clientName: clientName.slice(0, NOTICED_TEXT_MAX),
      unreadCount,
      text: lastMessage?.text.slice(0, NOTICED_TEXT_MAX) ?? '',
      atMs: lastMessage?.atMs ?? chat.openedAtMs,
    }));
}

/** `isOff`: somebody who has no chats of their own. The first list waits until the replicator has caught up once. */
export function useReportAttention(isOff: boolean, onFailed: (error: unknown) => void): void {
  const chats = useDeskChats((state) => state.chats);
  const phase = useDeskDatabase((state) => state.status?.phase);
  const told = useRef<string | null>(null);
  useEffect(() => {
    const isCaughtUp = phase === 'streaming' || phase === 'retrying' || phase === 'refused';
    if (isOff || chats === null || (told.current === null && !isCaughtUp)) return;
    const attention = attentionOf(chats);
    const line = JSON.stringify(attention);
    if (line === told.current) return;
    told.current = line;
    api.call('reportAttention', { chats: attention }).catch(onFailed);
  }, [chats, phase, isOff, onFailed]);
}
