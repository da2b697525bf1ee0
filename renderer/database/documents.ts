/**
 * What the local database holds: every pulled row type, its collection, and its document = the row plus a few local fields.
 * 13 collections: the free RxDB opens no more in one window, so several row types share one.
 */
import '../zod-without-eval.ts';
import { z } from 'zod';
import * as rows from '../../shared/rows.ts';
import type { PulledRowType, Row } from '../../shared/rows.ts';

/** Messages the server has not ordered yet come after all it has: `order` = LOCAL_ORDER + wall clock of the writer. */
export const LOCAL_ORDER = 2 ** 52;

const localFields = {
  /** The server's sequence of the newest copy seen; 0 while the row is only on this computer. */
  seq: rows.msSchema,
  /** The server refused this row with this error code: it waits in main's list of refused rows. */
  refusedCode: z.string().max(60).optional(),
};

/** The document of each row type. */
export const documentSchemas = {
  user: rows.userSchema.extend(localFields),
  advisor: rows.advisorSchema.extend(localFields),
  /**
   * `endedAtMs`: the earliest chatEnd known here that is not quarantined, 0 while the chat is open.
   * `newestFirst`: falls with openedAtMs. RxDB's index serves ascending sorts only; a descending one reads everything.
   */
  chat: rows.chatSchema.extend({ ...localFields, endedAtMs: rows.msSchema, newestFirst: rows.msSchema }),
  conversationTimeRecord: rows.conversationTimeRecordSchema.extend(localFields),
  timeSegment: rows.timeSegmentSchema.extend(localFields),
  stopMark: rows.stopMarkSchema.extend(localFields),
  trimMark: rows.trimMarkSchema.extend(localFields),
  chatEnd: rows.chatEndSchema.extend(localFields),
  /** `order`: the server's sequence, or LOCAL_ORDER + atMs before it is known. `newestFirst`: falls with it. */
  message: rows.messageSchema.extend({ ...localFields, order: rows.msSchema, newestFirst: rows.msSchema }),
  note: rows.noteSchema.extend(localFields),
  segmentAdmission: rows.segmentAdmissionSchema.extend(localFields),
  markAdmission: rows.markAdmissionSchema.extend(localFields),
  recordTotals: rows.recordTotalsSchema.extend(localFields),
  userProjection: rows.userProjectionSchema.extend(localFields),
  policyChange: rows.policyChangeSchema.extend(localFields),
  ruling: rows.rulingSchema.extend(localFields),
} as const satisfies Record<PulledRowType, z.ZodObject>;

/** What only this computer knows: `checkpoint` (seq, scope) and `read:<chatId>` (order up to which the chat was read). */
export const localStateSchema = z.object({
  id: z.string().min(1).max(220),
  seq: rows.msSchema,
  scope: z.string().max(1000).optional(),
});

interface CollectionDefinition {
  variants: readonly z.ZodObject[];
  indexes: readonly (readonly string[])[];
}

/** Every collection: the documents it may hold and its indexes. */
export const COLLECTIONS = {
  user: { variants: [documentSchemas.user], indexes: [] },
  advisor: { variants: [documentSchemas.advisor], indexes: [] },
  chat: {
    variants: [documentSchemas.chat],
    indexes: [['userId', 'newestFirst'], ['endedAtMs', 'openedAtMs'], ['newestFirst']],
  },
  conversationTimeRecord: { variants: [documentSchemas.conversationTimeRecord], indexes: [] },
  timeSegment: { variants: [documentSchemas.timeSegment], indexes: [['chatId'], ['source', 'startedAtMs']] },
  mark: {
    variants: [documentSchemas.stopMark, documentSchemas.trimMark, documentSchemas.chatEnd],
    indexes: [['chatId']],
  },
  message: { variants: [documentSchemas.message], indexes: [['chatId', 'newestFirst'], ['newestFirst']] },
  note: { variants: [documentSchemas.note], indexes: [['chatId']] },
  admission: {
    variants: [documentSchemas.segmentAdmission, documentSchemas.markAdmission],
    indexes: [['chatId']],
  },
  recordTotals: { variants: [documentSchemas.recordTotals], indexes: [] },
  userProjection: { variants: [documentSchemas.userProjection], indexes: [['userId']] },
  /** What administrators and supervisors decided: of policies, of time. */
  decision: { variants: [documentSchemas.policyChange, documentSchemas.ruling], indexes: [['type']] },
  localState: { variants: [localStateSchema], indexes: [] },
} as const satisfies Record<string, CollectionDefinition>;
export type CollectionName = keyof typeof COLLECTIONS;
export type RowCollectionName = Exclude<CollectionName, 'localState'>;

