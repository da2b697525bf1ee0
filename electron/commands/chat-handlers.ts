/** Chats, their timers, and the rows an advisor makes. */
import type { WebContents } from 'electron';
import { AppError } from '../../shared/errors.ts';
import type { CHAT_COMMANDS } from '../../shared/ipc/chat-commands.ts';
import type { Chat } from '../../shared/rows.ts';
import type { HandlersOf } from '../ipc.ts';
import type { CommandDeps } from './command-deps.ts';

export function chatHandlers(deps: CommandDeps): HandlersOf<typeof CHAT_COMMANDS> {
  const { windows, keeper } = deps;

  /** A timer runs only for the advisor's own chat, and only while its window is open. */
  function ownChat(chat: Chat): Chat {
    const session = keeper.current();
    if (session.phase !== 'signedIn' || chat.advisorId !== session.member.id)
      throw new AppError('notYourChat');
    return chat;
  }

  function assertMayStart(chat: Chat, sender: WebContents): void {
    ownChat(chat);
    if (windows.roleOf(sender) === 'chat' && windows.assignedTo(sender)?.chat.id !== chat.id)
      throw new AppError('notAllowed');
    if (!windows.isChatOpen(chat.id)) throw new AppError('notReady');
  }

  return {
    openChat(assigned) {
      windows.openChat(assigned);
      return null;
    },
    readAssignedChat: (_input, sender) => windows.assignedTo(sender),
    startTimer({ chat }, sender) {
      assertMayStart(chat, sender);
      deps.device().timers.start(chat);
      return null;
    },
    takeOverChat({ chat }, sender) {
      assertMayStart(chat, sender);
      deps.device().timers.takeOver(chat);
      return null;
    },
    pauseTimer({ chatId }) {
      deps.device().timers.pause(chatId);
      return null;
    },
    endChat({ chatId }) {
      const device = deps.device();
      const chat =
        device.timers.timerOf(chatId)?.chat ??
        windows.openChats().find((one) => one.chat.id === chatId)?.chat;
      if (chat === undefined) throw new AppError('unknownChat');
      device.timers.end(ownChat(chat));
      return null;
    },
    undoEndChat({ chatId }) {
      deps.device().timers.undoEnd(chatId);
      return null;
    },
    writeRow: async ({ row }) => ({ row: await deps.device().write(row) }),
    readLive: () => deps.device().live(),
  };
}
