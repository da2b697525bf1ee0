/**
 * Rows of the platform, a supervisor, an administrator or the server: rights, references, dates, then stored.
 * Idempotent by id: the same row again changes nothing. Throws AppError; the caller drops the whole write then.
 */
import { AppError, assertNever } from '../../shared/errors.ts';
import type { ChatEnd, Row } from '../../shared/rows.ts';
import { can } from '../access/can.ts';
import { admissionId } from '../admission/admit-segment.ts';
import type { Actor, WriteResult } from '../ports.ts';
import { foldBook } from '../settlement/book-fold.ts';
import { NO_SCOPE, type RowScope, type StoredRow } from '../storage/row-scope.ts';
import { enterChat } from './enter-chat.ts';
import { checkPolicy } from './check-policy.ts';
import { applyHeld, isStorableId } from './push-rows.ts';
import {
  bookOfChat,
  isSameRow,
  isTakenByAnotherType,
  scopeOfChat,
  storedAs,
  type RowContext,
} from './row-context.ts';
import { factsOf, type ChatBook, type RowOf, type Sequenced } from './user-book.ts';

/** A date this little before the commit is the time the request took: raised to the commit. Older ones are refused. */
const LATE_DATE_MS = 60_000;

/** Chats a row refers to, for loading. */
export function chatIdsOf(row: Row): string[] {
  if (row.type === 'chat' || row.type === 'conversationTimeRecord') return [row.id];
  return 'chatId' in row && row.chatId !== undefined ? [row.chatId] : [];
}

/** Users a row names, for loading. */
export function userIdsOf(row: Row): string[] {
  if (row.type === 'user') return [row.id];
  return 'userId' in row ? [row.userId] : [];
}

/** Stores one row and tells its sequence. Throws AppError notAllowed, badInput, unknownReference, idConflict. */
export function writeFact(context: RowContext, actor: Actor, sent: Row): WriteResult {
  const given = signed(actor, sent);
  if (actor.kind !== 'server' && !areIdsStorable(given)) throw new AppError('badInput', { id: given.id });
  const scope = scopeOf(context, given);
  if (!can(actor, 'write', { type: given.type, id: given.id, ...scope }))
    throw new AppError('notAllowed', { type: given.type });
  if (given.type === 'message' && actor.kind === 'platform' && given.from !== 'user')
    throw new AppError('notAllowed', { from: given.from });
  const before = storedAs(context, given.type, given.id);
  if (before !== undefined) {
    if (!isRepeat(before.row, given)) throw new AppError('idConflict', { id: given.id });
    return { seq: before.seq, isNew: false };
  }
  if (isTakenByAnotherType(context, given.type, given.id)) throw new AppError('idConflict', { id: given.id });
  return { seq: put(context, actor, dated(context, actor, given), scope), isNew: true };
}

/** What a member decides carries that member's id, whatever was sent. */
function signed(actor: Actor, row: Row): Row {
  if (actor.kind !== 'member') return row;
  switch (row.type) {
    case 'ruling':
    case 'refund':
    case 'freeTimeGrant':
    case 'note':
    case 'periodClose':
      return { ...row, byId: actor.memberId };
    default:
      return row;
  }
}

function areIdsStorable(row: Row): boolean {
  return Object.entries(row).every(
    ([name, id]) => (name !== 'id' && !name.endsWith('Id')) || typeof id !== 'string' || isStorableId(id),
  );
}

/** The server sets `claimedElapsedMs` and `claimedSeq`, and may have raised a date. */
function isRepeat(stored: Row, given: Row): boolean {
  if (stored.type === 'rateChange' || stored.type === 'policyChange') {
    const isRaised =
      given.type === stored.type && stored.atMs >= given.atMs && stored.atMs - given.atMs <= LATE_DATE_MS;
    return isRaised && isSameRow(stored, given, ['atMs']);
  }
  return isSameRow(stored, given, stored.type === 'ruling' ? ['claimedElapsedMs', 'claimedSeq'] : []);
}

/** Rates and policies are never dated before their commit; what the server itself imports keeps its date. */
function dated({ work }: RowContext, actor: Actor, row: Row): Row {
  if (
    (row.type !== 'rateChange' && row.type !== 'policyChange') ||
    actor.kind === 'server' ||
    row.atMs >= work.nowMs
  )
    return row;
  if (work.nowMs - row.atMs > LATE_DATE_MS)
    throw new AppError('badInput', { atMs: row.atMs, earliestMs: work.nowMs });
  return { ...row, atMs: work.nowMs };
}

function put(context: RowContext, actor: Actor, row: Row, scope: RowScope): number {
  const { work, state } = context;
  const enter = (stored: StoredRow): number => {
    state.directory.enter(stored);
    state.periods.note(stored.row);
    return stored.seq;
  };
  switch (row.type) {
    case 'chat':
      return enterChat(context, row, applyHeld).seq;
    case 'chatEnd':
      return putPlatformEnd(context, row, scope);
    case 'refund':
      checkRefund(context, actor, row);
      return work.put(row, scope).seq;
    case 'ruling':
      return work.put(ruled(context, row), scope).seq;
    case 'policyChange':
      checkPolicy(row);
      return enter(work.put(row, scope));
    case 'user':
    case 'advisor':
    case 'rateChange': {
      const seq = enter(work.put(row, scope));
      if (row.type === 'rateChange' && row.advisorId !== undefined)
        for (const userId of state.directory.usersOf(row.advisorId)) work.cause(userId, seq);
      return seq;
    }
    default:
      return work.put(row, scope).seq;
  }
}

