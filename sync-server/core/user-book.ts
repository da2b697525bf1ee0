/**
 * Everything the server holds of one user but messages, in memory: what admission and the fold read.
 * A book is filled from stored rows in any order and follows every commit; it is dropped when a commit fails.
 */
import { assertNever } from '../../shared/errors.ts';
import { isClipHealable } from '../../shared/admission/segment-verdict.ts';
import type { SettlementOfUser } from '../../shared/fold/fold.ts';
import type { ChatSettlement } from '../../shared/fold/settlement.ts';
import { firstAbove, insertSorted } from '../../shared/fold/sorted-list.ts';
import type { UserFold } from '../../shared/fold/user-fold.ts';
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
import type { ClosedTime, PeriodLine } from '../periods/period-line.ts';
import type { StoredRow } from '../storage/row-scope.ts';
import { createChatOrder, noteMarkOrder, noteSegmentOrder, type ChatOrder } from './chat-order.ts';

export type RowOf<T extends Row['type']> = Extract<Row, { type: T }>;
export interface Sequenced<R> {
  seq: number;
  row: R;
}

/** What moves a user's credits, free time or prices. */
export type FactRow = RowOf<
  'topUp' | 'debit' | 'refund' | 'freeTimeGrant' | 'rateChange' | 'goodwill' | 'ruling'
>;

export interface SegmentEntry extends Sequenced<TimeSegment> {
  /** The advisor who may see it: the chat's, of a stranger's segment the stranger. */
  advisorId: string;
  admission?: Sequenced<SegmentAdmission>;
}
export interface MarkEntry extends Sequenced<StopMark | ChatEnd> {
  admission?: Sequenced<MarkAdmission>;
}

export interface ChatBook extends Sequenced<Chat> {
  segments: Map<string, SegmentEntry>;
  /** Those of the segments that are not closed. */
  open: Map<string, SegmentEntry>;
  marks: Map<string, MarkEntry>;
  /** The earliest admitted end, Infinity while the chat is open. ms, server clock. */
  endMs: number;
  /** End of the latest admitted time of closed segments, ms; 0 without any. */
  closedUntilMs: number;
  order: ChatOrder;
  totals?: RecordTotals;
}

/** The fold that goes on beside a book; see settlement/book-fold.ts. */
export interface BookFold {
  user: UserFold;
  /** The last settling; undefined when the facts could not be settled. */
  settled: SettlementOfUser | undefined;
  beatVersion: number;
  /** Lists of rates by advisor, and how many policy changes, as entered. */
  rates: Map<string, unknown>;
  policyCount: number;
  /** Chats whose figures changed since they were last taken to be written. */
  unwritten: Map<string, ChatSettlement>;
}

export interface UserBook {
  userId: string;
  user?: Sequenced<RowOf<'user'>>;
  chats: Map<string, ChatBook>;
  trims: Map<string, Sequenced<TrimMark>>;
  facts: Map<string, Sequenced<FactRow>>;
  factsByType: { [T in FactRow['type']]: Map<string, Sequenced<RowOf<T>>> };
  /** All of them by sequence. */
  factsBySeq: Sequenced<FactRow>[];
  /** Grants by the instant they come into force. */
  grantsByInstant: Sequenced<RowOf<'freeTimeGrant'>>[];
  /** The chats' own rate changes, by chat. */
  chatRates: Map<string, Sequenced<RowOf<'rateChange'>>[]>;
  /** Advisors the user has a chat with. */
  advisorIds: Set<string>;
  /** Chats without an admitted end. */
  openChats: Map<string, ChatBook>;
  /** Segments that are not closed, of all chats. */
  openSegments: Map<string, { chat: ChatBook; entry: SegmentEntry }>;
  /** Segments with time that can be admitted when the clock has passed its end. */
  clipped: Map<string, { chat: ChatBook; entry: SegmentEntry }>;
  /** By segment. */
  trimsOf: Map<string, Sequenced<TrimMark>[]>;
  /** By advisor. */
  projections: Map<string, UserProjection>;
  /** The last state number given to a projection of this user, stored or only answered to a beat. */
  lastStateSeq: number;
  /** Rows held, for the cache's size. */
  weight: number;
  /** Grows with every beat that speaks of one of the user's chats. */
  beatVersion: number;
  /** What is posted of the user. */
  ledger: UserLedger;
  /** The fold that goes on, from the first time it is asked for. */
  fold?: BookFold;
  /** Rows that the fold has not read yet; none while there is no fold. */
  unfolded: StoredRow[];
  /** What closed periods hold of the user; undefined before it was loaded. */
  frozenLines?: readonly PeriodLine[];
  /** What the fold says about closed time, and the earliest instant changed since, ms. */
  closedTime?: ClosedTime;
  changedFromMs: number;
}

