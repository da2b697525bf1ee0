/** The kinds of work the one writer does: a push, a beat, a write of facts, a sweep. */
import type { Row } from '../../shared/rows.ts';
import type { BeatRequest, BeatResponse, PushAnswer } from '../../shared/wire.ts';
import { healClip } from '../admission/admit-segment.ts';
import type { Actor, WriteResult } from '../ports.ts';
import { answerBeat } from './answer-beat.ts';
import type { Job, JobContext, Needs } from './committer.ts';
import { chatIdOf, pushRow, usersOf, type ReadRow } from './push-rows.ts';
import { pushOrder } from './push-order.ts';
import type { CoreState, RowWriter } from './row-context.ts';
import { chatIdsOf, userIdsOf, writeFact } from './write-facts.ts';

export type MemberActor = Extract<Actor, { kind: 'member' }>;

export function pushJob(actor: MemberActor, read: readonly ReadRow[], state: CoreState): Job<PushAnswer[]> {
  const { memberId, deviceId, deviceName, isDeviceRevoked } = actor;
  const writer: RowWriter = { memberId, deviceId, deviceName, isDeviceRevoked };
  return {
    size: read.length,
    isAlone: false,
    mustSettle: false,
    prepare(needs) {
      needs.deviceIds.add(deviceId);
      for (const one of read) {
        if (!one.isReadable) continue;
        const { row } = one;
        needs.rowIds.add(row.id);
        const chatId = chatIdOf(row);
        if (chatId !== undefined) needs.chatIds.add(chatId);
        else needHeld(needs, state, row.id);
        for (const userId of usersOf(row)) needs.userIds.add(userId);
      }
    },
    run({ state, work, withId }) {
      const answers = new Array<PushAnswer>(read.length);
      for (const position of pushOrder(read)) {
        const one = read[position] as ReadRow;
        answers[position] = one.isReadable
          ? pushRow({ state, work, writer, receivedMs: work.nowMs, withId }, one.row)
          : one.answer;
      }
      return () => answers;
    },
  };
}

/** All rows or none: a write that throws stores nothing. */
export function writeJob(actor: Actor, rows: readonly Row[], state: CoreState): Job<WriteResult[]> {
  const writer: RowWriter = { memberId: '', deviceId: '', deviceName: '', isDeviceRevoked: false };
  return {
    size: rows.length,
    isAlone: true,
    mustSettle: true,
    prepare(needs) {
      for (const row of rows) {
        needs.rowIds.add(row.id);
        if (row.type === 'ruling') needs.rowIds.add(row.targetId);
        if (row.type === 'chat') needHeld(needs, state, row.id);
        for (const chatId of chatIdsOf(row)) needs.chatIds.add(chatId);
        for (const userId of userIdsOf(row)) needs.userIds.add(userId);
        if (row.type === 'rateChange' && row.advisorId !== undefined)
          for (const userId of state.directory.usersOf(row.advisorId)) needs.userIds.add(userId);
      }
    },
    run({ state, work, withId }) {
      const results = rows.map((row) =>
        writeFact({ state, work, writer, receivedMs: work.nowMs, withId }, actor, row),
      );
      return () => results;
    },
  };
}

function needHeld(needs: Needs, state: CoreState, chatId: string): void {
  for (const held of state.heldRows.peek(chatId)) {
    needs.rowIds.add(held.id);
    needs.deviceIds.add(held.device_id);
  }
}

export function beatJob(
  actor: MemberActor,
  request: BeatRequest,
  exchangeId: string,
  state: CoreState,
): Job<BeatResponse> {
  return {
    size: 1,
    isAlone: false,
    mustSettle: false,
    prepare(needs) {
      needs.deviceIds.add(actor.deviceId);
      const { running, closed = [] } = request;
      for (const { chatId } of [...running, ...closed, ...state.contacts.segmentsOf(actor.deviceId)])
        needs.chatIds.add(chatId);
      for (const userId of request.userIds)
        if (state.directory.hasPair(actor.memberId, userId)) needs.userIds.add(userId);
    },
    run({ state, work }) {
      const claimed = (segmentId: string, chatId: string): number | 'unknown' | 'notRunning' => {
        const entry = bookOf(state, chatId)?.chats.get(chatId)?.segments.get(segmentId);
        if (entry === undefined) return 'unknown';
        return entry.row.closed || entry.row.deviceId !== actor.deviceId ? 'notRunning' : entry.row.elapsedMs;
      };
      const hasUnknown = [...request.running, ...(request.closed ?? [])].some(
        ({ segmentId, chatId }) => claimed(segmentId, chatId) === 'unknown',
      );
      const { anchor, chatIds, turnedChatIds } = state.contacts.enterBeat(
        work,
        actor,
        request,
        exchangeId,
        claimed,
      );
      for (const chatId of chatIds) {
        const book = bookOf(state, chatId);
        if (book === undefined) continue;
        book.beatVersion += 1;
        work.movedUsers.add(book.userId);
        if (turnedChatIds.has(chatId) && book.chats.has(chatId)) work.touchedUsers.add(book.userId);
      }
      return () => answerBeat(state, work, actor, request, { exchangeId, anchor, hasUnknown });
    },
  };
}

function bookOf(state: CoreState, chatId: string) {
  const owner = state.directory.chat(chatId);
  return owner === undefined ? undefined : state.books.get(owner.userId);
}

export interface SweepDue {
  userIds: ReadonlySet<string>;
  segments: readonly { segmentId: string; chatId: string; deviceId: string }[];
  unpostedUserIds: readonly string[];
}

/**
 * What time alone changes: silent devices run no more, clipped time is admitted, dated facts come into force; what runs
 * unposted for 15 minutes is posted.
 */
export function sweepJob(due: SweepDue): Job<void> {
  return {
    size: 1,
    isAlone: false,
    mustSettle: false,
    prepare(needs) {
      for (const userId of [...due.userIds, ...due.unpostedUserIds]) needs.userIds.add(userId);
      for (const { chatId } of due.segments) needs.chatIds.add(chatId);
    },
    run(context) {
      const { state, work } = context;
      for (const { segmentId, chatId, deviceId } of due.segments) {
        state.contacts.stopRunning(segmentId, deviceId);
        const book = bookOf(state, chatId);
        // Treated as closed at its last beat, and so posted.
        if (book !== undefined) work.cause(book.userId);
      }
      for (const userId of due.unpostedUserIds) work.cause(userId);
      for (const userId of due.userIds) {
        work.touchedUsers.add(userId);
        heal(context, userId);
      }
      return () => undefined;
    },
  };
}

function heal({ state, work }: JobContext, userId: string): void {
  state.clippedUserIds.delete(userId);
  const book = state.books.get(userId);
  if (book === undefined) return;
  for (const { chat, entry } of [...book.clipped.values()]) healClip({ state, work }, chat, entry);
  if (book.clipped.size > 0) state.clippedUserIds.add(userId);
}
