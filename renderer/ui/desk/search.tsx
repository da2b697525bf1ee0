/** Search and commands of the desk (Ctrl K or /): the button in its title, and the palette it opens. */
import type { ReactElement } from 'react';
import { useDeskDatabase } from '../../stores/desk-database.ts';
import { setDesk } from '../../stores/desk.ts';
import type { FoundText } from '../../stores/search.ts';
import { codeOfError } from '../../words/errors.ts';
import { Icon } from '../icons.tsx';
import { openOutsideForm } from '../outside/outside-actions.ts';
import { Palette, type PaletteCommand } from '../palette/palette.tsx';
import { Keys } from '../parts.tsx';
import { goToNextThatNeedsMe, setTheme, signOut, togglePause } from './actions.ts';
import { closeOverlay } from './dialog.tsx';

const COMMANDS: PaletteCommand[] = [
  { id: 'new', icon: 'plus', name: 'New chat', keys: ['N'], run: () => setDesk({ overlay: 'newChat' }) },
  {
    id: 'outside',
    icon: 'clock',
    name: 'Session held outside: time it or enter it',
    keys: ['O'],
    run: () => openOutsideForm(),
  },
  {
    id: 'by-hand',
    icon: 'clock',
    name: 'Outside: sessions entered by hand',
    keys: [],
    run: () => setDesk({ page: 'outside' }),
  },
  {
    id: 'pause',
    icon: 'pause',
    name: 'Pause or resume the selected chat',
    keys: ['Ctrl', 'P'],
    run: togglePause,
  },
  { id: 'next', icon: 'right', name: 'Next that needs you', keys: ['Ctrl', 'J'], run: goToNextThatNeedsMe },
  { id: 'outbox', icon: 'send', name: 'Outbox', keys: [], run: () => setDesk({ page: 'outbox' }) },
  {
    id: 'receipts',
    icon: 'check',
    name: 'Receipts: what was confirmed',
    keys: [],
    run: () => setDesk({ page: 'receipts' }),
  },
  { id: 'keys', icon: 'enter', name: 'All keys', keys: ['?'], run: () => setDesk({ overlay: 'keys' }) },
  { id: 'light', icon: 'eye', name: 'Light theme', keys: [], run: () => void setTheme('light') },
  { id: 'dark', icon: 'eye', name: 'Dark theme', keys: [], run: () => void setTheme('dark') },
  { id: 'system', icon: 'eye', name: 'Theme of the system', keys: [], run: () => void setTheme('system') },
  { id: 'out', icon: 'lock', name: 'Sign out', keys: [], run: () => void signOut() },
];

export function Search(): ReactElement {
  return (
    <button
      type="button"
      className="search"
      data-search
      aria-haspopup="dialog"
      onClick={() => setDesk({ overlay: 'palette' })}
    >
      <Icon name="search" />
      <span className="grow">Search or command</span>
      <Keys keys={['Ctrl', 'K']} />
    </button>
  );
}

/** What is found is read on the client's history page: no clock starts by reading. */
function showFound({ userId, chatId, kind }: FoundText): void {
  setDesk({
    page: 'history',
    historyUserId: userId,
    historyChatId: kind === 'client' || kind === 'note' ? null : chatId,
  });
}

export function DeskPalette(): ReactElement {
  const database = useDeskDatabase((state) => state.database);
  return (
    <Palette
      commands={COMMANDS}
      database={database}
      onFound={showFound}
      onClose={closeOverlay}
      onFailed={(error) => setDesk({ problem: codeOfError(error) })}
    />
  );
}
