/** Receipts: what confirmation changed. */
import type { RECEIPT_COMMANDS } from '../../shared/ipc/receipt-commands.ts';
import type { HandlersOf } from '../ipc.ts';
import type { CommandDeps } from './command-deps.ts';

export function receiptHandlers(deps: CommandDeps): HandlersOf<typeof RECEIPT_COMMANDS> {
  return {
    readReceipts: () => ({ receipts: deps.receipts()?.list() ?? [] }),
    async markReceiptsSeen({ ids }) {
      await deps.receipts()?.markSeen(ids);
      return null;
    },
    async reportEvidence({ evidence }) {
      await deps.receipts()?.take(evidence);
      return null;
    },
  };
}
