/**
 * The supervisor's read-only list: advisors, their chats, the settled times.
 *
 *   observeSupervisorList(database, { limit })  → Observable<SupervisedAdvisor[]>   the newest `limit` chats, by advisor
 */
import { combineLatest, distinctUntilChanged, map, switchMap, type Observable } from 'rxjs';
import { compareCodeUnits } from '../../shared/code-unit-order.ts';
import type { Advisor, RecordTotals, User } from '../../shared/rows.ts';
import type { ChatDocument } from '../database/documents.ts';
import type { LocalDatabase } from '../database/local-database.ts';
import { plainList, plainMap } from '../database/plain.ts';
import { isSameList } from './same-list.ts';

export interface SupervisedChat {
  chat: ChatDocument;
  clientName: string;
  totals: RecordTotals | null;
}

export interface SupervisedAdvisor {
  advisorId: string;
  name: string;
  /** Newest first. */
  chats: SupervisedChat[];
  /** Sums over the chats listed, ms. */
  trackedMs: number;
  freeMs: number;
  paidMs: number;
}

export function observeSupervisorList(
  database: LocalDatabase,
  { limit = 500 }: { limit?: number } = {},
): Observable<SupervisedAdvisor[]> {
  const chats$ = database.chat
    .find({ sort: [{ newestFirst: 'asc' }], limit })
    .$.pipe(map((documents) => plainList<ChatDocument>(documents)));
  const totals$ = chats$.pipe(
    map((chats) => chats.map((chat) => chat.id)),
    distinctUntilChanged(isSameList),
    switchMap((ids) => database.recordTotals.findByIds(ids).$),
  );
  const users$ = chats$.pipe(
    map((chats) => [...new Set(chats.map((chat) => chat.userId))].sort(compareCodeUnits)),
    distinctUntilChanged(isSameList),
    switchMap((ids) => database.user.findByIds(ids).$),
  );
  const advisors$ = database.advisor.find().$.pipe(map((documents) => plainList<Advisor>(documents)));
  return combineLatest([advisors$, chats$, totals$, users$]).pipe(
    map(([advisors, chats, totals, users]) =>
      selectSupervisorList(advisors, chats, plainMap<RecordTotals>(totals), plainMap<User>(users)),
    ),
  );
}

/** Pure: chats grouped by advisor, advisors by name (code units), also those without a chat. */
export function selectSupervisorList(
  advisors: readonly Advisor[],
  chats: readonly ChatDocument[],
  totals: ReadonlyMap<string, RecordTotals>,
  users: ReadonlyMap<string, User>,
): SupervisedAdvisor[] {
  const groups = new Map<string, SupervisedAdvisor>();
  const groupOf = (advisorId: string, name: string) => {
    let group = groups.get(advisorId);
    if (group === undefined)
      groups.set(advisorId, (group = { advisorId, name, chats: [], trackedMs: 0, freeMs: 0, paidMs: 0 }));
    return group;
  };
  for (const advisor of advisors) groupOf(advisor.id, advisor.name ?? advisor.id);
  const newestFirst = [...chats].sort((a, b) => b.openedAtMs - a.openedAtMs || compareCodeUnits(a.id, b.id));
  for (const chat of newestFirst) {
    const group = groupOf(chat.advisorId, chat.advisorId);
    const times = totals.get(chat.id) ?? null;
    group.chats.push({ chat, clientName: users.get(chat.userId)?.name ?? chat.userId, totals: times });
    group.trackedMs += times?.trackedMs ?? 0;
    group.freeMs += times?.freeMs ?? 0;
    group.paidMs += times?.paidMs ?? 0;
  }
  return [...groups.values()].sort(
    (a, b) => compareCodeUnits(a.name, b.name) || compareCodeUnits(a.advisorId, b.advisorId),
  );
}
