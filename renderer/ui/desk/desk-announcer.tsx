/** What the desk reads aloud of the live chats. */
import { useMemo, type ReactElement } from 'react';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { useLive } from '../../stores/live.ts';
import { stateOfChat } from '../../words/chat-state.ts';
import { Announcer } from '../announcer.tsx';

export function DeskAnnouncer(): ReactElement {
  const deskChats = useDeskChats((state) => state.chats);
  const live = useLive((state) => state.live);
  const names = useMemo(
    () => new Map(deskChats?.map(({ chat, clientName }) => [chat.id, clientName])),
    [deskChats],
  );
  const chats = useMemo(() => {
    const clients = new Map(live?.clients.map((one) => [one.userId, one]));
    const counting = live?.chats.filter((one) => one.timer !== 'idle' || one.runningElsewhere !== null) ?? [];
    return counting.map((one) => {
      const client = clients.get(one.userId);
      const clientName = names.get(one.chatId) ?? 'Client';
      const state = stateOfChat(one, client);
      return { chatId: one.chatId, clientName, state, countdownMs: client?.countdownMs ?? 0 };
    });
  }, [names, live]);
  return <Announcer chats={chats} />;
}
