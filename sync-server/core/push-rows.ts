/** One pushed row: checked by itself and handed to what stores it. Nothing here waits; a bad row blocks no other. */
import { assertNever } from '../../shared/errors.ts';
import {
  deviceRowSchema,
  MESSAGE_MAX_LENGTH,
  type Chat,
  type ConversationTimeRecord,
  type DeviceRow,
  type Message,
  type Note,
  type TrimMark,
} from '../../shared/rows.ts';
import type { PushAnswer } from '../../shared/wire.ts';
import { can } from '../access/can.ts';
import { admitDeviceMark } from '../admission/admit-mark.ts';
import { admitSegment } from '../admission/admit-segment.ts';
import { joinSegments } from '../../shared/segment-join.ts';
import { enterChat } from './enter-chat.ts';
import {
  accepted,
  bookOfChat,
  isSameRow,
  isTakenByAnotherType,
  refused,
  scopeOfChat,
  storedAs,
  type RowContext,
} from './row-context.ts';
import type { ChatBook, UserBook } from './user-book.ts';

/** A row of a push: readable, or refused before anything was looked up. */
export type ReadRow = { isReadable: true; row: DeviceRow } | { isReadable: false; answer: PushAnswer };

/** Ids that a device's own chat must have at least: a random one, not a guessable number. Code units. */
const RANDOM_ID_MIN_LENGTH = 20;
/** Ids the server makes itself. */
const SERVER_ID = /^(admission|conflict|consent|goodwill):/;
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Parses one row by itself. Refuses `badInput`, `messageTooLong`. */
export function readRow(value: unknown): ReadRow {
  const parsed = deviceRowSchema.safeParse(value);
  if (parsed.success) {
    const row = parsed.data;
    const ids = Object.entries(row).filter(([name]) => name === 'id' || name.endsWith('Id'));
    const areStorable = ids.every(([, id]) => typeof id !== 'string' || isStorableId(id));
    return areStorable ? { isReadable: true, row } : { isReadable: false, answer: refused(row, 'badInput') };
  }
  const { id, type, text } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  const named = {
    id: typeof id === 'string' ? id.slice(0, 200) : '',
    type: typeof type === 'string' ? type.slice(0, 40) : '',
  };
  const isTooLong =
    (type === 'message' || type === 'note') && typeof text === 'string' && text.length > MESSAGE_MAX_LENGTH;
  return { isReadable: false, answer: refused(named, isTooLong ? 'messageTooLong' : 'badInput') };
}

/** PostgreSQL's text has no NUL, UTF-8 no half of a surrogate pair; the server's own ids are its own. */
export function isStorableId(id: string): boolean {
  return !id.includes('\u0000') && !LONE_SURROGATE.test(id) && !SERVER_ID.test(id);
}

/** The chat a row belongs to; a chat itself names none. */
export function chatIdOf(row: DeviceRow): string | undefined {
  if (row.type === 'chat') return undefined;
  return row.type === 'conversationTimeRecord' ? row.id : row.chatId;
}

/** Users whose books the row needs beside its chat's. */
export function usersOf(row: DeviceRow): string[] {
  return row.type === 'chat' ? [row.userId] : [];
}

export function pushRow(context: RowContext, row: DeviceRow): PushAnswer {
  const { writer, state } = context;
  if ('deviceId' in row && row.deviceId !== undefined && row.deviceId !== writer.deviceId)
    return refused(row, 'notAllowed');
  if (row.type === 'chat') return pushChat(context, row);
  const chatId = chatIdOf(row) as string;
  const found = bookOfChat(state, chatId);
  if (found === undefined) return hold(context, row, chatId);
  // Time for somebody else's chat is kept for a ruling; anything else stays with its author.
  if (row.type === 'timeSegment') return admitSegment(context, row);
  if (!isPushAllowed(context, row, found.chat)) return refused(row, 'notYourChat');
  switch (row.type) {
    case 'stopMark':
    case 'chatEnd':
      return admitDeviceMark(context, row);
    case 'trimMark':
      return pushTrim(context, row, found.chat);
    case 'conversationTimeRecord':
      return pushRecord(context, row, found.chat);
    case 'message':
      return pushMessage(context, row, found.chat);
    case 'note':
      return pushNote(context, row, found.chat);
    default:
      return assertNever(row);
  }
}

function isPushAllowed({ writer }: RowContext, row: DeviceRow, chat: ChatBook): boolean {
  const deviceId = 'deviceId' in row ? row.deviceId : undefined;
  return can({ kind: 'member', role: 'advisor', ...writer }, 'push', {
    type: row.type,
    id: row.id,
    ...scopeOfChat(chat, deviceId),
  });
}

/** A device opens chats only for its own advisor, with a user it has, under a random id. */
function pushChat(context: RowContext, row: Chat): PushAnswer {
  const { writer, state } = context;
  if (row.advisorId !== writer.memberId) return refused(row, 'notAllowed');
  const before = storedAs(context, 'chat', row.id);
  if (before !== undefined) return isSameRow(before.row, row) ? accepted(before) : refused(row, 'idConflict');
  if (isTakenByAnotherType(context, 'chat', row.id)) return refused(row, 'idConflict');
  if (writer.isDeviceRevoked) return refused(row, 'deviceRevoked');
  if (row.id.length < RANDOM_ID_MIN_LENGTH) return refused(row, 'badInput');
  if ((state.books.get(row.userId) as UserBook).user === undefined) return refused(row, 'unknownReference');
  if (!state.directory.hasPair(row.advisorId, row.userId)) return refused(row, 'notAllowed');
  return accepted(enterChat(context, row, applyHeld));
}

