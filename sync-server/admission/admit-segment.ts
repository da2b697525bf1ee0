/** A pushed segment: joined with the stored copy, placed and admitted once, grown later (DOMAIN.md, "Placement"). */
import { createHash } from 'node:crypto';
import { anchorErrorAt } from '../../shared/admission/anchor.ts';
import { ANCHOR_MAX_ERROR_MS } from '../../shared/admission/limits.ts';
import { placeStart, type PlacedInstant } from '../../shared/admission/placement.ts';
import {
  admitFirst,
  admitGrowth,
  isClipHealable,
  type SegmentVerdict,
} from '../../shared/admission/segment-verdict.ts';
import type { SegmentAdmission, TimeSegment } from '../../shared/rows.ts';
import { joinSegments } from '../../shared/segment-join.ts';
import type { PushAnswer } from '../../shared/wire.ts';
import {
  bookOfChat,
  isTakenByAnotherType,
  scopeOfChat,
  storedAs,
  type RowContext,
} from '../core/row-context.ts';
import { chatEndMs, type ChatBook, type SegmentEntry } from '../core/user-book.ts';
import { claimOf, earlierRowsEndMs, knownMarkMs } from './boot-order.ts';

export const admissionId = (rowId: string): string => `admission:${rowId}`;

/** The chat must have arrived. Never refuses: what is wrong with a segment is a verdict, so that no time is lost. */
export function admitSegment(context: RowContext, row: TimeSegment): PushAnswer {
  const { chat } = bookOfChat(context.state, row.chatId) as { chat: ChatBook };
  const isConflict = isIdConflict(context, row);
  const id = isConflict ? conflictId(row) : row.id;
  const entry = chat.segments.get(id);
  const joined = entry === undefined ? { ...row, id } : joinSegments(entry.row, row);
  const isOwn = chat.row.advisorId === context.writer.memberId;
  const scope = {
    ...scopeOfChat(chat, row.deviceId),
    advisorId: entry?.advisorId ?? context.writer.memberId,
  };
  const seq =
    entry !== undefined && isSameLength(entry.row, joined) ? entry.seq : context.work.put(joined, scope).seq;

  const before = entry?.admission?.row;
  const writerReason = isConflict
    ? 'idConflict'
    : !isOwn
      ? 'notYourChat'
      : context.writer.isDeviceRevoked
        ? 'revoked'
        : undefined;
  const verdict =
    before === undefined
      ? admitFirst({
          claim: joined,
          placed: placeOf(context, chat, joined),
          receivedMs: context.receivedMs,
          writerReason,
          chatEndMs: chatEndMs(chat),
        })
      : grow(context, joined, before);
  if (before === undefined || verdict !== before) {
    const admission: SegmentAdmission = {
      type: 'segmentAdmission',
      id: admissionId(id),
      segmentId: id,
      chatId: row.chatId,
      ...verdict,
      ...countsFrom(context, verdict, before),
    };
    context.work.put(withoutUndefined(admission), scope);
  }
  noteContact(context, joined, verdict);
  if (isClipHealable(verdict)) context.state.clippedUserIds.add(chat.row.userId);
  const { elapsedMs, closed } = joined;
  return {
    verdict: 'stored',
    id: row.id,
    type: row.type,
    seq,
    elapsedMs,
    closed,
    ...(!isConflict && { placed: { startMs: verdict.startMs, atMs: context.work.nowMs } }),
    code: verdict.code,
    ...(verdict.reason && { reason: verdict.reason }),
  };
}

/**
 * Nobody knows when time of a boot without an anchor was: where it falls into closed time, it counts in the period that is
 * open when it arrives, and in no other (DOMAIN.md, "Placement and admission").
 */
function countsFrom(
  { state }: RowContext,
  { flags, startMs }: SegmentVerdict,
  before: SegmentAdmission | undefined,
): Pick<SegmentAdmission, 'countsFromMs'> {
  const openFromMs = state.periods.openFromMs();
  const countsFromMs =
    before === undefined
      ? flags.includes('unanchored') && startMs < openFromMs
        ? openFromMs
        : undefined
      : before.countsFromMs;
  return countsFromMs === undefined ? {} : { countsFromMs };
}

