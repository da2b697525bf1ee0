/**
 * What ran while a session was held outside: it is shown before the session is saved, because both count.
 *
 *   readRunBetween(database, fromMs, toMs, nowMs)   → stretches of every chat, placed where the server put them
 *   overlapsOf(stretches, fromMs, toMs)             pure: each chat's own time within, as a union
 */
import type {
  AdmissionDocument,
  ChatDocument,
  MarkDocument,
  TimeSegmentDocument,
} from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plainList } from '../database/plain.ts';
import { countedStretches, timeAtDeskMs, type CountedStretch } from './time-at-desk.ts';

/** What is open, and what ended after the session had begun, can have run while it lasted. Instants: server's clock, ms. */
export async function readRunBetween(
  database: LocalDatabase,
  fromMs: number,
  toMs: number,
  nowMs: number,
): Promise<{ chats: Map<string, ChatDocument>; stretches: CountedStretch[] }> {
  const [open, ended] = await Promise.all([
    database.chat.find({ selector: { endedAtMs: 0 } }).exec(),
    database.chat.find({ selector: { endedAtMs: { $gt: Math.max(1, fromMs) } } }).exec(),
  ]);
  const chats = plainList<ChatDocument>([...open, ...ended]).filter(({ openedAtMs }) => openedAtMs < toMs);
  const selector = { chatId: { $in: chats.map(({ id }) => id) } };
  const [admissions, marks, segments] = await Promise.all([
    database.admission.find({ selector }).exec(),
    database.mark.find({ selector }).exec(),
    database.timeSegment.find({ selector }).exec(),
  ]);
  const verdicts = plainList<AdmissionDocument>(admissions);
  const claimed = plainList<TimeSegmentDocument>(segments);
  const openIds = new Set(claimed.filter(({ closed }) => !closed).map(({ id }) => id));
  const placed = new Set(verdicts.flatMap((one) => (one.type === 'segmentAdmission' ? [one.segmentId] : [])));
  const counted = countedStretches(verdicts, plainList<MarkDocument>(marks), openIds).map((one) =>
    one.isOpen ? { ...one, endMs: Math.max(one.endMs, nowMs) } : one,
  );
  // Not at the server yet, or entered by hand as well: what is claimed.
  const unplaced = claimed
    .filter(({ id, source }) => source === 'manual' || !placed.has(id))
    .map(({ chatId, startedAtMs, elapsedMs, closed }) => ({
      ...{ chatId, startMs: startedAtMs, isOpen: !closed },
      endMs: closed ? startedAtMs + elapsedMs : Math.max(nowMs, startedAtMs + elapsedMs),
    }));
  return { chats: new Map(chats.map((chat) => [chat.id, chat])), stretches: [...counted, ...unplaced] };
}

/** Longest first; chats that did not run in between are left out. */
export function overlapsOf(
  stretches: readonly CountedStretch[],
  fromMs: number,
  toMs: number,
): { chatId: string; ms: number }[] {
  const byChat = new Map<string, CountedStretch[]>();
  for (const one of stretches) byChat.set(one.chatId, [...(byChat.get(one.chatId) ?? []), one]);
  return [...byChat]
    .map(([chatId, own]) => ({ chatId, ms: timeAtDeskMs(own, new Set(), fromMs, toMs) }))
    .filter(({ ms }) => ms > 0)
    .sort((a, b) => b.ms - a.ms);
}
