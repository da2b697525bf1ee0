/** Stops to decide, and messages as signs of life. */
import type { AWAY_COMMANDS } from '../../shared/ipc/away-commands.ts';
import type { HandlersOf } from '../ipc.ts';
import type { CommandDeps } from './command-deps.ts';

export function awayHandlers(deps: CommandDeps): HandlersOf<typeof AWAY_COMMANDS> {
  return {
    readAway: () => deps.away()?.snapshot() ?? { rows: [], sheet: 0, decided: null },
    decideAway({ decisions }) {
      deps.away()?.decide(decisions);
      return null;
    },
    undoAway() {
      deps.away()?.undo();
      return null;
    },
    messagesPulled({ messages }) {
      deps.device().heard(messages);
      return null;
    },
  };
}
