/** The one replicator and the outbox it empties. */
import type { REPLICATOR_COMMANDS } from '../../shared/ipc/replicator-commands.ts';
import type { HandlersOf } from '../ipc.ts';
import { createOutboxPages } from '../outbox/outbox-pages.ts';
import type { CommandDeps } from './command-deps.ts';

export function replicatorHandlers(deps: CommandDeps): HandlersOf<typeof REPLICATOR_COMMANDS> {
  const readPage = createOutboxPages(() => deps.device().outbox.waiting());
  return {
    readOutbox: ({ from }) => readPage(from),
    async acknowledgePush({ answers }) {
      await deps.device().acknowledge(answers, deps.wallMs());
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
