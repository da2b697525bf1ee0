/** Who is signed in. */
import type { SESSION_COMMANDS } from '../../shared/ipc/session-commands.ts';
import type { HandlersOf } from '../ipc.ts';
import type { CommandDeps } from './command-deps.ts';

export function sessionHandlers(deps: CommandDeps): HandlersOf<typeof SESSION_COMMANDS> {
  const { keeper } = deps;
  return {
    readSession: () => keeper.current(),
    async practise({ as }) {
      await deps.practise(as);
      return null;
    },
    checkServer: ({ serverUrl }) => keeper.checkServer(serverUrl),
    readKeyStore: () => ({ hasKeyStore: keeper.hasKeyStore() }),
    async signIn(input) {
      await deps.signIn(input);
      return null;
    },
    signOut: async () => ({ sealedRows: await deps.signOut() }),
  };
}
