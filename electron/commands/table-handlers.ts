/** Tables of the server that a supervisor saves as files. */
import type { TABLE_COMMANDS } from '../../shared/ipc/table-commands.ts';
import { AppError } from '../../shared/errors.ts';
import type { HandlersOf } from '../ipc.ts';
import { createTableExport } from '../tables/table-export.ts';
import type { CommandDeps } from './command-deps.ts';

export function tableHandlers(deps: CommandDeps): HandlersOf<typeof TABLE_COMMANDS> {
  const { keeper, windows, exportFolder: folder } = deps;
  const tables = createTableExport({
    folder,
    wallMs: () => deps.wallMs(),
    serverUrl() {
      const session = keeper.current();
      if (session.phase !== 'signedIn') throw new AppError('notSignedIn');
      return session.serverUrl;
    },
    accessToken: (stale) => keeper.accessToken(stale),
    onProgress: (progress) => windows.send('tableProgress', progress, ['desk']),
  });
  return {
    exportTable: (asked) => tables.start(asked),
    cancelExport() {
      tables.cancel();
      return null;
    },
  };
}
