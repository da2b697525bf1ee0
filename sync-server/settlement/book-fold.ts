/**
 * A user's book and the fold that goes on beside it: what changed since the last time is entered, nothing else is looked
 * at. Rows, beats, the advisors' rates and the policies are its sources.
 */
import { emptyFoldInput } from '../../shared/fold/fold-input.ts';
import type { SettlementOfUser } from '../../shared/fold/fold.ts';
import type { ChatSettlement } from '../../shared/fold/settlement.ts';
import { createUserFold } from '../../shared/fold/user-fold.ts';
import type { BookFold, SegmentEntry, UserBook } from '../core/user-book.ts';
import type { StoredRow } from '../storage/row-scope.ts';
import {
  addChat,
  addFact,
  addMark,
  addPolicies,
  addRates,
  addSegment,
  addTrim,
  foldInputOf,
  type Draft,
  type FoldSources,
} from './fold-book.ts';

/**
 * All pairs of the user with what beats have proven. Work in proportion to what changed since the last call; the first
 * call reads the whole book. Throws UnsafeIntegerError; what was entered stays and may be corrected.
 */
export function foldBook(book: UserBook, sources: FoldSources): SettlementOfUser {
  const fold = book.fold ?? startFold(book, sources);
  const isNew = fold.settled === undefined;
  if (!enterChanges(book, fold, sources) && !isNew) return fold.settled as SettlementOfUser;
  fold.settled = undefined;
  const { settled, changedChats } = fold.user.settle();
  for (const chat of changedChats) fold.unwritten.set(chat.chatId, chat);
  fold.settled = settled;
  return settled;
}

/** The chats whose figures may differ from the stored ones. */
export function takeUnwritten(book: UserBook): ChatSettlement[] {
  const chats = [...(book.fold?.unwritten.values() ?? [])];
  book.fold?.unwritten.clear();
  return chats;
}

function startFold(book: UserBook, sources: FoldSources): BookFold {
  const user = createUserFold(book.userId);
  user.enter(foldInputOf(book, sources));
  const fold: BookFold = {
    user,
    settled: undefined,
    beatVersion: book.beatVersion,
    rates: new Map(),
    policyCount: sources.directory.policyCount(),
    unwritten: new Map(),
  };
  for (const advisorId of book.advisorIds) fold.rates.set(advisorId, sources.directory.ratesOf(advisorId));
  book.fold = fold;
  book.unfolded = [];
  return fold;
}

/** Returns whether there was anything to enter. */
function enterChanges(book: UserBook, fold: BookFold, sources: FoldSources): boolean {
  const input = emptyFoldInput();
  const segments = new Set<SegmentEntry>();
  for (const stored of book.unfolded) addRow(input, book, stored, segments);
  const hasRows = book.unfolded.length > 0;
  book.unfolded = [];
  const hasBeats = fold.beatVersion !== book.beatVersion;
  fold.beatVersion = book.beatVersion;
  // Beats, and pushes that only say "I am here", move what open segments have proven.
  if (hasRows || hasBeats) for (const { entry } of book.openSegments.values()) segments.add(entry);
  for (const entry of segments) addSegment(input, entry, sources.contacts);
  const hasPrices = addNewPrices(input, book, fold, sources);
  if (!hasRows && !hasBeats && !hasPrices) return false;
  fold.user.enter(input);
  return true;
}

function addRow(input: Draft, book: UserBook, stored: StoredRow, segments: Set<SegmentEntry>): void {
  const { seq, row } = stored;
  switch (row.type) {
    case 'chat':
      return addChat(input, { seq, row });
    case 'timeSegment':
    case 'segmentAdmission': {
      const segmentId = row.type === 'timeSegment' ? row.id : row.segmentId;
      const entry = book.chats.get(row.chatId)?.segments.get(segmentId);
      if (entry === undefined) return;
      segments.add(entry);
      // A trim may have come before its segment.
      if (row.type === 'timeSegment')
        for (const trim of book.trimsOf.get(row.id) ?? []) addTrim(input, book, trim);
      return;
    }
    case 'stopMark':
    case 'chatEnd':
    case 'markAdmission': {
      const mark = book.chats.get(row.chatId)?.marks.get(row.type === 'markAdmission' ? row.markId : row.id);
      return mark === undefined ? undefined : addMark(input, mark);
    }
    case 'trimMark':
      return addTrim(input, book, { seq, row });
    case 'topUp':
    case 'debit':
    case 'refund':
    case 'freeTimeGrant':
    case 'rateChange':
    case 'goodwill':
    case 'ruling':
      return addFact(input, { seq, row });
    default:
      return undefined;
  }
}

/** The rates of the user's advisors and the policies, when they are not the ones that were entered. */
function addNewPrices(input: Draft, book: UserBook, fold: BookFold, { directory }: FoldSources): boolean {
  let hasNew = false;
  for (const advisorId of book.advisorIds)
    if (!fold.rates.has(advisorId)) fold.rates.set(advisorId, undefined);
  for (const [advisorId, seen] of fold.rates) {
    const rates = directory.ratesOf(advisorId);
    if (rates === seen) continue;
    fold.rates.set(advisorId, rates);
    addRates(input, rates);
    hasNew = true;
  }
  if (fold.policyCount !== directory.policyCount()) {
    fold.policyCount = directory.policyCount();
    addPolicies(input, directory);
    hasNew = true;
  }
  return hasNew;
}
