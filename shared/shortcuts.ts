/**
 * Every key of the app, once: the menu, the sheet of all keys and the settings read this list (UX.md, "Keyboard map").
 * Keys are written as Electron's accelerators; `CommandOrControl` is Cmd on macOS.
 */

export interface Shortcut {
  id: string;
  name: string;
  keys: string;
  /** The menu it stands in; null = the sheet alone names it. */
  menu: 'app' | 'view' | 'chats' | null;
  /** A letter or sign without a modifier: can be switched off. */
  isSingleKey?: true;
}

export const SHORTCUTS: readonly Shortcut[] = [
  { id: 'move', name: 'Move in the lists', keys: '↑+↓', menu: null },
  { id: 'open', name: 'Open the selected chat', keys: 'Enter', menu: null },
  {
    id: 'openPanel',
    name: 'Narrow window: show its client, Enter again opens the chat',
    keys: 'Enter',
    menu: null,
  },
  { id: 'back', name: 'Back to the list or the desk', keys: 'Esc', menu: null },
  { id: 'newChat', name: 'New chat', keys: 'N', menu: null, isSingleKey: true },
  {
    id: 'outside',
    name: 'Session held outside: time it or enter it',
    keys: 'O',
    menu: null,
    isSingleKey: true,
  },
  { id: 'away', name: 'Stops to decide', keys: 'D', menu: null, isSingleKey: true },
  { id: 'search', name: 'Search or command', keys: '/', menu: null, isSingleKey: true },
  { id: 'palette', name: 'Search or command, from anywhere', keys: 'CommandOrControl+K', menu: 'chats' },
  { id: 'pause', name: 'Pause or resume', keys: 'CommandOrControl+P', menu: 'chats' },
  { id: 'nextNeeding', name: 'Next that needs you', keys: 'CommandOrControl+J', menu: 'chats' },
  { id: 'nextLive', name: 'Next live chat', keys: 'Control+Tab', menu: 'chats' },
  { id: 'previousLive', name: 'Live chat before', keys: 'Control+Shift+Tab', menu: 'chats' },
  { id: 'chatN', name: 'Chat 1 to 9', keys: 'CommandOrControl+1…9', menu: null },
  { id: 'pane', name: 'Next region of the window', keys: 'F6', menu: 'view' },
  { id: 'send', name: 'In a chat: send', keys: 'Enter', menu: null },
  { id: 'newLine', name: 'In a chat: new line', keys: 'Shift+Enter', menu: null },
  {
    id: 'sendAndNext',
    name: 'In a chat: send, then the next that needs you',
    keys: 'CommandOrControl+Enter',
    menu: null,
  },
  { id: 'end', name: 'In a chat: end and bill', keys: 'CommandOrControl+Shift+E', menu: 'chats' },
  { id: 'undo', name: 'Undo an end within 8 seconds', keys: 'CommandOrControl+Z', menu: null },
  { id: 'desk', name: 'Desk', keys: 'CommandOrControl+Shift+D', menu: 'view' },
  { id: 'mini', name: 'Mini timer', keys: 'CommandOrControl+Shift+M', menu: 'view' },
  { id: 'zoomIn', name: 'Zoom in', keys: 'CommandOrControl+Plus', menu: 'view' },
  { id: 'zoomOut', name: 'Zoom out', keys: 'CommandOrControl+-', menu: 'view' },
  { id: 'zoomReset', name: 'Actual size', keys: 'CommandOrControl+0', menu: 'view' },
  { id: 'settings', name: 'Settings', keys: 'CommandOrControl+,', menu: 'app' },
  { id: 'keys', name: 'All keys', keys: 'CommandOrControl+/', menu: 'app' },
  { id: 'keysLetter', name: 'All keys', keys: '?', menu: null, isSingleKey: true },
];

/** The key caps of an accelerator, as written on this system's keyboards. */
export function keyCaps(keys: string, isMac: boolean): string[] {
  const caps: Record<string, string> = {
    CommandOrControl: isMac ? '⌘' : 'Ctrl',
    Control: 'Ctrl',
    Plus: '+',
    Super: isMac ? '⌘' : 'Super',
  };
  return keys.split('+').map((part) => caps[part] ?? part);
}

/** The key of an accelerator and its modifiers, as an input event wants them. */
export function acceleratorParts(
  keys: string,
  platform: string,
): { key: string; modifiers: ('control' | 'meta' | 'shift' | 'alt')[] } {
  const parts = keys.split('+');
  const key = parts.pop() ?? '';
  const names = {
    CommandOrControl: platform === 'darwin' ? 'meta' : 'control',
    Control: 'control',
    Shift: 'shift',
    Alt: 'alt',
    Super: 'meta',
  } as const;
  return { key, modifiers: parts.map((part) => names[part as keyof typeof names]) };
}

/** What a pressed key says about itself, as the page hears it. */
export interface PressedKey {
  /** The key on the keyboard, whatever the layout and Shift make of it, e.g. `KeyD`. */
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}

/** The accelerator of a pressed key; null when it could not be global: no modifier but Shift, or no plain key. */
export function acceleratorOf(pressed: PressedKey): string | null {
  const key = /^(?:Key([A-Z])|Digit([0-9])|(F[0-9]{1,2}))$/.exec(pressed.code)?.slice(1).find(Boolean);
  const isFunctionKey = key !== undefined && /^F[0-9]/.test(key);
  if (key === undefined || (!isFunctionKey && !pressed.ctrlKey && !pressed.altKey && !pressed.metaKey))
    return null;
  return [
    ...(pressed.ctrlKey ? ['Control'] : []),
    ...(pressed.altKey ? ['Alt'] : []),
    ...(pressed.metaKey ? ['Super'] : []),
    ...(pressed.shiftKey ? ['Shift'] : []),
    key,
  ].join('+');
}
