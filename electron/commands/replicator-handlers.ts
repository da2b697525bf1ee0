/** The one replicator and the outbox it empties. */
import type { REPLICATOR_COMMANDS } from '../../shared/ipc/replicator-commands.ts';
import type { HandlersOf } from '../ipc.ts';
import { exportOutbox } from '../outbox/outbox-export.ts';
import type { CommandDeps } from './command-deps.ts';

export function replicatorHandlers(deps: CommandDeps): HandlersOf<typeof REPLICATOR_COMMANDS> {
  return {
    readOutbox: () => ({ rows: deps.device().outbox.waiting() }),
    readRefusedRows: () => ({ rows: deps.device().outbox.refused() }),
    async retryRefusedRow({ id }) {
      await deps.device().outbox.retryRefused(id);
      return null;
    },
    exportOutbox: async () => ({
      file: await exportOutbox(deps.device().outbox, deps.exportFolder, deps.wallMs()),
    }),
    async acknowledgePush({ answers }) {
      await deps.device().outbox.acknowledge(answers, deps.wallMs());
      return null;
    },
    reportReplication({ appliedSeq }) {
      deps.deskWatch.heard();
      deps.device().replicated(appliedSeq);
      deps.receipts()?.replicated(appliedSeq);
      return null;
    },
    projectionsPulled({ projections }) {
      deps.device().projections.take(projections);
      return null;
    },
    policiesPulled({ previousChatInPair }) {
      deps.device().setPreviousChatInPair(previousChatInPair);
      deps.receipts()?.setPreviousChatInPair(previousChatInPair);
      return null;
    },
  };
}
