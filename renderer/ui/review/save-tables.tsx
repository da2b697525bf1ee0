/** Saves the chats or the segments of the days shown as a table for a spreadsheet: progress, a way to cancel, the file's place. */
import { useEffect, useState, type ReactElement } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import type { TableName } from '../../../shared/ipc/table-commands.ts';
import { api } from '../../api.ts';
import type { DateSpan } from '../../records/overview.ts';
import { codeOfError, sentenceOf } from '../../words/errors.ts';

type Saving =
  | { phase: 'idle' }
  | { phase: 'running'; table: TableName; lines: number }
  | { phase: 'done'; file: string; lines: number }
  | { phase: 'failed'; code: ErrorCode };

const NAMES: Record<TableName, string> = { chats: 'Chats', segments: 'Segments' };

export function SaveTables({ span }: { span: DateSpan }): ReactElement {
  const [saving, setSaving] = useState<Saving>({ phase: 'idle' });
  useEffect(
    () =>
      api.on('tableProgress', ({ lines }) =>
        setSaving((before) => (before.phase === 'running' ? { ...before, lines } : before)),
      ),
    [],
  );

  function save(table: TableName): void {
    setSaving({ phase: 'running', table, lines: 0 });
    api.call('exportTable', { table, ...span }).then(
      ({ file, lines }) => setSaving({ phase: 'done', file, lines }),
      (error: unknown) => setSaving({ phase: 'failed', code: codeOfError(error) }),
    );
  }

  return (
    <div className="row gap5 wrap">
      {saving.phase === 'running' ? (
        <button
          type="button"
          className="btn s"
          onClick={() => void api.call('cancelExport', null).catch(() => undefined)}
        >
          Cancel
        </button>
      ) : (
        (['chats', 'segments'] as const).map((table) => (
          <button
            key={table}
            type="button"
            className="btn s"
            data-testid={`save-${table}`}
            onClick={() => save(table)}
          >
            {NAMES[table]} as CSV
          </button>
        ))
      )}
      <span className="muted s12 num" role="status" data-testid="save-state">
        {wordsOf(saving)}
      </span>
    </div>
  );
}

function wordsOf(saving: Saving): string {
  switch (saving.phase) {
    case 'idle':
      return '';
    case 'running':
      return `Writing ${NAMES[saving.table].toLowerCase()}: ${saving.lines} lines so far`;
    case 'done':
      return `${saving.lines} ${saving.lines === 1 ? 'line' : 'lines'} in ${saving.file}`;
    case 'failed':
      return sentenceOf(saving.code);
  }
}
