/** Ctrl K in a chat's window: its commands, the desk's, and search. The composer has the focus again afterwards. */
import { useEffect, type ReactElement } from 'react';
import type { DeskPlace } from '../../../shared/ipc/palette-commands.ts';
import type { LiveChat } from '../../../shared/live.ts';
import type { Chat } from '../../../shared/rows.ts';
import type { PaletteId } from '../../../shared/shortcuts.ts';
import { api } from '../../api.ts';
import { sayProblem, useChatWindow } from '../../stores/chat.ts';
import { useLive } from '../../stores/live.ts';
import { goToNextChat } from '../../stores/next-chat.ts';
import type { FoundText } from '../../stores/search.ts';
import { startChatWith } from '../../stores/start-effect.ts';
import { toggleTimer } from '../../stores/toggle-timer.ts';
import { paletteCommands, type CommandAction } from '../palette/commands.ts';
import { menuActions, themeActions } from '../palette/menu-actions.ts';
import { Palette } from '../palette/palette.tsx';
import { useStarter } from '../palette/use-starter.ts';

interface Props {
  chat: Chat;
  live: LiveChat | undefined;
  isReadOnly: boolean;
  isOwn: boolean;
  onNotes(): void;
  onClose(): void;
}

const attempt = (work: Promise<unknown>) => void work.catch(sayProblem);
const onDesk = (place: DeskPlace) => attempt(api.call('showOnDesk', place));
const startChat = (client: { id: string; name: string }) =>
  attempt(startChatWith(useChatWindow.getState().database, client));

/** What is found is read on the desk: no clock starts by reading. */
function showFound({ userId, chatId, kind }: FoundText): void {
  const isClient = kind === 'client';
  onDesk({ page: 'history', userId, chatId: isClient ? null : chatId, areNotesShown: kind === 'note' });
}

export function ChatPalette({ chat, live, isReadOnly, isOwn, onNotes, onClose }: Props): ReactElement {
  const database = useChatWindow((state) => state.database);
  const hasOpenChats = useLive((state) => state.live?.chats.some((one) => one.isOpen) === true);
  const starter = useStarter(database, startChat, sayProblem);
  const notNow = isReadOnly ? (isOwn ? 'This chat has ended' : 'Another advisor’s chat') : null;
  const { id: chatId, userId } = chat;
  const actions: Record<PaletteId<'chat'>, CommandAction> = {
    ...menuActions({ onFailed: sayProblem, hasOpenChats }),
    pause: { icon: 'pause', notNow, run: () => attempt(toggleTimer(chat)) },
    end: { icon: 'end', notNow, run: () => attempt(api.call('endChat', { chatId })) },
    snippets: {
      ...{ icon: 'message', notNow },
      run: () => useChatWindow.setState({ areSnippetsShown: true }),
    },
    print: { icon: 'down', run: () => attempt(api.call('printPage', null)) },
    undo: {
      ...{ icon: 'undo', isAbsent: live?.timer !== 'ending' },
      run: () => attempt(api.call('undoEndChat', { chatId })),
    },
    nextNeeding: { icon: 'right', run: () => void goToNextChat(chatId) },
    notes: { icon: 'eye', isAbsent: !isOwn, run: onNotes },
    history: {
      icon: 'message',
      run: () => onDesk({ page: 'history', userId, chatId, areNotesShown: false }),
    },
    newChat: { icon: 'plus', run: () => onDesk({ page: 'newChat' }) },
    outbox: { icon: 'send', run: () => onDesk({ page: 'outbox' }) },
    receipts: { icon: 'check', run: () => onDesk({ page: 'receipts' }) },
    ...themeActions((theme) => attempt(api.call('setTheme', { theme }))),
  };
  return (
    <Palette
      commands={paletteCommands('chat', actions, {
        hasSingleKeys: false,
        isMac: /mac/i.test(navigator.platform),
      })}
      database={database}
      starter={isOwn ? starter : null}
      onFound={showFound}
      onClose={onClose}
      onFailed={sayProblem}
    />
  );
}

/** Calls back at Ctrl K. */
export function usePaletteKey(onOpen: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.repeat) return;
      if (event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      onOpen();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [onOpen]);
}
