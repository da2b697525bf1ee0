/** The desk's chats as the local database has them, and the three lists made of them with the live snapshot. */
import { create } from 'zustand';
import type { LiveSnapshot } from '../../shared/live.ts';
import type { RecordTotals, User } from '../../shared/rows.ts';
import type { CountedStretch } from '../records/time-at-desk.ts';
import { selectDeskLists, type DeskChat, type DeskLists } from '../records/desk-lists.ts';

interface DeskChatsState {
  /** Null until the first answer of the database. */
  chats: DeskChat[] | null;
  totals: ReadonlyMap<string, RecordTotals>;
  users: User[];
  /** When these chats ran, for the union of today. */
  counted: CountedStretch[];
}

export const useDeskChats = create<DeskChatsState>(() => ({
  chats: null,
  totals: new Map(),
  users: [],
  counted: [],
}));

export const NO_DESK_CHATS = useDeskChats.getInitialState();

const NO_LISTS: DeskLists = { live: [], waiting: [], endedToday: [] };

export function listsOf(chats: readonly DeskChat[] | null, live: LiveSnapshot | null): DeskLists {
  if (chats === null) return NO_LISTS;
  return selectDeskLists(chats, { chats: live?.chats ?? [], clients: live?.clients ?? [] });
}
