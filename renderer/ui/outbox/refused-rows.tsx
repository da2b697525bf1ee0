/** What the server refused: which row, the code and why, and what to do. */
import { useState, type ReactElement } from 'react';
import { chatIdOfRow, type RefusedRow } from '../../../shared/queue.ts';
import type { ChatName } from '../../stores/queue-names.ts';
import { sentenceOf } from '../../words/errors.ts';
import { formatTimeOfDay } from '../../words/format.ts';
import { nameOfRow } from '../../words/queue.ts';
import { Icon } from '../icons.tsx';
import { exportRefused, retryAllRefused, retryRefused } from './queue-actions.ts';

const LINES = 100;

export function RefusedRows({
  rows,
  names,
}: {
  rows: readonly RefusedRow[];
  names: ReadonlyMap<string, ChatName>;
}): ReactElement {
  const [shown, setShown] = useState(LINES);
  const [file, setFile] = useState<string | null>(null);
  return (
    <section className="card" aria-label="Refused by the server">
      <header className="row between queue-head">
        <h2 className="b st-out st row">
          <Icon name="alert" />
          Refused <span className="num">{rows.length.toLocaleString()}</span>
        </h2>
        <span className="row">
          <button type="button" className="btn s" onClick={() => void exportRefused(rows).then(setFile)}>
            <Icon name="down" />
            Export as facts file
          </button>
          <button type="button" className="btn s" onClick={() => void retryAllRefused()}>
            <Icon name="refresh" />
            Retry all
          </button>
        </span>
      </header>
      {file !== null && (
        <p className="muted s12 queue-note" role="status">
          Saved as <bdi data-testid="refused-file">{file}</bdi>
        </p>
      )}
      <ul className="queue-list">
        {rows.slice(0, shown).map((one) => (
          <RefusedLine
            key={`${one.row.type}:${one.row.id}`}
            one={one}
            name={names.get(chatIdOfRow(one.row))}
          />
        ))}
      </ul>
      {rows.length > shown && (
        <button type="button" className="btn s more" data-queue-row onClick={() => setShown(shown + LINES)}>
          Show {Math.min(LINES, rows.length - shown)} more of {(rows.length - shown).toLocaleString()}
        </button>
      )}
    </section>
  );
}

function RefusedLine({ one, name }: { one: RefusedRow; name: ChatName | undefined }): ReactElement {
  const { row, code, atMs } = one;
  return (
    <li className="refused-line" data-queue-row data-testid="refused-row" data-code={code}>
      <div className="grow">
        <div className="row">
          <bdi className="b clip">{nameOfRow(row)}</bdi>
          <span className="muted s12 clip">
            <bdi>{name?.client ?? chatIdOfRow(row)}</bdi>
            {name !== undefined && name.about !== '' && `, ${name.about}`}
          </span>
          <span className="grow" />
          <span className="muted s12 num">{formatTimeOfDay(atMs)}</span>
        </div>
        <p className="s12">
          {sentenceOf(code)} <code className="muted">{code}</code>
        </p>
      </div>
      <button
        type="button"
        className="btn s"
        aria-label={`Retry: ${nameOfRow(row).slice(0, 60)}`}
        onClick={() => void retryRefused(row.id)}
      >
        <Icon name="refresh" />
        Retry
      </button>
    </li>
  );
}
