/**
 * Every command and key of the app, once: the menu, the palettes, the sheet of all keys and the settings read this list
 * (UX.md, "Keyboard map"). Keys are written as Electron's accelerators; `CommandOrControl` is Cmd on macOS.
 */

export interface Shortcut {
  id: string;
  name: string;
  keys: string;
  /** The menu it stands in; null = the sheet alone names it. */
  menu: 'app' | 'view' | 'chats' | null;
  /** Whose palette offers it; none = it is a key alone, e.g. to move. */
  palette?: 'all' | 'desk' | 'chat';
  /** A letter or sign without a modifier: can be switched off. */
  isSingleKey?: true;
}

const LIST = [
  { id: 'move', name: 'Move in the lists', keys: '↑+↓', menu: null },
  { id: 'open', name: 'Open the selected chat', keys: 'Enter', menu: null },
  {
    id: 'openPanel',
    name: 'Narrow window: show its client, Enter again opens the chat',
    keys: 'Enter',
    menu: null,
  },
  { id: 'back', name: 'Back to the list or the desk', keys: 'Esc', menu: null },
  { id: 'newChat', name: 'New chat', keys: 'N', menu: null, palette: 'all', isSingleKey: true },
  {
    id: 'outside',
    name: 'Session held outside: time it or enter it',
    keys: 'O',
    menu: null,
    palette: 'desk',
    isSingleKey: true,
  },
  { id: 'away', name: 'Stops to decide', keys: 'D', menu: null, palette: 'desk', isSingleKey: true },
  { id: 'search', name: 'Search or command', keys: '/', menu: null, isSingleKey: true },
  { id: 'palette', name: 'Search or command, from anywhere', keys: 'CommandOrControl+K', menu: 'chats' },
  { id: 'pause', name: 'Pause or resume', keys: 'CommandOrControl+P', menu: 'chats', palette: 'all' },
  {
    id: 'nextNeeding',
    name: 'Next that needs you',
    keys: 'CommandOrControl+J',
    menu: 'chats',
    palette: 'all',
  },
  { id: 'nextLive', name: 'Next live chat', keys: 'Control+Tab', menu: 'chats', palette: 'all' },
  {
    id: 'previousLive',
    name: 'Live chat before',
    keys: 'Control+Shift+Tab',
    menu: 'chats',
    palette: 'all',
  },
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
  {
    id: 'end',
    name: 'In a chat: end and bill',
    keys: 'CommandOrControl+Shift+E',
    menu: 'chats',
    palette: 'chat',
  },
  {
    id: 'snippets',
    name: 'In a chat: insert a snippet',
    keys: 'CommandOrControl+.',
    menu: 'chats',
    palette: 'chat',
  },
  {
    id: 'print',
    name: 'Print the conversation',
    keys: 'CommandOrControl+Shift+P',
    menu: 'chats',
    palette: 'all',
  },
  {
    id: 'undo',
    name: 'Undo an end within 8 seconds',
    keys: 'CommandOrControl+Z',
    menu: null,
    palette: 'chat',
  },
  { id: 'desk', name: 'Desk', keys: 'CommandOrControl+Shift+D', menu: 'view', palette: 'all' },
  { id: 'mini', name: 'Mini timer', keys: 'CommandOrControl+Shift+M', menu: 'view', palette: 'all' },
  { id: 'zoomIn', name: 'Zoom in', keys: 'CommandOrControl+Plus', menu: 'view', palette: 'all' },
  { id: 'zoomOut', name: 'Zoom out', keys: 'CommandOrControl+-', menu: 'view', palette: 'all' },
  { id: 'zoomReset', name: 'Actual size', keys: 'CommandOrControl+0', menu: 'view', palette: 'all' },
  { id: 'settings', name: 'Settings', keys: 'CommandOrControl+,', menu: 'app', palette: 'all' },
  { id: 'keys', name: 'All keys', keys: 'CommandOrControl+/', menu: 'app', palette: 'all' },
  { id: 'keysLetter', name: 'All keys', keys: '?', menu: null, isSingleKey: true },
] as const satisfies readonly Shortcut[];

export const SHORTCUTS: readonly Shortcut[] = LIST;

/** What only the palette offers: no key, no menu. */
const KEYLESS = [
  { id: 'notes', name: 'Notes on the client', palette: 'chat' },
  { id: 'history', name: 'All chats with the client', palette: 'all' },
  { id: 'byHand', name: 'Outside: sessions entered by hand', palette: 'desk' },
  { id: 'outbox', name: 'Outbox', palette: 'all' },
  { id: 'receipts', name: 'Receipts: what was confirmed', palette: 'all' },
  { id: 'rebuild', name: 'Rebuild the local copy…', palette: 'desk' },
  { id: 'themeLight', name: 'Light theme', palette: 'all' },
  { id: 'themeDark', name: 'Dark theme', palette: 'all' },
  { id: 'themeSystem', name: 'Theme of the system', palette: 'all' },
  { id: 'signOut', name: 'Sign out', palette: 'desk' },
] as const;

export type PaletteWindow = 'desk' | 'chat';
/** Ids of what the palette of this window offers. */
export type PaletteId<W extends PaletteWindow = PaletteWindow> = Extract<
  (typeof LIST)[number] | (typeof KEYLESS)[number],
  { palette: 'all' | W }
>['id'];

export interface OfferedCommand<W extends PaletteWindow = PaletteWindow> {
  id: PaletteId<W>;
  name: string;
  /** As an accelerator; null = it has none. */
  keys: string | null;
  isSingleKey: boolean;
}

/** What the palette of this window offers, in the list's order. */
export function offeredIn<W extends PaletteWindow>(window: W): OfferedCommand<W>[] {
  const all: readonly (Partial<Shortcut> & { id: string; name: string })[] = [...LIST, ...KEYLESS];
  return all
    .filter(({ palette }) => palette === 'all' || palette === window)
    .map(({ id, name, keys, isSingleKey }) => ({
      id: id as PaletteId<W>,
      name,
      keys: keys ?? null,
      isSingleKey: isSingleKey === true,
    }));
}

/** What main does itself, by its menu: a palette asks it to press that item. */
export const MENU_COMMANDS = [
  'desk',
  'mini',
  'settings',
  'keys',
  'nextLive',
  'previousLive',
  'zoomIn',
  'zoomOut',
  'zoomReset',
] as const satisfies readonly PaletteId[];
export type MenuCommand = (typeof MENU_COMMANDS)[number];

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
