/** Reads a page row by row, so that one row this version does not understand blocks nobody (DOMAIN.md I18). */
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import type { ReplicaHash } from '../../shared/replica-hash.ts';
import * as rows from '../../shared/rows.ts';
import type { PulledRowType } from '../../shared/rows.ts';
import { pageSchema } from '../../shared/wire.ts';
import { COLLECTION_OF_ROW, toDocument, type PulledRow, type RowDocument } from '../database/documents.ts';

export interface ParsedPage {
  fromSeq: number;
  toSeq: number;
  hasMore: boolean;
  scope: string;
  /** The server's hash of the whole scope at `toSeq`, when it was asked for and could be given. */
  hash?: ReplicaHash;
  documents: RowDocument[];
  /** Rows left out: not valid, or of a type this version does not keep. */
  skipped: number;
}

const envelopeSchema = pageSchema.extend({
  rows: z.array(z.object({ seq: rows.msSchema, row: z.unknown() })),
});

const rowSchemas: Record<PulledRowType, z.ZodType> = {
  user: rows.userSchema,
  advisor: rows.advisorSchema,
  chat: rows.chatSchema,
  conversationTimeRecord: rows.conversationTimeRecordSchema,
  timeSegment: rows.timeSegmentSchema,
  stopMark: rows.stopMarkSchema,
  trimMark: rows.trimMarkSchema,
  chatEnd: rows.chatEndSchema,
  message: rows.messageSchema,
  note: rows.noteSchema,
  segmentAdmission: rows.segmentAdmissionSchema,
  markAdmission: rows.markAdmissionSchema,
  recordTotals: rows.recordTotalsSchema,
  userProjection: rows.userProjectionSchema,
  policyChange: rows.policyChangeSchema,
  ruling: rows.rulingSchema,
};

/** @throws AppError `protocolMismatch` when this is no page at all. */
export function parsePage(input: unknown): ParsedPage {
  const envelope = envelopeSchema.safeParse(input);
  if (!envelope.success || envelope.data.toSeq < envelope.data.fromSeq) {
    throw new AppError('protocolMismatch', { request: 'page' }, { cause: envelope.error });
  }
  const { fromSeq, toSeq, hasMore, scope, hash } = envelope.data;
  const documents: RowDocument[] = [];
  let skipped = 0;
  for (const { seq, row } of envelope.data.rows) {
    const parsed = parseRow(row);
    if (parsed === null || seq === 0) skipped++;
    else documents.push(toDocument(parsed, seq));
  }
  return { fromSeq, toSeq, hasMore, scope, documents, skipped, ...(hash === undefined ? {} : { hash }) };
}

function parseRow(row: unknown): PulledRow | null {
  const type = typeof row === 'object' && row !== null && 'type' in row ? row.type : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(COLLECTION_OF_ROW, type)) return null;
  const parsed = rowSchemas[type as PulledRowType].safeParse(row);
  return parsed.success ? (parsed.data as PulledRow) : null;
}
