/** Logo, pages, search, the state of sync, the person, the window's buttons. */
import type { ReactElement } from 'react';
import { useDeskDatabase } from '../../stores/desk-database.ts';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { useSignedIn } from '../../stores/session.ts';
import { formatTimeOfDay, formatTimeWithSeconds, initialsOf } from '../../words/format.ts';
import { Logo, Shape, type ShapeName } from '../icons.tsx';
import { WindowButtons } from '../parts.tsx';
import { PageTabs } from './page-tabs.tsx';
import { Search } from './search.tsx';

export function TitleBar({ isSupervising }: { isSupervising: boolean }): ReactElement {
  const overlay = useDesk((state) => state.overlay);
  const session = useSignedIn();
  return (
    <header className="title">
      <div className="row">
        <Logo />
        <PageTabs isSupervising={isSupervising} />
      </div>
      {isSupervising ? <span /> : <Search />}
      <div className="end">
        <SyncState />
        {session !== null && (
          <button
            type="button"
            className="btn ghost icon"
            aria-label={`${session.member.name}, menu`}
            aria-haspopup="dialog"
            aria-expanded={overlay === 'menu'}
            onClick={() => setDesk({ overlay: overlay === 'menu' ? 'none' : 'menu' })}
          >
            <span className="avatar s">{initialsOf(session.member.name)}</span>
          </button>
        )}
        <WindowButtons canMaximise />
      </div>
    </header>
  );
}

interface SyncWords {
  shape: ShapeName;
  className: string;
  word: string;
  more: string;
}

function useSyncWords(): SyncWords {
  const live = useLive((state) => state.live);
  const status = useDeskDatabase((state) => state.status);
  const session = useSignedIn();
  if (live === null || status === null)
    return { shape: 'wait', className: 'st-wait', word: 'Starting', more: '' };
  const { connection, outbox } = live;
  const kept = outbox.waiting === 0 ? '' : `${outbox.waiting} kept here`;
  if (session?.needsSignIn || connection.phase === 'refused')
    return { shape: 'low', className: 'st-low', word: 'Sign in to send', more: kept };
  if (connection.phase === 'offline')
    return {
      shape: 'offline',
      className: 'st-offline',
      word: 'Offline',
      more: kept === '' ? `since ${formatTimeOfDay(connection.sinceMs)}` : kept,
    };
  if (outbox.refused > 0)
    return { shape: 'low', className: 'st-low', word: `${outbox.refused} not sent`, more: 'see Outbox' };
  if (connection.phase === 'connecting')
    return { shape: 'wait', className: 'st-wait', word: 'Connecting', more: kept };
  if (status.phase === 'pulling' || status.phase === 'starting')
    return { shape: 'wait', className: 'st-wait', word: 'Online', more: 'getting your chats' };
  return {
    shape: 'ok',
    className: 'st-ok',
    word: 'Online',
    more:
      kept === '' ? `synced ${formatTimeWithSeconds(connection.syncedAtMs)}` : `sending ${outbox.waiting}`,
  };
}

function SyncState(): ReactElement {
  const { shape, className, word, more } = useSyncWords();
  return (
    <button
      type="button"
      className="sync"
      data-testid="desk-sync"
      data-word={word}
      title="Outbox"
      onClick={() => setDesk({ page: 'outbox' })}
    >
      <span className={`state ${className}`}>
        <Shape name={shape} />
      </span>
      <b>{word}</b>
      <span className="num">{more}</span>
    </button>
  );
}