/** The record is its chat's: never re-pointed. */
function pushRecord(context: RowContext, row: ConversationTimeRecord, chat: ChatBook): PushAnswer {
  const before = storedAs(context, row.type, row.id);
  if (before !== undefined) return isSameRow(before.row, row) ? accepted(before) : refused(row, 'idConflict');
  if (
    row.userId !== chat.row.userId ||
    row.advisorId !== chat.row.advisorId ||
    isTakenByAnotherType(context, row.type, row.id)
  )
    return refused(row, 'idConflict');
  return accepted(context.work.put(row, scopeOfChat(chat)));
}

/** Of the writer's own segment; it may arrive before the segment does. */
function pushTrim(context: RowContext, row: TrimMark, chat: ChatBook): PushAnswer {
  const before = storedAs(context, row.type, row.id);
  if (before !== undefined) return isSameRow(before.row, row) ? accepted(before) : refused(row, 'idConflict');
  if (isTakenByAnotherType(context, row.type, row.id)) return refused(row, 'idConflict');
  const target =
    storedAs(context, 'timeSegment', row.segmentId)?.row ?? chat.segments.get(row.segmentId)?.row;
  if (target?.type === 'timeSegment' && (target.deviceId !== row.deviceId || target.chatId !== row.chatId))
    return refused(row, 'unknownReference');
  return accepted(context.work.put(row, scopeOfChat(chat, row.deviceId)));
}

/** A revoked device does not speak any more: its words stay with their author. */
function pushMessage(context: RowContext, row: Message, chat: ChatBook): PushAnswer {
  return row.from === 'advisor' ? pushText(context, row, chat) : refused(row, 'notAllowed');
}

/** Only the server says that a note is a supervisor's. */
function pushNote(context: RowContext, row: Note, chat: ChatBook): PushAnswer {
  return row.byId === undefined ? pushText(context, row, chat) : refused(row, 'notAllowed');
}

function pushText(context: RowContext, row: Message | Note, chat: ChatBook): PushAnswer {
  const before = storedAs(context, row.type, row.id);
  if (before !== undefined) return isSameRow(before.row, row) ? accepted(before) : refused(row, 'idConflict');
  if (isTakenByAnotherType(context, row.type, row.id)) return refused(row, 'idConflict');
  if (context.writer.isDeviceRevoked) return refused(row, 'deviceRevoked');
  return accepted(context.work.put(row, scopeOfChat(chat, row.deviceId)));
}

/** Its chat has not arrived: kept, joined with the copy that already waits, without a sequence yet (0). */
function hold(context: RowContext, row: Exclude<DeviceRow, Chat>, chatId: string): PushAnswer {
  const { state, writer, work } = context;
  const waiting = state.heldRows.find(chatId, row.type, row.id, writer.deviceId);
  const answer = { verdict: 'stored', id: row.id, type: row.type, seq: 0, code: 'waitsForChat' } as const;
  if (waiting !== undefined) {
    const before = JSON.parse(waiting.json) as DeviceRow;
    if (before.type !== 'timeSegment' || row.type !== 'timeSegment')
      return isSameRow(before, row) ? answer : refused(row, 'idConflict');
    const joined = joinSegments(before, row);
    if (before.bootId !== row.bootId || before.startedAtMonoMs !== row.startedAtMonoMs)
      return refused(row, 'idConflict');
    waiting.json = JSON.stringify(joined);
    waiting.received_at_ms = context.receivedMs;
    work.hold(waiting);
    return { ...answer, elapsedMs: joined.elapsedMs, closed: joined.closed };
  }
  if (state.heldRows.isFull()) return refused(row, 'tooMany');
  const held = {
    ...{ position: state.heldRows.nextPosition(), id: row.id, type: row.type, chat_id: chatId },
    ...{ member_id: writer.memberId, device_id: writer.deviceId, is_revoked: writer.isDeviceRevoked ? 1 : 0 },
    ...{ received_at_ms: context.receivedMs, json: JSON.stringify(row), refused_code: null },
  };
  state.heldRows.add(held);
  work.hold(held);
  return row.type === 'timeSegment' ? { ...answer, elapsedMs: row.elapsedMs, closed: row.closed } : answer;
}

/** Applies what waited for a chat that has just been put. What is refused now was answered already: it stays held. */
export function applyHeld(context: RowContext, chatId: string): void {
  for (const held of context.state.heldRows.take(chatId)) {
    const writer = {
      memberId: held.member_id,
      deviceId: held.device_id,
      deviceName: '',
      isDeviceRevoked: held.is_revoked === 1,
    };
    const answer = pushRow(
      { ...context, writer, receivedMs: held.received_at_ms },
      JSON.parse(held.json) as DeviceRow,
    );
    context.work.release(held.position, answer.verdict === 'refused' ? answer.code : null);
  }
}
