/** The application menu: standard roles and the keys that work in every window (UX.md, "Keyboard map"). */
import { Menu, type MenuItemConstructorOptions } from 'electron';

export interface MenuDeps {
  focusChat(position: number): void;
  showDesk(): void;
  showSettings(): void;
}

export function installMenu({ focusChat, showDesk, showSettings }: MenuDeps): void {
  const chats: MenuItemConstructorOptions[] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ({
    label: `Chat ${n}`,
    accelerator: `CommandOrControl+${n}`,
    click: () => focusChat(n - 1),
  }));
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(process.platform === 'darwin'
        ? [{ role: 'appMenu' } as const]
        : [{ label: 'Chatclock', submenu: [{ role: 'quit' } as const] }]),
      { role: 'editMenu' },
      {
        label: 'View',
        submenu: [
          { role: 'zoomIn' },
          { role: 'zoomOut' },
          { role: 'resetZoom' },
          { type: 'separator' },
          { role: 'togglefullscreen' },
        ],
      },
      {
        label: 'Chats',
        submenu: [
          { label: 'Settings…', accelerator: 'CommandOrControl+,', click: showSettings },
          { label: 'Desk', accelerator: 'CommandOrControl+Shift+D', click: showDesk },
          { type: 'separator' },
          ...chats,
        ],
      },
      { role: 'windowMenu' },
    ]),
  );
}