/**
 * Admits what was clipped at an earlier now and has passed since. Returns whether anything changed.
 * A refused growth stays pending until a ruling.
 */
export function healClip(
  context: Pick<RowContext, 'state' | 'work'>,
  chat: ChatBook,
  entry: SegmentEntry,
): boolean {
  const before = entry.admission?.row;
  if (before === undefined) return false;
  const verdict = admitGrowth({
    ...growthOf(context, entry.row, before),
    elapsedMs: before.admittedElapsedMs + before.pendingMs,
  });
  if (verdict.admittedElapsedMs === before.admittedElapsedMs) return false;
  const { reason: _, ...rest } = before;
  context.work.put(withoutUndefined({ ...rest, ...verdict }), {
    ...scopeOfChat(chat, entry.row.deviceId),
    advisorId: entry.advisorId,
  });
  return true;
}

/** The id under which the server keeps a segment whose id another one has; the same claim gets the same id. */
function conflictId(row: TimeSegment): string {
  const identity = JSON.stringify([row.id, row.chatId, row.deviceId, row.bootId, row.startedAtMonoMs]);
  return `conflict:${createHash('sha256').update(identity).digest('hex').slice(0, 40)}`;
}

function isIdConflict(context: RowContext, row: TimeSegment): boolean {
  const stored = storedAs(context, 'timeSegment', row.id)?.row;
  if (stored === undefined) return isTakenByAnotherType(context, 'timeSegment', row.id);
  return (
    stored.type !== 'timeSegment' ||
    stored.chatId !== row.chatId ||
    stored.deviceId !== row.deviceId ||
    stored.bootId !== row.bootId ||
    stored.startedAtMonoMs !== row.startedAtMonoMs
  );
}

function placeOf(context: RowContext, chat: ChatBook, row: TimeSegment): PlacedInstant {
  if (row.source === 'manual') return { atMs: row.startedAtMs, errorMs: 0, isUnanchored: false };
  const instant = { ...row, monoMs: row.startedAtMonoMs, wallMs: row.startedAtMs };
  const claim = claimOf(
    context,
    instant,
    row.elapsedMs,
    earlierRowsEndMs(chat, { ...instant, isMark: false }),
  );
  return placeStart(claim, knownMarkMs(chat, row.knownSeq));
}

function grow(context: RowContext, joined: TimeSegment, before: SegmentAdmission): SegmentVerdict {
  const verdict = admitGrowth(growthOf(context, joined, before));
  const isSame =
    verdict.admittedElapsedMs === before.admittedElapsedMs && verdict.pendingMs === before.pendingMs;
  return isSame && verdict.code === before.code && verdict.reason === before.reason ? before : verdict;
}

function growthOf(
  context: Pick<RowContext, 'state' | 'work'> & { receivedMs?: number },
  joined: TimeSegment,
  before: SegmentAdmission,
) {
  const anchor = context.state.contacts.anchor(joined.deviceId, joined.bootId);
  const movedMs =
    anchor === null ? 0 : Math.max(0, before.startMs - anchor.offsetMs - joined.startedAtMonoMs);
  return {
    before,
    elapsedMs: joined.elapsedMs,
    provenElapsedMs: context.state.contacts.proven(joined.id, joined.deviceId)?.elapsedMs ?? 0,
    errorMs: anchor === null ? ANCHOR_MAX_ERROR_MS : anchorErrorAt(anchor, joined.startedAtMonoMs) + movedMs,
    receivedMs: context.receivedMs ?? context.work.nowMs,
  };
}

function noteContact(
  { state, writer, work }: RowContext,
  joined: TimeSegment,
  verdict: SegmentVerdict,
): void {
  if (joined.closed) state.contacts.forget(joined.id, joined.deviceId);
  else if (verdict.code !== 'quarantined') state.contacts.seen(writer, joined.id, joined.chatId, work.nowMs);
}

function isSameLength(a: TimeSegment, b: TimeSegment): boolean {
  return (
    a.elapsedMs === b.elapsedMs &&
    a.closed === b.closed &&
    a.closeReason === b.closeReason &&
    a.reasonElapsedMs === b.reasonElapsedMs
  );
}

function withoutUndefined(admission: SegmentAdmission): SegmentAdmission {
  if (admission.reason === undefined) delete admission.reason;
  return admission;
}
