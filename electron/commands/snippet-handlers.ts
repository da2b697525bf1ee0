/** An advisor's snippets, and printing what is read. */
import { AppError } from '../../shared/errors.ts';
import type { SNIPPET_COMMANDS } from '../../shared/ipc/snippet-commands.ts';
import type { HandlersOf } from '../ipc.ts';
import type { CommandDeps } from './command-deps.ts';

export function snippetHandlers({ snippets, windows }: CommandDeps): HandlersOf<typeof SNIPPET_COMMANDS> {
  return {
    readSnippets: async () => ({ snippets: await snippets.read() }),
    async saveSnippets({ snippets: next }) {
      await snippets.save(next);
      windows.send('snippetsChanged', { snippets: next }, ['desk', 'chat']);
      return null;
    },
    printPage: (_input, sender) =>
      new Promise((resolve, reject) => {
        // Electron names the reason in words; who closes the dialog wanted nothing printed.
        sender.print({ silent: false }, (isPrinted, reason) =>
          isPrinted || /cancel/iu.test(reason) ? resolve(null) : reject(new AppError('printFailed')),
        );
      }),
  };
}
