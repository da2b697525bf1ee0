/** The desk's chats as the local database has them, and the three lists made of them with the live snapshot. */
import { create } from 'zustand';
import type { LiveSnapshot } from '../../shared/live.ts';
import type { RecordTotals, User } from '../../shared/rows.ts';
import { selectDeskLists, type DeskChat, type DeskLists } from '../records/desk-lists.ts';

interface DeskChatsState {
  /** Null until the first answer of the database. */
  chats: DeskChat[] | null;
  totals: ReadonlyMap<string, RecordTotals>;
  users: User[];
}

export const useDeskChats = create<DeskChatsState>(() => ({ chats: null, totals: new Map(), users: [] }));

const NO_LISTS: DeskLists = { live: [], waiting: [], endedToday: [] };

export function listsOf(chats: readonly DeskChat[] | null, live: LiveSnapshot | null): DeskLists {
  if (chats === null) return NO_LISTS;
  return selectDeskLists(chats, { chats: live?.chats ?? [], clients: live?.clients ?? [] });
}
