/** Shortcuts that work while another app has the keyboard: off until the person chooses them; one that does not work is told. */
import type { GlobalShortcut } from 'electron';
import type { ShortcutProblems } from '../../shared/ipc/preference-commands.ts';
import { globalActionSchema, type GlobalAction, type Preferences } from '../../shared/preferences.ts';

export interface GlobalShortcutsDeps {
  system: Pick<GlobalShortcut, 'register' | 'unregister'>;
  run: Record<GlobalAction, () => void>;
  onProblems(problems: ShortcutProblems): void;
}

export function createGlobalShortcuts({ system, run, onProblems }: GlobalShortcutsDeps) {
  let registered: string[] = [];
  let problems: ShortcutProblems = {};

  return {
    problems: () => problems,
    /** Replaces all. Of two alike the first action in the list has it. */
    set(chosen: Preferences['globalShortcuts']): void {
      for (const one of registered) system.unregister(one);
      registered = [];
      problems = {};
      for (const action of globalActionSchema.options) {
        const keys = chosen[action];
        if (keys === undefined || keys === '') continue;
        if (registered.some((one) => one.toLowerCase() === keys.toLowerCase())) problems[action] = 'alike';
        else if (register(keys, run[action])) registered.push(keys);
        else problems[action] = 'taken';
      }
      onProblems(problems);
    },
  };

  /** What Electron cannot read throws; for the person it is the same: it does not work. */
  function register(keys: string, action: () => void): boolean {
    try {
      return system.register(keys, action);
    } catch {
      return false;
    }
  }
}
