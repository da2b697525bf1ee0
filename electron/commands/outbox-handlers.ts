/** What waits and what was refused, for people to see, try again and hand on. */
import { QUEUE_ROWS_MAX, type OUTBOX_COMMANDS } from '../../shared/ipc/outbox-commands.ts';
import { chatIdOfRow, chatQueueOf, groupQueue } from '../../shared/queue.ts';
import type { HandlersOf } from '../ipc.ts';
import { exportOutbox, exportRefusedFacts } from '../outbox/outbox-export.ts';
import type { CommandDeps } from './command-deps.ts';

export function outboxHandlers(deps: CommandDeps): HandlersOf<typeof OUTBOX_COMMANDS> {
  const outbox = () => deps.device().outbox;
  return {
    readQueue: () => ({
      ...outbox().counts(),
      groups: groupQueue(outbox().waiting()),
      setAside: outbox().setAside,
    }),
    readQueueRows: ({ chatId, offset }) => ({
      rows: outbox()
        .waiting()
        .filter((row) => chatIdOfRow(row) === chatId)
        .slice(offset, offset + QUEUE_ROWS_MAX),
    }),
    readChatQueue: ({ chatId }) => chatQueueOf(chatId, outbox().waiting(), outbox().refused()),
    readRefusedRows: () => ({ rows: outbox().refused() }),
    async retryRefusedRow({ id }) {
      await outbox().retryRefused(id);
      return null;
    },
    retryAllRefused: async () => ({ rows: await outbox().retryAllRefused() }),
    exportOutbox: async () => ({
      file: await exportOutbox(outbox(), deps.exportFolder, deps.wallMs()),
    }),
    exportRefusedFacts: ({ known }) => exportRefusedFacts(outbox(), known, deps.exportFolder, deps.wallMs()),
  };
}
