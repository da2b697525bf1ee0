/** What the desk's palette offers, and what cannot be done now. */
import type { PaletteId } from '../../../shared/shortcuts.ts';
import { useAway } from '../../stores/away.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { useDeskDatabase } from '../../stores/desk-database.ts';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { useSignedIn } from '../../stores/session.ts';
import { codeOfError } from '../../words/errors.ts';
import { openOutsideForm } from '../outside/outside-actions.ts';
import { paletteCommands, type CommandAction, type PaletteCommand } from '../palette/commands.ts';
import { menuActions, themeActions } from '../palette/menu-actions.ts';
import { goToNextThatNeedsMe, printRead, setTheme, showHistory, signOut, togglePause } from './actions.ts';

const sayProblem = (error: unknown) => setDesk({ problem: codeOfError(error) });

/** As things are when the palette opens. */
export function useDeskCommands(): PaletteCommand[] {
  const session = useSignedIn();
  const hasSingleKeys = usePreferences((state) => state.singleKeys);
  const page = useDesk((state) => state.page);
  const selectedId = useDesk((state) => state.selectedChatId);
  const selected = useDeskChats((state) => state.chats?.find(({ chat }) => chat.id === selectedId));
  const status = useDeskDatabase((state) => state.status);
  const stops = useAway((state) => state.rows.length);
  const hasOpenChats = useLive((state) => state.live?.chats.some((one) => one.isOpen) === true);
  // A supervisor's desk has no chats of its own.
  const isAbsent = session === null || session.member.role !== 'advisor';
  const userId = selected?.chat.userId ?? null;

  const actions: Record<PaletteId<'desk'>, CommandAction> = {
    ...menuActions({ onFailed: sayProblem, hasOpenChats }),
    // The desk is this window: no way round by main.
    settings: { icon: 'target', run: () => setDesk({ page: 'settings' }) },
    keys: { icon: 'enter', run: () => setDesk({ overlay: 'keys' }) },
    desk: { icon: 'left', run: () => setDesk({ page: 'desk' }) },
    newChat: { icon: 'plus', isAbsent, run: () => setDesk({ overlay: 'newChat' }) },
    outside: { icon: 'clock', isAbsent, run: () => openOutsideForm() },
    away: {
      ...{ icon: 'pause', isAbsent, run: () => setDesk({ overlay: 'away' }) },
      notNow: stops === 0 ? 'Nothing to decide' : null,
    },
    pause: { icon: 'pause', isAbsent, run: togglePause, notNow: whyNoPause(selected?.chat) },
    nextNeeding: { icon: 'right', isAbsent, run: goToNextThatNeedsMe },
    history: {
      ...{ icon: 'message', isAbsent, notNow: userId === null ? 'No chat is selected' : null },
      run: () => showHistory(userId),
    },
    print: {
      ...{ icon: 'down', isAbsent, run: printRead },
      notNow: page === 'history' ? null : 'No conversation is read',
    },
    byHand: { icon: 'clock', isAbsent, run: () => setDesk({ page: 'outside' }) },
    outbox: { icon: 'send', run: () => setDesk({ page: 'outbox' }) },
    receipts: { icon: 'check', isAbsent, run: () => setDesk({ page: 'receipts' }) },
    rebuild: {
      ...{ icon: 'refresh', isAbsent: status === null },
      notNow: (status?.rebuildsToSeq ?? null) === null ? null : 'It is being fetched anew',
      run: () => setDesk({ page: 'outbox', isRebuildAsked: true }),
    },
    ...themeActions((theme) => void setTheme(theme)),
    signOut: { icon: 'lock', run: () => void signOut() },
  };
  return paletteCommands('desk', actions, {
    hasSingleKeys,
    isMac: /mac/i.test(navigator.platform),
  });
}

function whyNoPause(chat: { endedAtMs: number } | undefined): string | null {
  if (chat === undefined) return 'No chat is selected';
  return chat.endedAtMs > 0 ? 'The selected chat has ended' : null;
}
