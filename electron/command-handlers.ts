/** What each command of shared/ipc.ts does, by theme in `commands/`: finds the device, the session or the window, and calls it. */
import { awayHandlers } from './commands/away-handlers.ts';
import { chatHandlers } from './commands/chat-handlers.ts';
import type { CommandDeps } from './commands/command-deps.ts';
import { outboxHandlers } from './commands/outbox-handlers.ts';
import { dockHandlers } from './commands/dock-handlers.ts';
import { noticeHandlers } from './commands/notice-handlers.ts';
import { outsideHandlers } from './commands/outside-handlers.ts';
import { paletteHandlers } from './commands/palette-handlers.ts';
import { preferenceHandlers } from './commands/preference-handlers.ts';
import { receiptHandlers } from './commands/receipt-handlers.ts';
import { reportHandlers } from './commands/report-handlers.ts';
import { replicatorHandlers } from './commands/replicator-handlers.ts';
import { sessionHandlers } from './commands/session-handlers.ts';
import { tableHandlers } from './commands/table-handlers.ts';
import { snippetHandlers } from './commands/snippet-handlers.ts';
import { windowHandlers } from './commands/window-handlers.ts';
import type { CommandHandlers } from './ipc.ts';

export function createCommandHandlers(deps: CommandDeps): CommandHandlers {
  return {
    ...sessionHandlers(deps),
    ...chatHandlers(deps),
    ...outboxHandlers(deps),
    ...replicatorHandlers(deps),
    ...receiptHandlers(deps),
    ...reportHandlers(deps),
    ...tableHandlers(deps),
    ...outsideHandlers(deps),
    ...awayHandlers(deps),
    ...windowHandlers(deps),
    ...dockHandlers(deps),
    ...noticeHandlers(deps),
    ...preferenceHandlers(deps),
    ...paletteHandlers(deps),
    ...snippetHandlers(deps),
  };
}
