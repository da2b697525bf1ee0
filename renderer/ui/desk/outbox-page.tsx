/** What is not at the server yet, and what it refused, with what can be done about it. */
import { useEffect, useState, type ReactElement } from 'react';
import type { RefusedRow } from '../../../shared/ipc/replicator-commands.ts';
import { api } from '../../api.ts';
import { setDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { codeOfError, sentenceOf } from '../../words/errors.ts';
import { formatTimeOfDay } from '../../words/format.ts';
import { Icon } from '../icons.tsx';
import { retryRefused } from './actions.ts';
import { DeskStrip } from './desk-strip.tsx';

const ROW_NAMES: Record<RefusedRow['row']['type'], string> = {
  chat: 'A new chat',
  conversationTimeRecord: 'The time record of a chat',
  timeSegment: 'A piece of time',
  stopMark: 'A pause',
  trimMark: 'A correction of time',
  chatEnd: 'The end of a chat',
  message: 'A message',
  note: 'A note',
};

export function OutboxPage(): ReactElement {
  const outbox = useLive((state) => state.live?.outbox);
  const [rows, setRows] = useState<RefusedRow[]>([]);
  useEffect(() => {
    let isStale = false;
    api.call('readRefusedRows', null).then(
      (answer) => !isStale && setRows(answer.rows),
      (error: unknown) => setDesk({ problem: codeOfError(error) }),
    );
    return () => {
      isStale = true;
    };
  }, [outbox?.refused, outbox?.waiting]);
  return (
    <main className="desk-main" aria-label="Outbox">
      <DeskStrip />
      <div className="page">
        <h1 className="h20">Outbox</h1>
        <p className="muted">
          {outbox === undefined || outbox.waiting === 0
            ? 'Everything you wrote is at the server.'
            : `${outbox.waiting} ${outbox.waiting === 1 ? 'entry is' : 'entries are'} kept on this computer and sent by themselves, in order.`}
        </p>
        {rows.length > 0 && (
          <section className="card">
            <table className="tbl">
              <caption className="hidden">Refused by the server</caption>
              <thead>
                <tr>
                  <th scope="col">Not sent</th>
                  <th scope="col">At</th>
                  <th scope="col">Why, and what to do</th>
                  <th scope="col" aria-label="Action" />
                </tr>
              </thead>
              <tbody>
                {rows.map(({ row, code, atMs }) => (
                  <tr key={row.id}>
                    <td>
                      {row.type === 'message' || row.type === 'note' ? (
                        <bdi className="clip quote">{row.text}</bdi>
                      ) : (
                        ROW_NAMES[row.type]
                      )}
                    </td>
                    <td className="num">{formatTimeOfDay(atMs)}</td>
                    <td className="wrap">{sentenceOf(code)}</td>
                    <td className="n">
                      <button type="button" className="btn s" onClick={() => void retryRefused(row.id)}>
                        <Icon name="refresh" />
                        Retry
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )}
      </div>
      <span />
    </main>
  );
}
