/** How far a user's open segments are counted now: stored with every posting, so that it can be checked later. */
import type { DeviceContacts } from '../core/device-contacts.ts';
import type { UserBook } from '../core/user-book.ts';
import { openLengthMs } from '../settlement/fold-book.ts';

/** ms by segment id; of segments that are not admitted nothing counts, and they are left out. */
export function openLengths(book: UserBook, contacts: DeviceContacts): Record<string, number> {
  const lengths: [string, number][] = [];
  for (const [segmentId, { entry }] of book.openSegments) {
    const lengthMs = openLengthMs(entry, contacts);
    if (lengthMs !== undefined) lengths.push([segmentId, lengthMs]);
  }
  return Object.fromEntries(lengths);
}
