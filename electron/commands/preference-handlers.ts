/** What the person chose on this profile. */
import type { PREFERENCE_COMMANDS } from '../../shared/ipc/preference-commands.ts';
import type { HandlersOf } from '../ipc.ts';
import type { CommandDeps } from './command-deps.ts';

export function preferenceHandlers({
  preferences,
  shortcutProblems,
}: CommandDeps): HandlersOf<typeof PREFERENCE_COMMANDS> {
  return {
    readShortcutProblems: () => shortcutProblems(),
    readPreferences: () => preferences.read(),
    changePreferences(change) {
      preferences.update(change);
      return null;
    },
  };
}
