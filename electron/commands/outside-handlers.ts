/** Sessions held outside the app. */
import type { OUTSIDE_COMMANDS } from '../../shared/ipc/outside-commands.ts';
import type { HandlersOf } from '../ipc.ts';
import type { CommandDeps } from './command-deps.ts';

export function outsideHandlers(deps: CommandDeps): HandlersOf<typeof OUTSIDE_COMMANDS> {
  return {
    readOutside: () => deps.outside().snapshot(),
    startOutsideTimer: async (input) => ({ id: await deps.outside().start(input) }),
    async stopOutsideTimer({ id }) {
      await deps.outside().stop(id);
      return null;
    },
    async discardOutsideTimer({ id }) {
      await deps.outside().discard(id);
      return null;
    },
    saveOutsideSession: async (session) => ({ id: await deps.outside().saveSession(session) }),
    async undoOutside({ id }) {
      await deps.outside().undo(id);
      return null;
    },
    async withdrawManualTime(input) {
      await deps.outside().withdraw(input);
      return null;
    },
  };
}
