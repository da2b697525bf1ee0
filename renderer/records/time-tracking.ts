/**
 * The time record of one chat (DOMAIN.md, "Names that must exist"). Both functions look up by chat id only; the record's
 * id is the chat id, so two devices that create it offline end with one.
 *
 *   const tracking = createTimeTracking({ database, api, memberId });
 *   await tracking.initializeTimeTrackingForChat(chatId);                      // → ConversationTimeRecord
 *   await tracking.getTimeTrackingData({ chatId, advisorId, userId });         // → TimeTrackingData
 */
import type { Api } from '../api.ts';
import { AppError } from '../../shared/errors.ts';
import type {
  Chat,
  ConversationTimeRecord,
  RecordTotals,
  SegmentAdmission,
  TimeSegment,
} from '../../shared/rows.ts';
import { toDocument, type ChatDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plain, plainList } from '../database/plain.ts';
import { writeJoined } from '../database/write-joined.ts';

export interface TimeTrackingData {
  record: ConversationTimeRecord;
  chat: Chat | null;
  /** The server's settled totals; null before the first settlement reached this computer. */
  totals: RecordTotals | null;
  /** All segments of exactly this chat known here, of all devices, by id. */
  segments: TimeSegment[];
  admissions: SegmentAdmission[];
  /** Some device's segment of this chat is open as far as this computer knows. */
  isRunning: boolean;
}

export interface TimeTracking {
  initializeTimeTrackingForChat(chatId: string): Promise<ConversationTimeRecord>;
  getTimeTrackingData(key: { chatId: string; advisorId: string; userId: string }): Promise<TimeTrackingData>;
}

export interface TimeTrackingDeps {
  database: LocalDatabase;
  api: Pick<Api, 'call'>;
  /** The signed-in member; an advisor's is the advisorId of its chats. */
  memberId: string;
}

export function createTimeTracking({ database, api, memberId }: TimeTrackingDeps): TimeTracking {
  /**
   * Finds the record of the chat or creates it, whatever other records the pair has.
   * @throws AppError `unknownChat`, `notYourChat`, `chatClosedBeforeTracking`.
   */
  async function initializeTimeTrackingForChat(chatId: string): Promise<ConversationTimeRecord> {
    const existing = await findRecord(database, chatId);
    if (existing !== null) return existing;
    const chat = await findChat(database, chatId);
    if (chat === null) throw new AppError('unknownChat', { chatId });
    if (chat.advisorId !== memberId) throw new AppError('notYourChat', { chatId });
    if (chat.endedAtMs > 0)
      throw new AppError('chatClosedBeforeTracking', { chatId, endedAtMs: chat.endedAtMs });
    const { row } = await api.call('writeRow', {
      row: { type: 'conversationTimeRecord', id: chatId, userId: chat.userId, advisorId: chat.advisorId },
    });
    if (row.type !== 'conversationTimeRecord')
      throw new AppError('internal', { expected: 'conversationTimeRecord', got: row.type });
    // The journal has it; writing the view here too makes it readable without waiting for the desk's replicator.
    await writeJoined(database, [toDocument(row, 0)]);
    return row;
  }

  /**
   * The data of exactly the chat asked for; a missing record of an own open chat is created.
   * @throws AppError `unknownChat`, `notYourChat` (another advisor's, or not of this client), `chatClosedBeforeTracking`.
   */
  async function getTimeTrackingData({
    chatId,
    advisorId,
    userId,
  }: {
    chatId: string;
    advisorId: string;
    userId: string;
  }) {
    const [found, chat] = await Promise.all([findRecord(database, chatId), findChat(database, chatId)]);
    const owner = found ?? chat;
    if (owner === null) throw new AppError('unknownChat', { chatId });
    if (owner.advisorId !== advisorId || owner.userId !== userId)
      throw new AppError('notYourChat', { chatId });
    const record = found ?? (await initializeTimeTrackingForChat(chatId));
    return { record, ...(await readTimes(database, chatId)), chat };
  }

  return { initializeTimeTrackingForChat, getTimeTrackingData };
}

async function findRecord(database: LocalDatabase, chatId: string): Promise<ConversationTimeRecord | null> {
  const document = await database.conversationTimeRecord.findOne(chatId).exec();
  if (document === null) return null;
  const { type, id, userId, advisorId } = document;
  return { type, id, userId, advisorId };
}

async function findChat(database: LocalDatabase, chatId: string): Promise<ChatDocument | null> {
  return plain<ChatDocument>(await database.chat.findOne(chatId).exec());
}

async function readTimes(database: LocalDatabase, chatId: string) {
  const [totals, segments, admissions] = await Promise.all([
    database.recordTotals.findOne(chatId).exec(),
    database.timeSegment.find({ selector: { chatId } }).exec(),
    database.admission.find({ selector: { chatId, type: 'segmentAdmission' } }).exec(),
  ]);
  return {
    totals: plain<RecordTotals>(totals),
    segments: plainList<TimeSegment>(segments),
    admissions: plainList<SegmentAdmission>(admissions),
    isRunning: segments.some((segment) => !segment.closed),
  };
}