/** The one map from row type to collection. */
export const COLLECTION_OF_ROW: Record<PulledRowType, RowCollectionName> = {
  user: 'user',
  advisor: 'advisor',
  chat: 'chat',
  conversationTimeRecord: 'conversationTimeRecord',
  timeSegment: 'timeSegment',
  stopMark: 'mark',
  trimMark: 'mark',
  chatEnd: 'mark',
  message: 'message',
  note: 'note',
  segmentAdmission: 'admission',
  markAdmission: 'admission',
  recordTotals: 'recordTotals',
  userProjection: 'userProjection',
  policyChange: 'decision',
  ruling: 'decision',
};
export const ROW_COLLECTIONS = [...new Set(Object.values(COLLECTION_OF_ROW))];

type DocumentOf<T extends PulledRowType> = z.infer<(typeof documentSchemas)[T]>;
export type ChatDocument = DocumentOf<'chat'>;
export type TimeSegmentDocument = DocumentOf<'timeSegment'>;
export type MessageDocument = DocumentOf<'message'>;
export type MarkDocument = DocumentOf<'stopMark' | 'trimMark' | 'chatEnd'>;
export type AdmissionDocument = DocumentOf<'segmentAdmission' | 'markAdmission'>;
export type PolicyChangeDocument = DocumentOf<'policyChange'>;
export type RulingDocument = DocumentOf<'ruling'>;
export type DecisionDocument = PolicyChangeDocument | RulingDocument;
export type LocalStateDocument = z.infer<typeof localStateSchema>;
export type RowDocument = { [T in PulledRowType]: DocumentOf<T> }[PulledRowType];
export interface Documents {
  user: DocumentOf<'user'>;
  advisor: DocumentOf<'advisor'>;
  chat: ChatDocument;
  conversationTimeRecord: DocumentOf<'conversationTimeRecord'>;
  timeSegment: TimeSegmentDocument;
  mark: MarkDocument;
  message: MessageDocument;
  note: DocumentOf<'note'>;
  admission: AdmissionDocument;
  recordTotals: DocumentOf<'recordTotals'>;
  userProjection: DocumentOf<'userProjection'>;
  decision: DecisionDocument;
  localState: LocalStateDocument;
}

export type PulledRow = Extract<Row, { type: PulledRowType }>;

/** Whether a row of this type has a place in the local database. */
export function isPulledRow(row: Row): row is PulledRow {
  return Object.hasOwn(COLLECTION_OF_ROW, row.type);
}

/** The document of a row as first written here. `seq` 0: not at the server yet. */
export function toDocument(row: PulledRow, seq: number): RowDocument {
  if (row.type === 'message') {
    const order = seq > 0 ? seq : LOCAL_ORDER + Math.min(row.atMs, LOCAL_ORDER - 1);
    return { ...row, seq, order, newestFirst: Number.MAX_SAFE_INTEGER - order };
  }
  if (row.type === 'chat') {
    return { ...row, seq, endedAtMs: 0, newestFirst: Number.MAX_SAFE_INTEGER - row.openedAtMs };
  }
  return { ...row, seq };
}
