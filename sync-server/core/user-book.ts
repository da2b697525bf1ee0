/**
 * Everything the server holds of one user but messages, in memory: what admission and the fold read.
 * A book is filled from stored rows in any order and follows every commit; it is dropped when a commit fails.
 */
import { assertNever } from '../../shared/errors.ts';
import type { FoldSegment, FoldSegmentAdmission } from '../../shared/fold/fold-input.ts';
import type { SettlementOfUser } from '../../shared/fold/fold.ts';
import type {
  Chat,
  ChatEnd,
  MarkAdmission,
  RecordTotals,
  Row,
  SegmentAdmission,
  StopMark,
  TimeSegment,
  TrimMark,
  UserProjection,
} from '../../shared/rows.ts';
import { createUserLedger, type UserLedger } from '../ledger/user-ledger.ts';
import type { StoredRow } from '../storage/row-scope.ts';

export type RowOf<T extends Row['type']> = Extract<Row, { type: T }>;
export interface Sequenced<R> {
  seq: number;
  row: R;
}

export interface SegmentEntry extends Sequenced<TimeSegment> {
  /** The advisor who may see it: the chat's, of a stranger's segment the stranger. */
  advisorId: string;
  admission?: Sequenced<SegmentAdmission>;
  /** What the fold reads of a closed segment, kept while nothing of it changes. */
  folded?: { segment: FoldSegment; admission: FoldSegmentAdmission };
}
export interface MarkEntry extends Sequenced<StopMark | ChatEnd> {
  admission?: Sequenced<MarkAdmission>;
}

export interface ChatBook extends Sequenced<Chat> {
  segments: Map<string, SegmentEntry>;
  marks: Map<string, MarkEntry>;
  totals?: RecordTotals;
}

export interface UserBook {
  userId: string;
  user?: Sequenced<RowOf<'user'>>;
  chats: Map<string, ChatBook>;
  trims: Map<string, Sequenced<TrimMark>>;
  facts: Map<
    string,
    Sequenced<RowOf<'topUp' | 'debit' | 'refund' | 'freeTimeGrant' | 'rateChange' | 'goodwill' | 'ruling'>>
  >;
  /** By advisor. */
  projections: Map<string, UserProjection>;
  /** The last state number given to a projection of this user, stored or only answered to a beat. */
  lastStateSeq: number;
  /** Rows held, for the cache's size. */
  weight: number;
  /** Grows with every row; what was folded for an older version is folded again. */
  version: number;
  /** Grows with every beat that speaks of one of the user's chats. */
  beatVersion: number;
  /** What is posted of the user. */
  ledger: UserLedger;
  /** The last fold and what it was made of. */
  folded?: { version: number; beatVersion: number; settled: SettlementOfUser };
}

export function createUserBook(userId: string): UserBook {
  return {
    userId,
    chats: new Map(),
    trims: new Map(),
    facts: new Map(),
    projections: new Map(),
    lastStateSeq: 0,
    weight: 1,
    version: 0,
    beatVersion: 0,
    ledger: createUserLedger(),
  };
}

/** Fills a book from storage: chats before what belongs to them, whatever their sequence. */
export function fillUserBook(userId: string, rows: readonly StoredRow[]): UserBook {
  const book = createUserBook(userId);
  const rank = (row: StoredRow): number =>
    row.type === 'chat' ? 0 : row.type === 'segmentAdmission' || row.type === 'markAdmission' ? 2 : 1;
  for (const stored of [...rows].sort((a, b) => rank(a) - rank(b))) enterRow(book, stored);
  return book;
}

/** Enters a row that is or will be stored; a copy with the same id replaces the older one. */
export function enterRow(book: UserBook, stored: StoredRow): void {
  book.version += 1;
  book.weight += 1;
  const { seq, row } = stored;
  switch (row.type) {
    case 'user':
      book.user = { seq, row };
      return;
    case 'chat':
      book.chats.set(row.id, { seq, row, segments: new Map(), marks: new Map() });
      return;
    case 'timeSegment': {
      const entry = book.chats.get(row.chatId)?.segments.get(row.id);
      if (entry !== undefined) Object.assign(entry, { seq, row, folded: undefined });
      else
        book.chats.get(row.chatId)?.segments.set(row.id, { seq, row, advisorId: stored.advisorId as string });
      return;
    }
    case 'segmentAdmission': {
      const entry = book.chats.get(row.chatId)?.segments.get(row.segmentId);
      if (entry !== undefined) Object.assign(entry, { admission: { seq, row }, folded: undefined });
      return;
    }
    case 'stopMark':
    case 'chatEnd': {
      const entry = book.chats.get(row.chatId)?.marks.get(row.id);
      if (entry !== undefined) Object.assign(entry, { seq, row });
      else book.chats.get(row.chatId)?.marks.set(row.id, { seq, row });
      return;
    }
    case 'markAdmission': {
      const entry = book.chats.get(row.chatId)?.marks.get(row.markId);
      if (entry !== undefined) entry.admission = { seq, row };
      return;
    }
    case 'trimMark':
      book.trims.set(row.id, { seq, row });
      return;
    case 'recordTotals': {
      const chat = book.chats.get(row.id);
      if (chat !== undefined) chat.totals = row;
      return;
    }
    case 'userProjection':
      book.projections.set(row.advisorId, row);
      book.lastStateSeq = Math.max(book.lastStateSeq, row.stateSeq);
      return;
    case 'topUp':
    case 'debit':
    case 'refund':
    case 'freeTimeGrant':
    case 'rateChange':
    case 'goodwill':
    case 'ruling':
      book.facts.set(row.id, { seq, row });
      return;
    case 'conversationTimeRecord':
    case 'advisor':
    case 'policyChange':
    case 'message':
    case 'note':
    case 'periodClose':
    case 'history':
    case 'timeAdjustment':
      return;
    default:
      assertNever(row);
  }
}

/** Facts of one type, in no order. */
export function factsOf<
  T extends RowOf<
    'topUp' | 'debit' | 'refund' | 'freeTimeGrant' | 'rateChange' | 'goodwill' | 'ruling'
  >['type'],
>(book: UserBook, type: T): Sequenced<RowOf<T>>[] {
  return [...book.facts.values()].filter(
    (fact): fact is Sequenced<RowOf<T>> & typeof fact => fact.row.type === type,
  );
}

/** The earliest admitted end of a chat, Infinity while it is open. ms, server clock. */
export function chatEndMs(chat: ChatBook): number {
  let endMs = Infinity;
  for (const { row, admission } of chat.marks.values()) {
    if (row.type === 'chatEnd' && admission?.row.code === 'admitted')
      endMs = Math.min(endMs, admission.row.atMs);
  }
  return endMs;
}
