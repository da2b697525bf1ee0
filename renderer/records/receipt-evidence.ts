/** The replica's rows of a chat whose shown time main compares with the server's (shared/receipts.ts). */
import type {
  AdmissionDocument,
  ChatDocument,
  MarkDocument,
  TimeSegmentDocument,
} from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plain, plainList } from '../database/plain.ts';
import type { Evidence, EvidenceOfChat } from '../../shared/receipts.ts';
import type { RecordTotals, User } from '../../shared/rows.ts';

/** Chats of the pair that are looked at beside the one asked for: those that were open in the last two days, at most. */
const BESIDE_MAX = 20;
const BESIDE_SINCE_MS = 48 * 3_600_000;

/** null while the chat is not here. `isSettled`: the replica has caught up with the server. */
export async function readEvidence(
  database: LocalDatabase,
  chatId: string,
  { isSettled, nowMs }: { isSettled: boolean; nowMs: number },
): Promise<Evidence | null> {
  const chat = plain<ChatDocument>(await database.chat.findOne(chatId).exec());
  if (chat === null) return null;
  const [own, totals, user, ofUser] = await Promise.all([
    readChat(database, chatId),
    database.recordTotals.findOne(chatId).exec(),
    database.user.findOne(chat.userId).exec(),
    database.chat.find({ selector: { userId: chat.userId } }).exec(),
  ]);
  const beside = plainList<ChatDocument>(ofUser)
    .filter(
      (one) =>
        one.id !== chatId &&
        one.advisorId === chat.advisorId &&
        (one.endedAtMs === 0 || one.endedAtMs > nowMs - BESIDE_SINCE_MS),
    )
    .slice(0, BESIDE_MAX);
  const clientName = plain<User>(user)?.name;
  return {
    ...own,
    ...(clientName !== undefined && { clientName }),
    totals: plain<RecordTotals>(totals),
    isSettled,
    beside: await Promise.all(beside.map((one) => readChat(database, one.id))),
  };
}

async function readChat(database: LocalDatabase, chatId: string): Promise<EvidenceOfChat> {
  const selector = { chatId };
  const [segments, admissions, marks] = await Promise.all([
    database.timeSegment.find({ selector }).exec(),
    database.admission.find({ selector }).exec(),
    database.mark.find({ selector }).exec(),
  ]);
  const verdicts = plainList<AdmissionDocument>(admissions);
  return {
    chatId,
    segments: plainList<TimeSegmentDocument>(segments),
    segmentAdmissions: verdicts.filter((one) => one.type === 'segmentAdmission'),
    markAdmissions: verdicts.filter((one) => one.type === 'markAdmission'),
    marks: plainList<MarkDocument>(marks),
  };
}
