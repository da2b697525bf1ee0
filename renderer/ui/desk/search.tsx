/** Search and commands (Ctrl K or /): chats, clients to start one with, and what can be done. */
import { useId, useMemo, useState, type KeyboardEvent, type ReactElement } from 'react';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { Icon, type IconName } from '../icons.tsx';
import { Keys } from '../parts.tsx';
import { openOutsideForm } from '../outside/outside-actions.ts';
import { goToNextThatNeedsMe, openChat, setTheme, signOut, startNewChat, togglePause } from './actions.ts';

interface Found {
  id: string;
  icon: IconName;
  name: string;
  more: string;
  run(): void;
}

/** Of each kind at most. */
const SHOWN_MAX = 6;

const COMMANDS: Found[] = [
  { id: 'new', icon: 'plus', name: 'New chat', more: 'N', run: () => setDesk({ overlay: 'newChat' }) },
  {
    id: 'outside',
    icon: 'clock',
    name: 'Session held outside: time it or enter it',
    more: 'O',
    run: () => openOutsideForm(),
  },
  {
    id: 'by-hand',
    icon: 'clock',
    name: 'Outside: sessions entered by hand',
    more: '',
    run: () => setDesk({ page: 'outside' }),
  },
  { id: 'pause', icon: 'pause', name: 'Pause or resume the selected chat', more: 'Ctrl P', run: togglePause },
  { id: 'next', icon: 'right', name: 'Next that needs you', more: 'Ctrl J', run: goToNextThatNeedsMe },
  { id: 'outbox', icon: 'send', name: 'Outbox', more: '', run: () => setDesk({ page: 'outbox' }) },
  {
    id: 'receipts',
    icon: 'check',
    name: 'Receipts: what was confirmed',
    more: '',
    run: () => setDesk({ page: 'receipts' }),
  },
  { id: 'keys', icon: 'enter', name: 'All keys', more: '?', run: () => setDesk({ overlay: 'keys' }) },
  { id: 'light', icon: 'eye', name: 'Light theme', more: '', run: () => void setTheme('light') },
  { id: 'dark', icon: 'eye', name: 'Dark theme', more: '', run: () => void setTheme('dark') },
  { id: 'system', icon: 'eye', name: 'Theme of the system', more: '', run: () => void setTheme('system') },
  { id: 'out', icon: 'lock', name: 'Sign out', more: '', run: () => void signOut() },
];

function useFound(query: string): Found[] {
  const chats = useDeskChats((state) => state.chats);
  const users = useDeskChats((state) => state.users);
  return useMemo(() => {
    const words = query.toLowerCase().split(/\s+/u).filter(Boolean);
    const matches = (...texts: (string | undefined)[]) => {
      const text = texts.filter(Boolean).join(' ').toLowerCase();
      return words.every((word) => text.includes(word));
    };
    if (words.length === 0) return COMMANDS;
    const foundChats = (chats ?? [])
      .filter(({ chat, clientName, lastMessage }) =>
        matches(clientName, chat.topic, chat.number && `#${chat.number}`, lastMessage?.text),
      )
      .slice(0, SHOWN_MAX)
      .map((one) => ({
        id: `chat-${one.chat.id}`,
        icon: 'message' as const,
        name: one.clientName,
        more: [one.chat.topic, one.chat.number && `#${one.chat.number}`].filter(Boolean).join(' '),
        run: () => void openChat(one),
      }));
    const foundUsers = users
      .filter((user) => matches(user.name ?? user.id))
      .slice(0, SHOWN_MAX)
      .map((user) => ({
        id: `user-${user.id}`,
        icon: 'user' as const,
        name: user.name ?? user.id,
        more: 'New chat',
        run: () => void startNewChat(user),
      }));
    return [...foundChats, ...foundUsers, ...COMMANDS.filter(({ name }) => matches(name))];
  }, [query, chats, users]);
}

export function Search(): ReactElement {
  const query = useDesk((state) => state.query);
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const found = useFound(query);
  const listId = useId();
  const chosen = found[Math.min(at, found.length - 1)];

  function run(one: Found | undefined): void {
    if (one === undefined) return;
    setDesk({ query: '' });
    (document.activeElement as HTMLElement | null)?.blur();
    one.run();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
    else if (event.key === 'Enter') run(chosen);
    else if (event.key === 'Escape') {
      setDesk({ query: '' });
      (event.target as HTMLElement).blur();
    } else return;
    event.preventDefault();
  }

  return (
    <div className="search">
      <Icon name="search" />
      <input
        className="grow"
        data-search
        role="combobox"
        aria-label="Search or command"
        aria-expanded={isOpen}
        aria-controls={isOpen ? listId : undefined}
        aria-activedescendant={isOpen && chosen !== undefined ? `${listId}-${chosen.id}` : undefined}
        placeholder="Search or command"
        value={query}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onChange={(event) => {
          setAt(0);
          setDesk({ query: event.target.value });
        }}
        onKeyDown={onKeyDown}
      />
      <Keys keys={['Ctrl', 'K']} />
      {isOpen && (
        <div className="menu found" role="listbox" id={listId} aria-label="Found">
          {found.length === 0 && (
            <div className="mi muted" role="option" aria-selected={false}>
              <span />
              Nothing found
            </div>
          )}
          {found.map((one) => (
            <div
              key={one.id}
              id={`${listId}-${one.id}`}
              role="option"
              aria-selected={one === chosen}
              className={`mi ${one === chosen ? 'on' : ''}`}
              onMouseDown={(event) => {
                event.preventDefault(); // The field keeps the focus until the choice has run.
                run(one);
              }}
            >
              <Icon name={one.icon} />
              <bdi className="clip">{one.name}</bdi>
              <span className="muted s12">{one.more}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
