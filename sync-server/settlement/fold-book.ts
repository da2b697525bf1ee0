/** From a user's book to what the shared fold reads. The one place where server rows become fold input. */
import { emptyFoldInput, type FoldInput } from '../../shared/fold/fold-input.ts';
import type { Directory } from '../core/directory.ts';
import type { DeviceContacts } from '../core/device-contacts.ts';
import type { ChatBook, SegmentEntry, UserBook } from '../core/user-book.ts';
import { provenElapsedMs } from './proven-elapsed.ts';

type Draft = ReturnType<typeof emptyFoldInput>;

export interface FoldSources {
  directory: Directory;
  contacts: DeviceContacts;
}

export function foldInputOf(book: UserBook, sources: FoldSources): FoldInput {
  const input = emptyFoldInput();
  const advisorIds = new Set<string>();
  for (const chat of book.chats.values()) {
    const { id, userId, advisorId, openedAtMs } = chat.row;
    input.chats.push({ id, userId, advisorId, openedAtMs, order: chat.seq });
    advisorIds.add(advisorId);
    for (const entry of chat.segments.values()) addSegment(input, entry, sources.contacts);
    addMarks(input, chat);
  }
  addTrims(input, book);
  addFacts(input, book);
  for (const advisorId of advisorIds) {
    for (const { seq, row } of sources.directory.ratesOf(advisorId))
      input.rateChanges.push({ ...row, order: seq });
  }
  for (const { seq, row } of sources.directory.policyChanges())
    input.policyChanges.push({ ...row, order: seq });
  return input;
}

/** The facts of one segment alone, for what is shown of a running one. */
export function segmentInputOf(
  book: UserBook,
  chat: ChatBook,
  entry: SegmentEntry,
  contacts: DeviceContacts,
): FoldInput {
  const input = emptyFoldInput();
  addSegment(input, entry, contacts);
  addMarks(input, chat);
  for (const { seq, row } of book.trims.values()) {
    if (row.segmentId === entry.row.id && row.deviceId === entry.row.deviceId)
      input.trimMarks.push({ ...row, order: seq });
  }
  for (const { seq, row } of book.facts.values()) {
    if (row.type === 'ruling' && row.targetId === entry.row.id)
      input.rulings.push({ ...row, claimedElapsedMs: row.claimedElapsedMs ?? 0, order: seq });
  }
  return input;
}

function addSegment(input: Draft, entry: SegmentEntry, contacts: DeviceContacts): void {
  const folded = entry.folded ?? foldSegment(entry, contacts);
  if (folded === undefined) return;
  if (entry.row.closed) entry.folded = folded;
  input.segments.push(folded.segment);
  input.segmentAdmissions.push(folded.admission);
}

/** The end of the latest admitted or proven time of a chat, ms, server clock; 0 without any. */
export function admittedUntilMs(chat: ChatBook, contacts: DeviceContacts): number {
  let untilMs = 0;
  for (const entry of chat.segments.values()) {
    const admission = (entry.folded ?? foldSegment(entry, contacts))?.admission;
    if (admission === undefined || admission.code === 'quarantined') continue;
    untilMs = Math.max(untilMs, admission.startMs + admission.admittedElapsedMs);
  }
  return untilMs;
}

function foldSegment(
  { seq, row, admission }: SegmentEntry,
  contacts: DeviceContacts,
): SegmentEntry['folded'] {
  if (admission === undefined) return undefined;
  const { id, chatId, startedAtMs, source, funding } = row;
  const { code, startMs } = admission.row;
  const provenMs = provenElapsedMs(row, admission.row, contacts.proven(id, row.deviceId));
  const elapsedMs = Math.max(row.elapsedMs, provenMs);
  const admittedElapsedMs = Math.max(admission.row.admittedElapsedMs, provenMs);
  return {
    segment: { id, chatId, startedAtMs, elapsedMs, source, funding, order: seq },
    admission: {
      id: admission.row.id,
      segmentId: id,
      code,
      startMs,
      admittedElapsedMs,
      order: admission.seq,
    },
  };
}

function addMarks(input: Draft, chat: ChatBook): void {
  for (const { seq, row, admission } of chat.marks.values()) {
    const mark = { id: row.id, chatId: row.chatId, atMs: row.atMs, order: seq };
    if (row.type === 'chatEnd') input.chatEnds.push(mark);
    else input.stopMarks.push(mark);
    if (admission === undefined) continue;
    const { id, markId, code, atMs } = admission.row;
    input.markAdmissions.push({ id, markId, code, atMs, order: admission.seq });
  }
}

/** A trim counts for a segment of its own device only. */
function addTrims(input: Draft, book: UserBook): void {
  for (const { seq, row } of book.trims.values()) {
    if (book.chats.get(row.chatId)?.segments.get(row.segmentId)?.row.deviceId !== row.deviceId) continue;
    input.trimMarks.push({ id: row.id, segmentId: row.segmentId, elapsedMs: row.elapsedMs, order: seq });
  }
}

function addFacts(input: Draft, book: UserBook): void {
  for (const { seq, row } of book.facts.values()) {
    const order = seq;
    if (row.type === 'ruling')
      input.rulings.push({ ...row, claimedElapsedMs: row.claimedElapsedMs ?? 0, order });
    else if (row.type === 'rateChange') input.rateChanges.push({ ...row, order });
    else if (row.type === 'freeTimeGrant') input.freeTimeGrants.push({ ...row, order });
    else if (row.type === 'goodwill') input.goodwills.push({ ...row, order });
    else input.creditFacts.push({ ...row, order });
  }
}
