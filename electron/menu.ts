/** The application menu: every command with its keys (UX.md, "Keyboard map"), from the one list in `shared/shortcuts.ts`. */
import { BrowserWindow, Menu, type MenuItemConstructorOptions } from 'electron';
import { acceleratorParts, SHORTCUTS, type MenuCommand, type Shortcut } from '../shared/shortcuts.ts';

export interface MenuDeps {
  focusChat(position: number): void;
  focusNextChat(step: 1 | -1): void;
  showDesk(): void;
  toggleMini(): void;
  showSettings(): void;
  showKeys(): void;
  /** One step up or down; 0 = back to 100 %. */
  zoom(direction: 1 | 0 | -1): void;
}

export function installMenu(deps: MenuDeps): void {
  const run: Record<MenuCommand, () => void> = {
    desk: deps.showDesk,
    mini: deps.toggleMini,
    settings: deps.showSettings,
    keys: deps.showKeys,
    nextLive: () => deps.focusNextChat(1),
    previousLive: () => deps.focusNextChat(-1),
    zoomIn: () => deps.zoom(1),
    zoomOut: () => deps.zoom(-1),
    zoomReset: () => deps.zoom(0),
  };
  const chats: MenuItemConstructorOptions[] = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ({
    id: `chat${n}`,
    label: `Chat ${n}`,
    accelerator: `CommandOrControl+${n}`,
    click: () => deps.focusChat(n - 1),
  }));

  function items(menu: Shortcut['menu']): MenuItemConstructorOptions[] {
    return SHORTCUTS.filter((one) => one.menu === menu).map(({ id, name, keys }) => {
      const action = (run as Partial<Record<string, () => void>>)[id];
      if (action !== undefined) return { id, label: name, accelerator: keys, click: () => action() };
      // The page in front has the key itself; chosen with the pointer, it is given that key.
      return {
        id,
        label: name,
        accelerator: keys,
        registerAccelerator: false,
        click: (_item, _window, { triggeredByAccelerator }) => {
          if (triggeredByAccelerator !== true) pressKey(keys);
        },
      };
    });
  }

  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      {
        label: 'Chatclock',
        submenu: [
          ...items('app'),
          { type: 'separator' },
          ...macItems,
          { role: 'quit', accelerator: 'CommandOrControl+Q' },
        ],
      },
      { role: 'editMenu' },
      {
        label: 'View',
        submenu: [
          ...items('view'),
          // The plus sign without Shift, as on many keyboards.
          { ...plusWithoutShift, click: () => deps.zoom(1) },
          { type: 'separator' },
          { role: 'togglefullscreen' },
        ],
      },
      { label: 'Chats', submenu: [...items('chats'), { type: 'separator' }, ...chats] },
      { role: 'windowMenu' },
    ]),
  );
}

const macItems: MenuItemConstructorOptions[] =
  process.platform === 'darwin'
    ? [
        { role: 'services' },
        { role: 'hide' },
        { role: 'hideOthers' },
        { role: 'unhide' },
        { type: 'separator' },
      ]
    : [];

const plusWithoutShift: MenuItemConstructorOptions = {
  label: 'Zoom in',
  accelerator: 'CommandOrControl+=',
  visible: false,
  acceleratorWorksWhenHidden: true,
};

/** As if the item were chosen with the pointer. */
export function pressMenuItem(id: MenuCommand): void {
  Menu.getApplicationMenu()?.getMenuItemById(id)?.click();
}

function pressKey(accelerator: string): void {
  const contents = BrowserWindow.getFocusedWindow()?.webContents;
  const { key, modifiers } = acceleratorParts(accelerator, process.platform);
  contents?.sendInputEvent({ type: 'keyDown', keyCode: key, modifiers });
  contents?.sendInputEvent({ type: 'keyUp', keyCode: key, modifiers });
}
