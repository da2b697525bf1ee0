/** Windows and their look. */
import type { WINDOW_COMMANDS } from '../../shared/ipc/window-commands.ts';
import type { HandlersOf } from '../ipc.ts';
import type { CommandDeps } from './command-deps.ts';

export function windowHandlers(deps: CommandDeps): HandlersOf<typeof WINDOW_COMMANDS> {
  const { windows, keeper, preferences } = deps;
  return {
    showDesk() {
      windows.show(keeper.current().phase === 'signedIn' ? 'desk' : 'welcome');
      return null;
    },
    closeWindow(_input, sender) {
      windows.windowOf(sender)?.close();
      return null;
    },
    minimiseWindow(_input, sender) {
      windows.windowOf(sender)?.minimize();
      return null;
    },
    toggleMaximiseWindow(_input, sender) {
      const window = windows.windowOf(sender);
      if (window?.isMaximized()) window.unmaximize();
      else window?.maximize();
      return null;
    },
    setTitle({ title }, sender) {
      windows.setTitle(sender, title);
      return null;
    },
    setTheme({ theme }) {
      preferences.update({ theme });
      return null;
    },
    readTheme: () => ({ theme: preferences.read().theme }),
    reportDeskReady() {
      deps.onDeskReady();
      return null;
    },
  };
}
