/** What can be done from the mini timer. */
import { AppError } from '../../shared/errors.ts';
import type { DOCK_COMMANDS } from '../../shared/ipc/dock-commands.ts';
import type { HandlersOf } from '../ipc.ts';
import type { AssignedChat } from '../windows.ts';
import type { CommandDeps } from './command-deps.ts';

export function dockHandlers(deps: CommandDeps): HandlersOf<typeof DOCK_COMMANDS> {
  const { windows, keeper } = deps;

  function openChat(chatId: string): AssignedChat {
    const found = windows.openChats().find(({ chat }) => chat.id === chatId);
    if (found === undefined) throw new AppError('unknownChat');
    return found;
  }

  return {
    readDock: () => deps.dock().snapshot(),
    focusDockChat({ chatId }) {
      windows.openChat(openChat(chatId));
      return null;
    },
    toggleDockTimer({ chatId }) {
      const { chat } = openChat(chatId);
      const session = keeper.current();
      if (session.phase !== 'signedIn' || chat.advisorId !== session.member.id)
        throw new AppError('notYourChat');
      const { timers } = deps.device();
      if (
        deps
          .device()
          .live()
          .chats.some((one) => one.chatId === chatId && one.timer === 'running')
      )
        timers.pause(chatId);
      else timers.start(chat);
      return null;
    },
    growMini({ isGrown }) {
      deps.dock().grow(isGrown);
      return null;
    },
    leaveMini() {
      deps.dock().grow(false);
      windows.show('desk');
      return null;
    },
  };
}
