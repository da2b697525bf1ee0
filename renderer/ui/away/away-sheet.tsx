/**
 * The sheet for N chats (issue 4; design `wake`): what stopped because nobody was there, one choice for each, all by keys.
 * Esc puts it aside; it is on the desk until everything is decided.
 */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { AwayRow } from '../../../shared/ipc/away-commands.ts';
import { decideAway, useAway } from '../../stores/away.ts';
import { setDesk } from '../../stores/desk.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { subtitleOf, titleOf } from '../../words/away.ts';
import { codeOfError } from '../../words/errors.ts';
import { Icon } from '../icons.tsx';
import { Keys } from '../parts.tsx';
import { AwaySheetRow } from './away-sheet-row.tsx';
import { decisionOf, NOT_COUNTED, type Draft } from './draft.ts';

const MAX_KEYED_ROWS = 9;

function putAside(): void {
  setDesk({ overlay: 'none' });
}

export function AwaySheet(): ReactElement | null {
  const rows = useAway((state) => state.rows);
  const isEmpty = rows.length === 0;
  useEffect(() => {
    if (isEmpty) putAside();
  }, [isEmpty]);
  return isEmpty ? null : <OpenSheet rows={rows} />;
}

function OpenSheet({ rows }: { rows: readonly AwayRow[] }): ReactElement {
  const [drafts, setDrafts] = useState<ReadonlyMap<string, Draft>>(new Map());
  const [reason, setReason] = useState('');
  const hasSingleKeys = usePreferences((state) => state.singleKeys);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    dialog.current?.querySelector<HTMLElement>('input:checked')?.focus();
    return () => before?.focus();
  }, []);
  useEffect(() => {
    // A decided row takes the focus with it: the next one gets it.
    if (!dialog.current?.contains(document.activeElement) || document.activeElement === dialog.current)
      dialog.current?.querySelector<HTMLElement>('input:checked')?.focus();
  }, [rows.length]);
  const draftOf = ({ id }: AwayRow) => drafts.get(id) ?? NOT_COUNTED;
  const isAsking = rows.some((row) => draftOf(row).choice === 'askToCount');

  function choose(chosen: readonly AwayRow[], change: Partial<Draft>): void {
    setDrafts((all) => {
      const next = new Map(all);
      for (const row of chosen) next.set(row.id, { ...(all.get(row.id) ?? NOT_COUNTED), ...change });
      return next;
    });
  }

  function confirm(decided: readonly AwayRow[]): void {
    const decisions = decided.map((row) => decisionOf(row, draftOf(row), reason));
    decideAway(decisions).catch((error: unknown) => setDesk({ problem: codeOfError(error) }));
  }

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const isText = event.target instanceof HTMLInputElement && event.target.type !== 'radio';
    if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) confirm(rows);
    else if (isText || !hasSingleKeys) return;
    else if (event.key.toLowerCase() === 'n') choose(rows, { choice: 'notCounted' });
    else if (event.key.toLowerCase() === 's') choose(rows, { choice: 'askToCount' });
    else if (/^[1-9]$/.test(event.key)) toggle(rows[Number(event.key) - 1]);
    else return;
    event.preventDefault();
  }

  function toggle(row: AwayRow | undefined): void {
    if (row === undefined) return;
    const choice = draftOf(row).choice === 'notCounted' ? 'askToCount' : 'notCounted';
    choose([row], { choice });
    const chosen = `[name="${CSS.escape(`away-${row.id}`)}"][value="${choice}"]`;
    dialog.current?.querySelector<HTMLElement>(chosen)?.focus();
  }

  return (
    <dialog
      ref={dialog}
      className="over-native away-sheet"
      aria-labelledby="away-title"
      aria-describedby="away-text"
      data-testid="away-sheet"
      onKeyDown={onKey}
      onCancel={(event) => {
        event.preventDefault();
        putAside();
      }}
    >
      <div className="dialog">
        <header>
          <span className="avatar" aria-hidden="true">
            <Icon name="moon" />
          </span>
          <div>
            <h2 id="away-title" className="num">
              {titleOf(rows)}
            </h2>
            <p id="away-text" className="muted num">
              {subtitleOf(rows)}
            </p>
          </div>
        </header>
        <div className="body" tabIndex={0} role="region" aria-label="Stops to decide">
          <table className="tbl away-tbl">
            <thead>
              <tr>
                <th>
                  <span className="hidden">Key</span>
                </th>
                <th>Chat</th>
                <th>If counted</th>
                <th>Your choice</th>
                <th className="n">Result</th>
                <th>
                  <span className="hidden">Decide one</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row, index) => (
                <AwaySheetRow
                  key={row.id}
                  row={row}
                  number={hasSingleKeys && index < MAX_KEYED_ROWS ? index + 1 : null}
                  draft={draftOf(row)}
                  onChange={(change) => choose([row], change)}
                  onDecide={() => confirm([row])}
                />
              ))}
            </tbody>
          </table>
        </div>
        <div className="away-why row" hidden={!isAsking}>
          <label className="muted s12" htmlFor="away-reason">
            Why should it count?
          </label>
          <div className="input soft">
            <input
              id="away-reason"
              maxLength={500}
              value={reason}
              placeholder="For the supervisor, e.g. went on by phone"
              onChange={(event) => setReason(event.target.value)}
            />
          </div>
        </div>
        <footer>
          <span className="row muted s12 away-keys" aria-hidden="true" hidden={!hasSingleKeys}>
            <span className="row gap5">
              <kbd>N</kbd> none counted
            </span>
            <span className="row gap5">
              <kbd>S</kbd> ask for all
            </span>
            <span className="row gap5">
              <kbd>1</kbd>
              {rows.length > 1 && (
                <>
                  –<kbd>{Math.min(MAX_KEYED_ROWS, rows.length)}</kbd>
                </>
              )}{' '}
              change a row
            </span>
          </span>
          <span className="grow" />
          <span className="num s12">
            <b className="b">0.00 cr</b> <span className="muted">charged now</span>
          </span>
          <button type="button" className="btn ghost" onClick={putAside}>
            Decide later <Keys keys={['Esc']} />
          </button>
          <button type="button" className="btn pri" data-testid="away-confirm" onClick={() => confirm(rows)}>
            Confirm <Keys keys={['↵']} />
          </button>
        </footer>
      </div>
    </dialog>
  );
}
