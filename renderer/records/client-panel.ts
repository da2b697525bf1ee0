/**
 * The selected client on the desk.
 *
 *   observeClientPanel(database, userId)  → Observable<ClientPanel>
 *
 * Free time, credits and countdowns come from the live snapshot (shared/live.ts), not from here.
 */
import { combineLatest, map, switchMap, type Observable } from 'rxjs';
import { compareCodeUnits } from '../../shared/code-unit-order.ts';
import type { RecordTotals, User, UserProjection } from '../../shared/rows.ts';
import type { ChatDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plain, plainList, plainMap } from '../database/plain.ts';

/** How many chats of the client the panel looks back. */
const CHATS_MAX = 50;
const SESSIONS_SHOWN = 3;

export interface ClientPanel {
  user: User | null;
  /** Chats of the client that have not ended, oldest first. */
  openChats: ChatDocument[];
  /** The last ended chats, newest first, with the server's settled totals where they are here. */
  lastSessions: { chat: ChatDocument; totals: RecordTotals | null }[];
  /** The stored projections of the client (one per advisor the caller may see). */
  projections: UserProjection[];
}

export function observeClientPanel(database: LocalDatabase, userId: string): Observable<ClientPanel> {
  const chats$ = database.chat
    .find({ selector: { userId }, sort: [{ userId: 'asc' }, { newestFirst: 'asc' }], limit: CHATS_MAX })
    .$.pipe(map((documents) => plainList<ChatDocument>(documents)));
  const totals$ = chats$.pipe(
    switchMap((chats) => database.recordTotals.findByIds(chats.map((chat) => chat.id)).$),
    map((found) => plainMap<RecordTotals>(found)),
  );
  const user$ = database.user.findOne(userId).$.pipe(map((document) => plain<User>(document)));
  const projections$ = database.userProjection
    .find({ selector: { userId } })
    .$.pipe(map((documents) => plainList<UserProjection>(documents)));
  return combineLatest([user$, chats$, totals$, projections$]).pipe(
    map(([user, chats, totals, projections]) => ({ user, projections, ...selectSessions(chats, totals) })),
  );
}

/** Pure: splits a client's chats into open ones and the last ended sessions. */
export function selectSessions(
  chats: readonly ChatDocument[],
  totals: ReadonlyMap<string, RecordTotals>,
): Pick<ClientPanel, 'openChats' | 'lastSessions'> {
  const openChats = chats
    .filter((chat) => chat.endedAtMs === 0)
    .sort((a, b) => a.openedAtMs - b.openedAtMs || compareCodeUnits(a.id, b.id));
  const lastSessions = chats
    .filter((chat) => chat.endedAtMs > 0)
    .sort((a, b) => b.endedAtMs - a.endedAtMs || compareCodeUnits(a.id, b.id))
    .slice(0, SESSIONS_SHOWN)
    .map((chat) => ({ chat, totals: totals.get(chat.id) ?? null }));
  return { openChats, lastSessions };
}
