/** The receipts main keeps, and the desk's part in making them: it hands over the rows that main compares with. */
import { create } from 'zustand';
import type { Receipt } from '../../shared/receipts.ts';
import { api } from '../api.ts';
import { readEvidence } from '../records/receipt-evidence.ts';
import { useDeskDatabase } from './desk-database.ts';
import { useLive } from './live.ts';

interface ReceiptsState {
  /** Newest first. */
  receipts: readonly Receipt[];
  /** The newest receipt that came while the desk was open and was not put away; shown as a toast. */
  toastId: string | null;
}

export const useReceipts = create<ReceiptsState>(() => ({ receipts: [], toastId: null }));

/** Listens until the returned function is called. */
export function followReceipts(onFailed: (error: unknown) => void): () => void {
  let isHeard = false;
  const stops = [
    api.on('receiptsChanged', ({ receipts }) => {
      isHeard = true;
      const known = new Set(useReceipts.getState().receipts.map((one) => one.id));
      const fresh = receipts.find((one) => !known.has(one.id) && !one.isSeen);
      useReceipts.setState(({ toastId }) => ({ receipts, toastId: fresh?.id ?? toastId }));
    }),
    api.on('evidenceWanted', ({ chatIds }) => void handOver(chatIds).catch(onFailed)),
  ];
  api.call('readReceipts', null).then(({ receipts }) => {
    if (!isHeard) useReceipts.setState({ receipts });
  }, onFailed);
  return () => stops.forEach((stop) => stop());
}

async function handOver(chatIds: readonly string[]): Promise<void> {
  const { database, status } = useDeskDatabase.getState();
  if (database === null) return; // Asked again when the desk has its database.
  const isSettled = status?.phase === 'streaming';
  const nowMs = useLive.getState().live?.serverNowMs ?? 0;
  for (const chatId of chatIds) {
    const evidence = await readEvidence(database, chatId, { isSettled, nowMs });
    if (evidence !== null) await api.call('reportEvidence', { evidence });
  }
}

export function putToastAway(): void {
  useReceipts.setState({ toastId: null });
}

/** Throws AppError. */
export async function markSeen(ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await api.call('markReceiptsSeen', { ids: ids.slice(0, 1000) });
}
