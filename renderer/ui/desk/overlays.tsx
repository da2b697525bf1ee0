/** What lies on top of the desk: a new chat, all keys, signing in again, the person's menu. */
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { keyCaps, SHORTCUTS } from '../../../shared/shortcuts.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { useSignedIn } from '../../stores/session.ts';
import { AwaySheet } from '../away/away-sheet.tsx';
import { Icon } from '../icons.tsx';
import { Keys } from '../parts.tsx';
import { OutsideForm } from '../outside/outside-form.tsx';
import { SignInForm } from '../sign-in-form.tsx';
import { DeskPalette } from './search.tsx';
import { setTheme, signOut, startNewChat } from './actions.ts';
import { closeOverlay, Dialog } from './dialog.tsx';

export function Overlays(): ReactElement | null {
  const overlay = useDesk((state) => state.overlay);
  if (overlay === 'palette') return <DeskPalette />;
  if (overlay === 'newChat') return <NewChat />;
  if (overlay === 'keys') return <KeySheet />;
  if (overlay === 'signIn') return <SignInAgain />;
  if (overlay === 'outside') return <OutsideForm />;
  if (overlay === 'away') return <AwaySheet />;
  if (overlay === 'menu') return <PersonMenu />;
  return null;
}

function NewChat(): ReactElement {
  const users = useDeskChats((state) => state.users);
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const found = users
    .filter((user) => (user.name ?? user.id).toLowerCase().includes(query.trim().toLowerCase()))
    .sort((a, b) => (a.name ?? a.id).localeCompare(b.name ?? b.id))
    .slice(0, 50);
  const chosen = found[Math.min(at, found.length - 1)];
  return (
    <Dialog title="New chat">
      <div className="stack">
        <div className="input">
          <Icon name="search" />
          <input
            role="combobox"
            aria-label="Client"
            aria-expanded="true"
            aria-controls="new-chat-clients"
            aria-activedescendant={chosen === undefined ? undefined : `new-chat-${chosen.id}`}
            placeholder="Name of the client"
            autoFocus
            value={query}
            onChange={(event) => {
              setAt(0);
              setQuery(event.target.value);
            }}
            onKeyDown={(event) => {
              if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, at + 1));
              else if (event.key === 'ArrowUp') setAt(Math.max(0, at - 1));
              else if (event.key === 'Enter' && chosen !== undefined) void startNewChat(chosen);
              else return;
              event.preventDefault();
            }}
          />
        </div>
        <div className="menu" role="listbox" id="new-chat-clients" aria-label="Clients">
          {found.map((user) => (
            <div
              key={user.id}
              id={`new-chat-${user.id}`}
              role="option"
              aria-selected={user === chosen}
              className={`mi ${user === chosen ? 'on' : ''}`}
              onClick={() => void startNewChat(user)}
            >
              <Icon name="user" />
              <bdi className="clip">{user.name ?? user.id}</bdi>
            </div>
          ))}
        </div>
        {found.length === 0 && (
          <p className="muted">
            {users.length === 0 ? 'No client is on this computer yet.' : 'Nobody is called like this.'}
          </p>
        )}
        <p className="hint">The clock starts when the chat’s window is open.</p>
      </div>
    </Dialog>
  );
}

function KeySheet(): ReactElement {
  const hasSingleKeys = usePreferences((state) => state.singleKeys);
  const isMac = /mac/i.test(navigator.platform);
  const shown = SHORTCUTS.filter((one) => hasSingleKeys || one.isSingleKey !== true);
  return (
    <Dialog title="All keys" isRead>
      <div className="keysheet">
        {shown.flatMap(({ id, name, keys }) => [
          <span key={id}>{name}</span>,
          <span key={`${id} keys`}>
            <Keys keys={keyCaps(keys, isMac)} />
            <span className="hidden">{keyCaps(keys, isMac).join(' ')}</span>
          </span>,
        ])}
      </div>
    </Dialog>
  );
}

function SignInAgain(): ReactElement {
  const session = useSignedIn();
  return (
    <Dialog title="Sign in again">
      {session !== null && (
        <SignInForm
          serverUrl={session.serverUrl}
          isServerFixed
          deviceName={session.deviceName}
          onSignedIn={closeOverlay}
        />
      )}
    </Dialog>
  );
}

function PersonMenu(): ReactElement | null {
  const session = useSignedIn();
  const waiting = useLive((state) => state.live?.outbox.waiting ?? 0);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    menu.current?.querySelector('button')?.focus();
    const onPointer = (event: MouseEvent) => {
      if (
        !menu.current?.contains(event.target as Node) &&
        (event.target as Element).closest('[aria-haspopup]') === null
      )
        closeOverlay();
    };
    window.addEventListener('mousedown', onPointer);
    return () => window.removeEventListener('mousedown', onPointer);
  }, []);
  if (session === null) return null;
  return (
    <div className="menu popover" ref={menu} role="dialog" aria-label="Person and look">
      <div className="stack person">
        <b className="b clip">
          <bdi>{session.member.name}</bdi>
        </b>
        <span className="muted s12 clip">
          <bdi>{session.organisationName}</bdi> · <bdi>{session.deviceName}</bdi>
        </span>
      </div>
      {(['system', 'light', 'dark'] as const).map((theme) => (
        <button key={theme} type="button" className="mi" onClick={() => void setTheme(theme)}>
          <Icon name="eye" />
          {{ system: 'Theme of the system', light: 'Light theme', dark: 'Dark theme' }[theme]}
        </button>
      ))}
      <button
        type="button"
        className="mi"
        data-testid="menu-settings"
        onClick={() => setDesk({ overlay: 'none', page: 'settings' })}
      >
        <Icon name="target" />
        Settings
        <Keys keys={['Ctrl', ',']} />
      </button>
      <button type="button" className="mi" onClick={() => setDesk({ overlay: 'keys' })}>
        <Icon name="enter" />
        All keys
        <Keys keys={['?']} />
      </button>
      <button type="button" className="mi" onClick={() => void signOut()}>
        <Icon name="lock" />
        Sign out
        {waiting > 0 && <span className="muted s12">{waiting} kept, sealed</span>}
      </button>
    </div>
  );
}
