/** From a user's book to the stretches that reports read, and what they change of those stored. Pure. */
import { compareCodeUnits } from '../../shared/code-unit-order.ts';
import { countSegments } from '../../shared/fold/fold.ts';
import type { FoldInput } from '../../shared/fold/fold-input.ts';
import { groupBy } from '../../shared/fold/group-by.ts';
import { compareInForce, rateSteps } from '../../shared/fold/rates.ts';
import { stretchesOf, type Stretch } from '../../shared/fold/stretches.ts';
import { unionIntervals } from '../../shared/fold/union.ts';
import type { UserBook } from '../core/user-book.ts';
import { foldInputOf, type FoldSources } from '../settlement/fold-book.ts';
import type { ReportStretchTable } from '../storage/tables.ts';
import { LONGEST_STRETCH_MS, type StretchChange } from './stretch-store.ts';

/** All counted time of the user, by chat, in time order. Throws UnsafeIntegerError. */
export function stretchesOfBook(book: UserBook, sources: FoldSources): Map<string, ReportStretchTable[]> {
  const input = foldInputOf(book, sources);
  const counted = countSegments(input);
  const rates = ratesOf(input);
  const byAdvisor = groupBy([...book.chats.values()], ({ row }) => row.advisorId);
  const stretches = new Map<string, ReportStretchTable[]>();
  for (const [advisorId, chats] of byAdvisor) {
    const ofPair = stretchesOf(
      chats
        .map(({ row: { id } }) => ({
          chatId: id,
          intervals: unionIntervals(counted.get(id) ?? []),
          rates: rateSteps(rates.ofChats.get(id) ?? [], rates.ofAdvisors.get(advisorId) ?? []),
        }))
        .sort((a, b) => compareCodeUnits(a.chatId, b.chatId)),
      input.freeTimeGrants.filter((grant) => grant.advisorId === advisorId),
    );
    for (const [chatId, ofChat] of ofPair)
      stretches.set(chatId, tableRows(ofChat, { chatId, userId: book.userId, advisorId }));
  }
  return stretches;
}

/** What makes the stored stretches of a user the given ones; from the first difference of each chat on. */
export function changeOfStretches(
  stored: readonly ReportStretchTable[],
  given: ReadonlyMap<string, ReportStretchTable[]>,
): StretchChange {
  const storedByChat = groupBy(stored, (row) => row.chat_id);
  const dropped: { chatId: string; fromMs: number }[] = [];
  const added: ReportStretchTable[] = [];
  for (const chatId of new Set([...storedByChat.keys(), ...given.keys()])) {
    const before = storedByChat.get(chatId) ?? [];
    const after = given.get(chatId) ?? [];
    let same = 0;
    while (same < before.length && same < after.length && isSame(before[same], after[same])) same += 1;
    const firstDropped = before[same];
    if (firstDropped !== undefined) dropped.push({ chatId, fromMs: firstDropped.start_ms });
    added.push(...after.slice(same));
  }
  return { dropped, added };
}

function ratesOf({ rateChanges }: FoldInput) {
  const sorted = [...rateChanges].sort(compareInForce);
  return {
    ofChats: groupBy(
      sorted.filter((one) => one.chatId !== undefined),
      (one) => one.chatId as string,
    ),
    ofAdvisors: groupBy(
      sorted.filter((one) => one.chatId === undefined),
      (one) => one.advisorId as string,
    ),
  };
}

/** Neighbours of one kind and rate are one, cut at the multiples of the longest length. */
function tableRows(
  stretches: readonly Stretch[],
  { chatId, userId, advisorId }: { chatId: string; userId: string; advisorId: string },
): ReportStretchTable[] {
  const rows: ReportStretchTable[] = [];
  for (const { startMs, endMs, kind, ratePerMinuteMinor } of stretches) {
    const row = {
      ...{ chat_id: chatId, user_id: userId, advisor_id: advisorId },
      ...{ is_paid: kind === 'paid' ? 1 : 0, units_per_ms: ratePerMinuteMinor },
    };
    for (let fromMs = startMs; fromMs < endMs;) {
      const untilMs = Math.min(endMs, (Math.floor(fromMs / LONGEST_STRETCH_MS) + 1) * LONGEST_STRETCH_MS);
      const last = rows.at(-1);
      const goesOn =
        last?.end_ms === fromMs &&
        last.is_paid === row.is_paid &&
        last.units_per_ms === row.units_per_ms &&
        fromMs % LONGEST_STRETCH_MS !== 0;
      if (goesOn) last.end_ms = untilMs;
      else rows.push({ ...row, start_ms: fromMs, end_ms: untilMs });
      fromMs = untilMs;
    }
  }
  return rows;
}

function isSame(a: ReportStretchTable | undefined, b: ReportStretchTable | undefined): boolean {
  return (
    a?.start_ms === b?.start_ms &&
    a?.end_ms === b?.end_ms &&
    a?.is_paid === b?.is_paid &&
    a?.units_per_ms === b?.units_per_ms &&
    a?.advisor_id === b?.advisor_id
  );
}
