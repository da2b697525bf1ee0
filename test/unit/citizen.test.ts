import { expect, test } from 'vitest';
import { desktopEntry } from '../../electron/citizen/desktop-entry.ts';
import { createGlobalShortcuts } from '../../electron/citizen/global-shortcuts.ts';
import {
  acceleratorOf,
  acceleratorParts,
  keyCaps,
  MENU_COMMANDS,
  offeredIn,
  SHORTCUTS,
} from '../../shared/shortcuts.ts';

test('no two commands of the menu share their keys, and every name in the list is its own id', () => {
  const inMenu = SHORTCUTS.filter(({ menu }) => menu !== null).map(({ keys }) => keys);
  expect(new Set(inMenu).size).toBe(inMenu.length);
  const ids = SHORTCUTS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { keys } of SHORTCUTS.filter((one) => one.isSingleKey)) expect(keys).toMatch(/^.$/);
});

test('keys are named as on the keyboard, and given to a page as it hears them', () => {
  expect(keyCaps('CommandOrControl+Shift+E', false)).toEqual(['Ctrl', 'Shift', 'E']);
  expect(keyCaps('CommandOrControl+Plus', true)).toEqual(['⌘', '+']);
  expect(acceleratorParts('CommandOrControl+Shift+E', 'linux')).toEqual({
    key: 'E',
    modifiers: ['control', 'shift'],
  });
});

test('only keys with a modifier can be global, whatever the layout makes of them', () => {
  const pressed = { code: 'KeyD', ctrlKey: false, altKey: false, metaKey: false, shiftKey: false };
  expect(acceleratorOf(pressed)).toBeNull();
  expect(acceleratorOf({ ...pressed, shiftKey: true })).toBeNull();
  expect(acceleratorOf({ ...pressed, ctrlKey: true, shiftKey: true })).toBe('Control+Shift+D');
  expect(acceleratorOf({ ...pressed, code: 'ControlLeft', ctrlKey: true })).toBeNull();
  expect(acceleratorOf({ ...pressed, code: 'F9' })).toBe('F9');
});

test('keys that the system refuses, and two alike, are told; changed ones are given back first', () => {
  const held = new Set<string>(['Control+Alt+T']);
  const told: unknown[] = [];
  const shortcuts = createGlobalShortcuts({
    system: {
      register(keys) {
        if (keys === 'nonsense') throw new TypeError('conversion failure');
        if (held.has(keys)) return false;
        held.add(keys);
        return true;
      },
      unregister: (keys) => void held.delete(keys),
    },
    run: { desk: () => undefined, nextChat: () => undefined, mini: () => undefined },
    onProblems: (problems) => told.push(problems),
  });
  shortcuts.set({});
  shortcuts.set({ desk: 'Control+Alt+D', nextChat: 'control+alt+d' });
  shortcuts.set({ desk: 'Control+Alt+T', nextChat: 'nonsense' });
  shortcuts.set({ desk: 'Control+Alt+D' });
  expect(told).toEqual([{}, { nextChat: 'alike' }, { desk: 'taken', nextChat: 'taken' }, {}]);
  expect([...held]).toEqual(['Control+Alt+T', 'Control+Alt+D']);
  shortcuts.set({});
  expect([...held]).toEqual(['Control+Alt+T']);
});

test('an autostart entry starts exactly the program, whatever its folder is called', () => {
  expect(desktopEntry(['/opt/A "b" $c\\d 100%/chatclock', '--profile', 'two'])).toContain(
    'Exec="/opt/A \\\\"b\\\\" \\\\$c\\\\\\\\d 100%%/chatclock" "--profile" "two"\n',
  );
  expect(desktopEntry(['/x\n[Desktop Action]'])).toContain('Exec="/x[Desktop Action]"\n');
});

test('a palette offers commands of the one list, each once, with the name and key of the sheet', () => {
  for (const window of ['desk', 'chat'] as const) {
    const offered = offeredIn(window);
    expect(new Set(offered.map(({ name }) => name)).size).toBe(offered.length);
    for (const { id, name, keys } of offered.filter((one) => one.keys !== null))
      expect(SHORTCUTS).toContainEqual(expect.objectContaining({ id, name, keys }));
    // What the menu of every window does, every palette does.
    expect(offered.map(({ id }) => id)).toEqual(expect.arrayContaining([...MENU_COMMANDS]));
  }
});
