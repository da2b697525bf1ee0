import type { Row } from '../../shared/rows.ts';

/** Whose a row is: what rights, pages and the fold go by. Null: it belongs to no single one. */
export interface RowScope {
  userId: string | null;
  /** The advisor who may see the row. */
  advisorId: string | null;
  chatId: string | null;
  deviceId: string | null;
}

export const NO_SCOPE: RowScope = { userId: null, advisorId: null, chatId: null, deviceId: null };

/** A row as the server holds it. */
export interface StoredRow extends RowScope {
  id: string;
  type: Row['type'];
  /** Gapless, in commit order, from 1. */
  seq: number;
  row: Row;
}