export function createUserBook(userId: string): UserBook {
  return {
    userId,
    chats: new Map(),
    trims: new Map(),
    facts: new Map(),
    factsByType: {
      ...{ topUp: new Map(), debit: new Map(), refund: new Map(), freeTimeGrant: new Map() },
      ...{ rateChange: new Map(), goodwill: new Map(), ruling: new Map() },
    },
    factsBySeq: [],
    ...{ grantsByInstant: [], chatRates: new Map(), advisorIds: new Set() },
    openChats: new Map(),
    openSegments: new Map(),
    ...{ clipped: new Map(), trimsOf: new Map() },
    projections: new Map(),
    lastStateSeq: 0,
    weight: 1,
    beatVersion: 0,
    unfolded: [],
    changedFromMs: Infinity,
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
  book.weight += 1;
  if (book.fold !== undefined) book.unfolded.push(stored);
  const { seq, row } = stored;
  switch (row.type) {
    case 'user':
      book.user = { seq, row };
      return;
    case 'chat': {
      const chat = createChatBook(seq, row);
      book.chats.set(row.id, chat);
      book.openChats.set(row.id, chat);
      book.advisorIds.add(row.advisorId);
      return;
    }
    case 'timeSegment': {
      const chat = book.chats.get(row.chatId);
      if (chat === undefined) return;
      const entry = chat.segments.get(row.id) ?? { seq, row, advisorId: stored.advisorId as string };
      Object.assign(entry, { seq, row });
      chat.segments.set(row.id, entry);
      noteSegment(book, chat, entry);
      return;
    }
    case 'segmentAdmission': {
      const chat = book.chats.get(row.chatId);
      const entry = chat?.segments.get(row.segmentId);
      if (chat === undefined || entry === undefined) return;
      entry.admission = { seq, row };
      noteSegment(book, chat, entry);
      return;
    }
    case 'stopMark':
    case 'chatEnd': {
      const chat = book.chats.get(row.chatId);
      const entry = chat?.marks.get(row.id);
      if (entry !== undefined) Object.assign(entry, { seq, row });
      else chat?.marks.set(row.id, { seq, row });
      return;
    }
    case 'markAdmission': {
      const chat = book.chats.get(row.chatId);
      const entry = chat?.marks.get(row.markId);
      if (chat === undefined || entry === undefined) return;
      entry.admission = { seq, row };
      noteMark(book, chat, entry);
      return;
    }
    case 'trimMark':
      book.trims.set(row.id, { seq, row });
      addTo(book.trimsOf, row.segmentId, { seq, row });
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
      enterFact(book, seq, row);
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

function createChatBook(seq: number, row: Chat): ChatBook {
  return {
    seq,
    row,
    segments: new Map(),
    open: new Map(),
    marks: new Map(),
    endMs: Infinity,
    closedUntilMs: 0,
    order: createChatOrder(),
  };
}

/** The segment or its admission changed. */
function noteSegment(book: UserBook, chat: ChatBook, entry: SegmentEntry): void {
  const { row, admission } = entry;
  if (row.closed) {
    chat.open.delete(row.id);
    book.openSegments.delete(row.id);
  } else {
    chat.open.set(row.id, entry);
    book.openSegments.set(row.id, { chat, entry });
  }
  noteSegmentOrder(chat.order, entry);
  if (admission === undefined) return;
  const { code, startMs, admittedElapsedMs } = admission.row;
  if (row.closed && code !== 'quarantined')
    chat.closedUntilMs = Math.max(chat.closedUntilMs, startMs + admittedElapsedMs);
  if (isClipHealable(admission.row)) book.clipped.set(row.id, { chat, entry });
  else book.clipped.delete(row.id);
}

function noteMark(book: UserBook, chat: ChatBook, entry: MarkEntry): void {
  noteMarkOrder(chat.order, entry);
  if (entry.row.type !== 'chatEnd' || entry.admission?.row.code !== 'admitted') return;
  chat.endMs = Math.min(chat.endMs, entry.admission.row.atMs);
  book.openChats.delete(chat.row.id);
}

function enterFact(book: UserBook, seq: number, row: FactRow): void {
  const fact = { seq, row };
  if (book.facts.has(row.id)) return;
  book.facts.set(row.id, fact);
  insertSorted(book.factsBySeq, fact, (one) => one.seq);
  const ofType = book.factsByType[row.type] as Map<string, Sequenced<FactRow>>;
  ofType.set(row.id, fact);
  if (row.type === 'freeTimeGrant') insertSorted(book.grantsByInstant, { seq, row }, (one) => one.row.atMs);
  if (row.type === 'rateChange' && row.chatId !== undefined) addTo(book.chatRates, row.chatId, { seq, row });
}

function addTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

/** Facts of one type, in no order. */
export function factsOf<T extends FactRow['type']>(book: UserBook, type: T): Sequenced<RowOf<T>>[] {
  return [...book.factsByType[type].values()];
}

/** Facts with a sequence above `seq`, in order of sequence. */
export function factsAfter(book: UserBook, seq: number): Sequenced<FactRow>[] {
  return book.factsBySeq.slice(firstAbove(book.factsBySeq, seq, (one) => one.seq));
}

/** Grants that come into force after `atMs`, in time order. */
export function grantsAfter(book: UserBook, atMs: number): Sequenced<RowOf<'freeTimeGrant'>>[] {
  return book.grantsByInstant.slice(firstAbove(book.grantsByInstant, atMs, (one) => one.row.atMs));
}

/** The earliest admitted end of a chat, Infinity while it is open. ms, server clock. */
export function chatEndMs(chat: ChatBook): number {
  return chat.endMs;
}