/** Placed where the platform says, but never after the server's now. */
function putPlatformEnd({ work }: RowContext, row: ChatEnd, scope: RowScope): number {
  const { seq } = work.put(row, scope);
  const atMs = Math.min(row.atMs, work.nowMs);
  work.put(
    {
      type: 'markAdmission',
      id: admissionId(row.id),
      markId: row.id,
      chatId: row.chatId,
      code: 'admitted',
      atMs,
      flags: [],
    },
    scope,
  );
  return seq;
}

/** The refunds of a chat never exceed its charge; more is a top-up with a reason. Imports by the server excepted. */
function checkRefund({ state }: RowContext, actor: Actor, row: RowOf<'refund'>): void {
  if (actor.kind === 'server') return;
  if (row.chatId === undefined) throw new AppError('badInput', { missing: 'chatId' });
  const { book } = bookOfChat(state, row.chatId) as NonNullable<ReturnType<typeof bookOfChat>>;
  const chargeMinor =
    foldBook(book, state).chats.find((chat) => chat.chatId === row.chatId)?.chargeMinor ?? 0;
  const refundedMinor = factsOf(book, 'refund').reduce(
    (sum, fact) => sum + (fact.row.chatId === row.chatId ? fact.row.amountMinor : 0),
    0,
  );
  if (refundedMinor + row.amountMinor > chargeMinor)
    throw new AppError('badInput', { chargeMinor, refundedMinor });
}

/** With what the target's copies claim by now: `admit` counts those, not what comes later. */
function ruled(context: RowContext, row: RowOf<'ruling'>): RowOf<'ruling'> {
  if (row.action === 'trim' && row.elapsedMs === undefined)
    throw new AppError('badInput', { missing: 'elapsedMs' });
  const target = storedAs(context, 'timeSegment', row.targetId) as Sequenced<RowOf<'timeSegment'>>;
  return { ...row, claimedElapsedMs: target.row.elapsedMs, claimedSeq: target.seq };
}

/** Whose the row is. Throws unknownReference when it names what does not exist, badInput when it contradicts it. */
function scopeOf(context: RowContext, row: Row): RowScope {
  switch (row.type) {
    case 'user':
      return { ...NO_SCOPE, userId: row.id };
    case 'advisor':
      return { ...NO_SCOPE, advisorId: row.id };
    case 'policyChange':
      return NO_SCOPE;
    case 'periodClose':
      throw new AppError('notAllowed', { type: row.type });
    case 'chat':
      return { ...ofPair(context, row), chatId: row.id };
    case 'freeTimeGrant':
    case 'timeAdjustment':
      return ofPair(context, row);
    case 'conversationTimeRecord': {
      const scope = ofChat(context, row.id);
      if (scope.userId !== row.userId || scope.advisorId !== row.advisorId)
        throw new AppError('badInput', { id: row.id });
      return scope;
    }
    case 'chatEnd':
    case 'message':
    case 'note':
    case 'history':
      return ofChat(context, row.chatId);
    case 'topUp':
    case 'debit':
    case 'refund':
    case 'goodwill': {
      requireUser(context, row.userId);
      const scope = row.chatId === undefined ? NO_SCOPE : ofChat(context, row.chatId);
      if (row.chatId !== undefined && scope.userId !== row.userId)
        throw new AppError('badInput', { chatId: row.chatId, userId: row.userId });
      return { ...scope, userId: row.userId };
    }
    case 'rateChange':
      if (row.chatId !== undefined) return ofChat(context, row.chatId);
      requireAdvisor(context, row.advisorId as string);
      return { ...NO_SCOPE, advisorId: row.advisorId as string };
    case 'ruling': {
      const target = storedAs(context, 'timeSegment', row.targetId)?.row;
      if (target?.type !== 'timeSegment') throw new AppError('unknownReference', { targetId: row.targetId });
      return ofChat(context, target.chatId);
    }
    case 'timeSegment':
    case 'stopMark':
    case 'trimMark':
    case 'segmentAdmission':
    case 'markAdmission':
    case 'recordTotals':
    case 'userProjection':
      // Devices push these or the core makes them; nobody writes them as facts.
      throw new AppError('notAllowed', { type: row.type });
    default:
      return assertNever(row);
  }
}

function ofPair(context: RowContext, { userId, advisorId }: { userId: string; advisorId: string }): RowScope {
  requireUser(context, userId);
  requireAdvisor(context, advisorId);
  return { ...NO_SCOPE, userId, advisorId };
}

function ofChat({ state }: RowContext, chatId: string): RowScope {
  const found: { chat: ChatBook } | undefined = bookOfChat(state, chatId);
  if (found === undefined) throw new AppError('unknownReference', { chatId });
  return scopeOfChat(found.chat);
}

function requireUser({ state }: RowContext, userId: string): void {
  if (state.books.get(userId)?.user === undefined) throw new AppError('unknownReference', { userId });
}

function requireAdvisor({ state }: RowContext, advisorId: string): void {
  if (state.directory.advisor(advisorId) === undefined) throw new AppError('unknownReference', { advisorId });
}
