/** How far a user's open segments are counted now: stored with every posting, so that it can be checked later. */
import type { DeviceContacts } from '../core/device-contacts.ts';
import type { UserBook } from '../core/user-book.ts';
import { segmentInputOf } from '../settlement/fold-book.ts';

/** ms by segment id; of segments that are not admitted nothing counts, and they are left out. */
export function openLengths(book: UserBook, contacts: DeviceContacts): Record<string, number> {
  const lengths: [string, number][] = [];
  for (const chat of book.chats.values()) {
    for (const entry of chat.segments.values()) {
      if (entry.row.closed) continue;
      const { segments, segmentAdmissions } = segmentInputOf(book, chat, entry, contacts);
      const admission = segmentAdmissions[0];
      if (admission === undefined || admission.code === 'quarantined') continue;
      lengths.push([entry.row.id, Math.min(segments[0]?.elapsedMs ?? 0, admission.admittedElapsedMs)]);
    }
  }
  return Object.fromEntries(lengths);
}
