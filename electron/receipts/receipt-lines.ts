/** The lines of the receipts' journal: versioned, upgraded on read, like the outbox's. */
import { z } from 'zod';
import { idSchema, msSchema } from '../../shared/rows.ts';
import { receiptSchema, shownChatSchema, type Receipt, type ShownChat } from '../../shared/receipts.ts';

export const RECEIPT_LINE_VERSION = 1;
const version = z.literal(RECEIPT_LINE_VERSION);

export const receiptLineSchema = z.discriminatedUnion('kind', [
  /** What was shown of a chat; of several lines of one id the last stands. */
  z.object({ v: version, kind: z.literal('shown'), shown: shownChatSchema }),
  /** Compared: kept for a while, since a device that was away may still cut it. */
  z.object({ v: version, kind: z.literal('compared'), id: idSchema, atMs: msSchema }),
  z.object({ v: version, kind: z.literal('receipt'), receipt: receiptSchema }),
  z.object({ v: version, kind: z.literal('seen'), ids: z.array(z.string().min(1).max(500)) }),
]);
export type ReceiptLine = z.infer<typeof receiptLineSchema>;

/** Reads a line of any version ever written; undefined for what is none of ours. */
export function readReceiptLine(line: unknown): ReceiptLine | undefined {
  const parsed = receiptLineSchema.safeParse(line);
  return parsed.success ? parsed.data : undefined;
}

/** A chat whose shown time is compared with the server's. */
export interface Watched {
  shown: ShownChat;
  /** Server instant of the first comparison; null = it is still to come. */
  comparedAtMs: number | null;
}

export interface ReceiptState {
  watched: Map<string, Watched>;
  receipts: Map<string, Receipt>;
}

export function applyReceiptLine(state: ReceiptState, line: ReceiptLine): void {
  switch (line.kind) {
    case 'shown':
      state.watched.set(line.shown.id, { shown: line.shown, comparedAtMs: null });
      return;
    case 'compared': {
      const watched = state.watched.get(line.id);
      if (watched !== undefined) watched.comparedAtMs = line.atMs;
      return;
    }
    case 'receipt':
      // Of two copies of one cause the first stands.
      if (!state.receipts.has(line.receipt.id)) state.receipts.set(line.receipt.id, line.receipt);
      return;
    case 'seen':
      for (const id of line.ids) {
        const receipt = state.receipts.get(id);
        if (receipt !== undefined) state.receipts.set(id, { ...receipt, isSeen: true });
      }
  }
}

/** The shortest journal of a state. */
export function linesOfReceipts(state: ReceiptState): ReceiptLine[] {
  const v = RECEIPT_LINE_VERSION;
  return [
    ...[...state.receipts.values()].map((receipt) => ({ v, kind: 'receipt' as const, receipt }) as const),
    ...[...state.watched.values()].flatMap(({ shown, comparedAtMs }): ReceiptLine[] => [
      { v, kind: 'shown', shown },
      ...(comparedAtMs === null
        ? []
        : [{ v, kind: 'compared' as const, id: shown.id, atMs: comparedAtMs } as const]),
    ]),
  ];
}
