/** "Save a report": what would help to find a problem, shown before it is saved; nothing is sent. */
import { useCallback, useEffect, useState, type ReactElement } from 'react';
import { api } from '../../api.ts';
import { setDesk } from '../../stores/desk.ts';
import { codeOfError } from '../../words/errors.ts';
import { Keys } from '../parts.tsx';

function sayProblem(error: unknown): void {
  setDesk({ problem: codeOfError(error) });
}

export function ReportSection(): ReactElement {
  const [text, setText] = useState<string | null>(null);
  const [file, setFile] = useState<string | null>(null);
  useEffect(() => {
    api.call('readReport', null).then((report) => setText(report.text), sayProblem);
  }, []);
  const save = useCallback(() => {
    api.call('saveReport', null).then((saved) => setFile(saved.file), sayProblem);
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
      event.preventDefault();
      save();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [save]);
  return (
    <section className="card settings-card report" aria-label="Report">
      <p className="muted">
        This is everything the report says: versions, how this computer reaches the server, counts, your
        settings and the newest lines of the log. No messages, notes or names. It is saved on this computer
        and sent to nobody.
      </p>
      <pre className="report-text num" tabIndex={0} aria-label="The report" data-testid="report-text">
        {text ?? 'Collecting…'}
      </pre>
      <div className="row gap5 report-foot">
        <span className="grow muted s12" role="status">
          {file !== null && (
            <>
              Saved as <bdi>{file}</bdi>
            </>
          )}
        </span>
        <button
          type="button"
          className="btn"
          disabled={text === null}
          onClick={save}
          data-testid="save-report"
        >
          Save report <Keys keys={['Ctrl', 'S']} />
        </button>
      </div>
    </section>
  );
}
