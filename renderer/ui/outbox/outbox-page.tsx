/** What is not at the server yet, and what it refused, with what can be done about it. */
import { useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import { chatIdOfRow } from '../../../shared/queue.ts';
import { useLive } from '../../stores/live.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { useChatNames } from '../../stores/queue-names.ts';
import { useQueue } from '../../stores/queue.ts';
import { formatTimeOfDay } from '../../words/format.ts';
import { DeskStrip } from '../desk/desk-strip.tsx';
import { Icon } from '../icons.tsx';
import { DrainBar } from './drain-bar.tsx';
import { LocalDataCard } from './local-data-card.tsx';
import { exportAll } from './queue-actions.ts';
import { QueueGroups } from './queue-groups.tsx';
import { RefusedRows } from './refused-rows.tsx';

export function OutboxPage(): ReactElement {
  const queue = useQueue((state) => state.queue);
  const refused = useQueue((state) => state.refused);
  const [query, setQuery] = useState('');
  const [exported, setExported] = useState<string | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const groups = queue?.groups;
  const chatIds = useMemo(
    () => [
      ...new Set([...(groups ?? []).map((one) => one.chatId), ...refused.map(({ row }) => chatIdOfRow(row))]),
    ],
    [groups, refused],
  );
  const names = useChatNames(chatIds);
  const wanted = query.trim().toLowerCase();
  const isShown = (chatId: string): boolean => {
    const name = names.get(chatId);
    return (
      wanted === '' || `${name?.client ?? ''} ${name?.about ?? ''} ${chatId}`.toLowerCase().includes(wanted)
    );
  };
  const shownGroups = (groups ?? []).filter((group) => isShown(group.chatId));
  const shownRefused = refused.filter(({ row }) => isShown(chatIdOfRow(row)));
  const isEmpty = queue !== null && queue.waiting + queue.refused === 0;
  return (
    <main className="desk-main" aria-label="Outbox" onKeyDown={(event) => moveInRows(event, field.current)}>
      <DeskStrip />
      <div className="page queue">
        <div className="row between">
          <div>
            <h1 className="h20">Outbox</h1>
            <Summary />
          </div>
          {!isEmpty && (
            <button type="button" className="btn" onClick={() => void exportAll().then(setExported)}>
              <Icon name="down" />
              Save as text
            </button>
          )}
        </div>
        {exported !== null && (
          <p className="muted s12" role="status">
            Saved as <bdi className="num">{exported}</bdi>
          </p>
        )}
        {queue !== null && queue.setAside !== null && (
          <p className="s12 st-low st" role="status">
            {queue.setAside.lines} {queue.setAside.lines === 1 ? 'line' : 'lines'} of the unsent list could
            not be read and {queue.setAside.lines === 1 ? 'was' : 'were'} set aside as{' '}
            <bdi>{queue.setAside.file}</bdi>. Nothing was deleted; tell your administrator.
          </p>
        )}
        <DrainBar />
        {!isEmpty && (
          <div className="input">
            <Icon name="search" />
            <input
              ref={field}
              aria-label="Filter by client or chat"
              placeholder="Client, topic or number"
              value={query}
              onChange={(event) => setQuery(event.target.value)}
            />
          </div>
        )}
        {shownRefused.length > 0 && <RefusedRows rows={shownRefused} names={names} />}
        {shownGroups.length > 0 && <QueueGroups groups={shownGroups} names={names} />}
        {!isEmpty && wanted !== '' && shownGroups.length + shownRefused.length === 0 && (
          <p className="muted">Nothing that waits is called like this.</p>
        )}
        {!isEmpty && (
          <p className="muted s12">A refused entry never holds up another and is never deleted.</p>
        )}
        <LocalDataCard />
      </div>
      <span />
    </main>
  );
}

function Summary(): ReactElement {
  const queue = useQueue((state) => state.queue);
  const connection = useLive((state) => state.live?.connection);
  if (queue === null) return <p className="muted">Reading what waits…</p>;
  if (queue.waiting === 0)
    return (
      <p className="muted">
        {queue.refused === 0
          ? 'Everything you wrote is at the server.'
          : 'Everything else you wrote is at the server.'}
      </p>
    );
  const rows = `${queue.waiting.toLocaleString()} ${queue.waiting === 1 ? 'entry' : 'entries'} of ${queue.groups.length.toLocaleString()} ${queue.groups.length === 1 ? 'chat' : 'chats'}`;
  if (connection?.phase === 'offline')
    return (
      <p className="muted">
        Offline since {formatTimeOfDay(connection.sinceMs)}. {rows} saved here; sent by themselves when the
        server answers.
      </p>
    );
  return <p className="muted">{rows} queued; they are sent by themselves, in order.</p>;
}

/** Up and down walk through the rows, F goes to the filter. */
function moveInRows(event: KeyboardEvent<HTMLElement>, field: HTMLInputElement | null): void {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const hasLetters = usePreferences.getState().singleKeys && target.closest('input') === null;
  if (event.key.toLowerCase() === 'f' && hasLetters) {
    event.preventDefault();
    field?.focus();
    return;
  }
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-queue-row]')];
  const at = rows.findIndex((row) => row.contains(target));
  const next = rows[at === -1 ? 0 : at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next === undefined) return;
  event.preventDefault();
  (next.matches('button') ? next : next.querySelector<HTMLElement>('button'))?.focus();
}
