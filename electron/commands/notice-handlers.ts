/** What calls the advisor. */
import type { NOTICE_COMMANDS } from '../../shared/ipc/notice-commands.ts';
import type { HandlersOf } from '../ipc.ts';
import type { CommandDeps } from './command-deps.ts';

export function noticeHandlers(deps: CommandDeps): HandlersOf<typeof NOTICE_COMMANDS> {
  return {
    reportAttention({ chats }) {
      deps.notices().attend(chats);
      return null;
    },
    showExampleNotice: () => ({ isShown: deps.notices().showExample() }),
  };
}
