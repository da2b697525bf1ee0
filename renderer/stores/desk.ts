/** What the desk's person is looking at: selection, page, what lies on top, the last thing that went wrong. */
import { create } from 'zustand';
import type { ErrorCode } from '../../shared/errors.ts';

export type Overlay =
  'none' | 'newChat' | 'keys' | 'signIn' | 'menu' | 'pages' | 'outside' | 'away' | 'palette';

export type DeskPage = 'desk' | 'outside' | 'outbox' | 'receipts' | 'settings' | 'history' | 'timeline';

interface DeskState {
  page: DeskPage;
  /** Id of the section that the settings page shows. */
  settingsSection: string;
  selectedChatId: string | null;
  /** Below 900 px the client panel is a page of its own. */
  isPanelPage: boolean;
  overlay: Overlay;
  /** The client whose chats the history page shows, and the chat that is read there. */
  historyUserId: string | null;
  historyChatId: string | null;
  /** A note was found: in a narrow window, too, the notes stand beside what is read. */
  areHistoryNotesShown: boolean;
  /** The outbox page asks whether the local copy is to be fetched anew. */
  isRebuildAsked: boolean;
  problem: ErrorCode | null;
  /** Chats that the replay wants open as soon as they are here. */
  wantedChatIds: readonly string[];
}

export const useDesk = create<DeskState>(() => ({
  page: 'desk',
  settingsSection: 'look',
  selectedChatId: null,
  isPanelPage: false,
  overlay: 'none',
  historyUserId: null,
  historyChatId: null,
  areHistoryNotesShown: false,
  isRebuildAsked: false,
  problem: null,
  wantedChatIds: [],
}));

export const setDesk = useDesk.setState;
