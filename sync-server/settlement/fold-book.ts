/** From a user's book to what the shared fold reads. The one place where server rows become fold input. */
import type { CountedSegment } from '../../shared/fold/counted-segments.ts';
import {
  emptyFoldInput,
  type FoldInput,
  type FoldSegment,
  type FoldSegmentAdmission,
} from '../../shared/fold/fold-input.ts';
import type { ChatSettlement } from '../../shared/fold/settlement.ts';
import type { Chat, TrimMark } from '../../shared/rows.ts';
import type { Directory } from '../core/directory.ts';
import type { DeviceContacts } from '../core/device-contacts.ts';
import type {
  ChatBook,
  FactRow,
  MarkEntry,
  RowOf,
  SegmentEntry,
  Sequenced,
  UserBook,
} from '../core/user-book.ts';
import { provenElapsedMs } from './proven-elapsed.ts';

export type Draft = ReturnType<typeof emptyFoldInput>;

export interface FoldSources {
  directory: Directory;
  contacts: DeviceContacts;
}

/** Everything of a user: what the fold that goes on starts from, and what it is checked against. */
export function foldInputOf(book: UserBook, { directory, contacts }: FoldSources): FoldInput {
  const input = emptyFoldInput();
  const advisorIds = new Set<string>();
  for (const chat of book.chats.values()) {
    addChat(input, chat);
    advisorIds.add(chat.row.advisorId);
    for (const entry of chat.segments.values()) addSegment(input, entry, contacts);
    for (const mark of chat.marks.values()) addMark(input, mark);
  }
  for (const trim of book.trims.values()) addTrim(input, book, trim);
  for (const fact of book.facts.values()) addFact(input, fact);
  for (const advisorId of advisorIds) addRates(input, directory.ratesOf(advisorId));
  addPolicies(input, directory);
  return input;
}

export function addChat(input: Draft, { seq, row }: Sequenced<Chat>): void {
  const { id, userId, advisorId, openedAtMs } = row;
  input.chats.push({ id, userId, advisorId, openedAtMs, order: seq });
}

export function addSegment(input: Draft, entry: SegmentEntry, contacts: DeviceContacts): void {
  const folded = foldSegment(entry, contacts);
  if (folded === undefined) return;
  input.segments.push(folded.segment);
  input.segmentAdmissions.push(folded.admission);
}

/** The end of the latest admitted or proven time of a chat, ms, server clock; 0 without any. */
export function admittedUntilMs(chat: ChatBook, contacts: DeviceContacts): number {
  let untilMs = chat.closedUntilMs;
  for (const entry of chat.open.values()) {
    const admission = foldSegment(entry, contacts)?.admission;
    if (admission === undefined || admission.code === 'quarantined') continue;
    untilMs = Math.max(untilMs, admission.startMs + admission.admittedElapsedMs);
  }
  return untilMs;
}

/** How far an open segment is counted before marks and trims, ms; undefined when it is not admitted. */
export function openLengthMs(entry: SegmentEntry, contacts: DeviceContacts): number | undefined {
  const folded = foldSegment(entry, contacts);
  if (folded === undefined || folded.admission.code === 'quarantined') return undefined;
  return Math.min(folded.segment.elapsedMs, folded.admission.admittedElapsedMs);
}

/** What counts of a segment in the last fold of the book, with what a mark cut; undefined before. */
export function countedOf(book: UserBook, segmentId: string): CountedSegment | undefined {
  return book.fold?.user.counted(segmentId);
}

/** A chat's figures in the last fold of the book; undefined before. */
export function settledChatOf(book: UserBook, chatId: string): ChatSettlement | undefined {
  return book.fold?.user.chat(chatId);
}

/** The rate of a chat's last paid ms in the last fold of the book, units per ms; 0 without paid time. */
export function lastPaidRateOf(book: UserBook, chatId: string): number {
  return book.fold?.user.lastPaidRate(chatId) ?? 0;
}

function foldSegment(
  { seq, row, admission }: SegmentEntry,
  contacts: DeviceContacts,
): { segment: FoldSegment; admission: FoldSegmentAdmission } | undefined {
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

export function addMark(input: Draft, { seq, row, admission }: MarkEntry): void {
  const mark = { id: row.id, chatId: row.chatId, atMs: row.atMs, order: seq };
  if (row.type === 'chatEnd') input.chatEnds.push(mark);
  else input.stopMarks.push(mark);
  if (admission === undefined) return;
  const { id, markId, code, atMs } = admission.row;
  input.markAdmissions.push({ id, markId, code, atMs, order: admission.seq });
}

/** A trim counts for a segment of its own device only. */
export function addTrim(input: Draft, book: UserBook, { seq, row }: Sequenced<TrimMark>): void {
  if (book.chats.get(row.chatId)?.segments.get(row.segmentId)?.row.deviceId !== row.deviceId) return;
  input.trimMarks.push({ id: row.id, segmentId: row.segmentId, elapsedMs: row.elapsedMs, order: seq });
}

export function addFact(input: Draft, { seq, row }: Sequenced<FactRow>): void {
  const order = seq;
  if (row.type === 'ruling')
    input.rulings.push({ ...row, claimedElapsedMs: row.claimedElapsedMs ?? 0, order });
  else if (row.type === 'rateChange') input.rateChanges.push({ ...row, order });
  else if (row.type === 'freeTimeGrant') input.freeTimeGrants.push({ ...row, order });
  else if (row.type === 'goodwill') input.goodwills.push({ ...row, order });
  else input.creditFacts.push({ ...row, order });
}

export function addRates(input: Draft, rates: readonly Sequenced<RowOf<'rateChange'>>[]): void {
  for (const { seq, row } of rates) input.rateChanges.push({ ...row, order: seq });
}

export function addPolicies(input: Draft, directory: Directory): void {
  for (const { seq, row } of directory.policyChanges()) input.policyChanges.push({ ...row, order: seq });
}
