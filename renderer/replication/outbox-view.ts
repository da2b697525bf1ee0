/** Shows main's outbox in the local database: rows not yet sent, answered rows with their sequence, refused rows. */
import { rowKey } from '../../shared/outbox.ts';
import type { DeviceRow } from '../../shared/rows.ts';
import { COLLECTION_OF_ROW, toDocument, type RowDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { applyDocuments } from './apply-documents.ts';
import type { AnsweredRow } from './push-queue.ts';
import type { RxCollection } from 'rxdb';

export interface OutboxView {
  showWaiting(rows: readonly DeviceRow[]): Promise<void>;
  showAnswered(answered: readonly AnsweredRow[]): Promise<void>;
  showRefused(refused: readonly { row: DeviceRow; code: string }[]): Promise<void>;
}

export function createOutboxView(database: LocalDatabase, breathe: () => Promise<void>): OutboxView {
  const refusedKeys = new Set<string>();

  async function setRefusedCode(row: DeviceRow, code: string | undefined): Promise<void> {
    const collection = database.collections[
      COLLECTION_OF_ROW[row.type]
    ] as unknown as RxCollection<RowDocument>;
    const document = await collection.findOne(row.id).exec();
    if (document === null || document.refusedCode === code) return;
    await document.incrementalModify((stored) => {
      const { refusedCode: _previous, ...rest } = stored;
      return (code === undefined || stored.seq > 0 ? rest : { ...rest, refusedCode: code }) as typeof stored;
    });
  }

  /** Takes away what only this device called by the id; the server's row of that id stays. */
  async function forgetOwnCopy(row: DeviceRow): Promise<void> {
    const collection = database.collections[
      COLLECTION_OF_ROW[row.type]
    ] as unknown as RxCollection<RowDocument>;
    const document = await collection.findOne(row.id).exec();
    if (document !== null && document.seq === 0) await collection.bulkRemove([document.primary]);
  }

  async function showWaiting(rows: readonly DeviceRow[]): Promise<void> {
    await applyDocuments(
      database,
      rows.map((row) => toDocument(row, 0)),
      breathe,
    );
    for (const row of rows) {
      // Back in the outbox: to be sent again.
      if (refusedKeys.delete(rowKey(row))) await setRefusedCode(row, undefined);
    }
  }

  async function showRefused(refused: readonly { row: DeviceRow; code: string }[]): Promise<void> {
    await applyDocuments(
      database,
      refused.map(({ row }) => toDocument(row, 0)),
      breathe,
    );
    for (const { row, code } of refused) {
      refusedKeys.add(rowKey(row));
      await setRefusedCode(row, code);
    }
  }

  return {
    showWaiting,
    showRefused,
    async showAnswered(answered) {
      const documents: RowDocument[] = [];
      const refused: { row: DeviceRow; code: string }[] = [];
      const conflicts: DeviceRow[] = [];
      for (const { row, answer } of answered) {
        if (answer.verdict === 'refused') refused.push({ row, code: answer.code });
        // The server keeps it under an id of its own and shows it there; what has this id is another row.
        else if (answer.code === 'quarantined' && answer.reason === 'idConflict') conflicts.push(row);
        // Held until its chat arrives: the server has it, but no sequence orders it yet.
        else if (answer.code !== 'waitsForChat') documents.push(toDocument(row, answer.seq));
      }
      await applyDocuments(database, documents, breathe);
      if (refused.length > 0) await showRefused(refused);
      for (const row of conflicts) await forgetOwnCopy(row);
    },
  };
}
