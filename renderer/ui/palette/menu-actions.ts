/** What every window's palette has done by main's menu. */
import type { MenuCommand } from '../../../shared/shortcuts.ts';
import { api } from '../../api.ts';
import type { CommandAction } from './commands.ts';

export function menuActions(deps: {
  onFailed(error: unknown): void;
  hasOpenChats: boolean;
}): Record<MenuCommand, CommandAction> {
  const press = (id: MenuCommand) => () => void api.call('runMenuCommand', { id }).catch(deps.onFailed);
  const notNow = deps.hasOpenChats ? null : 'No chat is open';
  return {
    nextLive: { icon: 'right', run: press('nextLive'), notNow },
    previousLive: { icon: 'left', run: press('previousLive'), notNow },
    desk: { icon: 'target', run: press('desk') },
    mini: { icon: 'target', run: press('mini') },
    zoomIn: { icon: 'plus', run: press('zoomIn') },
    zoomOut: { icon: 'min', run: press('zoomOut') },
    zoomReset: { icon: 'search', run: press('zoomReset') },
    settings: { icon: 'target', run: press('settings') },
    keys: { icon: 'enter', run: press('keys') },
  };
}

export function themeActions(
  setTheme: (theme: 'light' | 'dark' | 'system') => void,
): Record<'themeLight' | 'themeDark' | 'themeSystem', CommandAction> {
  return {
    themeLight: { icon: 'eye', run: () => setTheme('light') },
    themeDark: { icon: 'eye', run: () => setTheme('dark') },
    themeSystem: { icon: 'eye', run: () => setTheme('system') },
  };
}
