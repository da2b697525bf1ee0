/** What waits, one line a chat; opened, it lists its rows. More lines come on demand, so that thousands freeze nothing. */
import { useEffect, useState, type ReactElement } from 'react';
import { QUEUE_ROWS_MAX } from '../../../shared/ipc/outbox-commands.ts';
import { wallMsOfRow, type QueueGroup } from '../../../shared/queue.ts';
import type { DeviceRow } from '../../../shared/rows.ts';
import { api } from '../../api.ts';
import { setDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import type { ChatName } from '../../stores/queue-names.ts';
import { codeOfError } from '../../words/errors.ts';
import { formatDay, formatTimeOfDay, startOfDayMs } from '../../words/format.ts';
import { nameOfRow, partsOfGroup } from '../../words/queue.ts';
import { Icon } from '../icons.tsx';
import { DeliveryMark } from './delivery.tsx';

/** Lines on the page at first, and more with each *Show more*. */
const LINES = 100;

type Names = ReadonlyMap<string, ChatName>;

export function QueueGroups({
  groups,
  names,
}: {
  groups: readonly QueueGroup[];
  names: Names;
}): ReactElement {
  const [shown, setShown] = useState(LINES);
  const isOnline = useLive((state) => state.live?.connection.phase === 'online');
  const is = isOnline ? 'queued' : 'saved';
  return (
    <section className="card" aria-label="Waiting for the server">
      <header className="row between queue-head">
        <h2 className="b">Waiting</h2>
        <DeliveryMark time={is} messages={is} />
      </header>
      <ul className="queue-list">
        {groups.slice(0, shown).map((group) => (
          <GroupLine key={group.chatId} group={group} name={names.get(group.chatId)} />
        ))}
      </ul>
      {groups.length > shown && (
        <button type="button" className="btn s more" data-queue-row onClick={() => setShown(shown + LINES)}>
          Show {Math.min(LINES, groups.length - shown)} more of {(groups.length - shown).toLocaleString()}
        </button>
      )}
    </section>
  );
}

function GroupLine({ group, name }: { group: QueueGroup; name: ChatName | undefined }): ReactElement {
  const [isOpen, setOpen] = useState(false);
  return (
    <li>
      <button
        type="button"
        className="queue-line"
        data-queue-row
        data-testid="queue-group"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name={isOpen ? 'down' : 'right'} />
        <span className="grow clip">
          <span className="num">{partsOfGroup(group).join(' · ')}</span> of{' '}
          <b>
            <bdi>{name?.client ?? group.chatId}</bdi>
          </b>
          {name !== undefined && name.about !== '' && (
            <>
              , <bdi>{name.about}</bdi>
            </>
          )}
        </span>
        {group.sinceMs !== null && (
          <span className="muted s12 num">since {formatInstant(group.sinceMs)}</span>
        )}
      </button>
      {isOpen && <GroupRows chatId={group.chatId} rows={group.rows} />}
    </li>
  );
}

/** Rows of one chat, as they are when it is opened and as many as are asked for. */
function GroupRows({ chatId, rows: count }: { chatId: string; rows: number }): ReactElement {
  const [rows, setRows] = useState<DeviceRow[]>([]);
  const [wanted, setWanted] = useState(QUEUE_ROWS_MAX);
  useEffect(() => {
    let isStale = false;
    async function read(): Promise<void> {
      const all: DeviceRow[] = [];
      for (let offset = 0; offset < wanted; offset += QUEUE_ROWS_MAX) {
        const page = await api.call('readQueueRows', { chatId, offset });
        all.push(...page.rows);
        if (page.rows.length < QUEUE_ROWS_MAX) break;
      }
      if (!isStale) setRows(all);
    }
    read().catch((error: unknown) => setDesk({ problem: codeOfError(error) }));
    return () => {
      isStale = true;
    };
  }, [chatId, wanted, count]);
  return (
    <ul className="queue-rows">
      {rows.map((row) => {
        const atMs = wallMsOfRow(row);
        return (
          <li key={`${row.type}:${row.id}`} className="row">
            <Icon name={row.type === 'message' ? 'message' : row.type === 'stopMark' ? 'pause' : 'clock'} />
            <bdi className="grow clip">{nameOfRow(row)}</bdi>
            {atMs !== null && <span className="muted s12 num">{formatInstant(atMs)}</span>}
          </li>
        );
      })}
      {count > rows.length && rows.length > 0 && (
        <li>
          <button type="button" className="link" onClick={() => setWanted(wanted + QUEUE_ROWS_MAX)}>
            Show more of {count - rows.length}
          </button>
        </li>
      )}
    </ul>
  );
}

/** The time of day, with the day when it is not today's. */
function formatInstant(ms: number): string {
  const nowMs = useLive.getState().live?.serverNowMs ?? ms;
  return ms >= startOfDayMs(nowMs) ? formatTimeOfDay(ms) : `${formatDay(ms)}, ${formatTimeOfDay(ms)}`;
}
