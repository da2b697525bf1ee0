/** One note, edited on two devices that did not know of each other: every text stands until the advisor chooses. */
import type { ReactElement } from 'react';
import type { ClientNote } from '../../../shared/notes/note-versions.ts';
import { useSignedIn } from '../../stores/session.ts';
import { Shape } from '../icons.tsx';
import { whoOf } from './note-words.ts';

export function DisputedNote({
  note,
  onChoose,
  onKeepAll,
  onMerge,
}: {
  note: ClientNote;
  onChoose(text: string): void;
  onKeepAll(): void;
  /** Edit all texts, one below the other, into one. */
  onMerge(text: string): void;
}): ReactElement {
  const deviceId = useSignedIn()?.deviceId;
  const written = note.texts.filter(({ text }) => text !== '');
  return (
    <article className="disputed" data-testid="disputed-note" aria-label="A note with two versions">
      <p className="row gap5">
        <span className="state st-unconf">
          <Shape name="unconf" />
        </span>
        <b>Edited in {note.texts.length} places. Nothing is lost: choose what the note says.</b>
      </p>
      <div className="sides">
        {note.texts.map((version) => (
          <div className="side" key={version.id}>
            <div className="muted s12">{whoOf(version, deviceId)}</div>
            {version.text === '' ? <p className="muted">Deleted there</p> : <p dir="auto">{version.text}</p>}
            <button type="button" className="btn s" onClick={() => onChoose(version.text)}>
              {version.text === '' ? 'Delete it' : 'Keep this'}
            </button>
          </div>
        ))}
      </div>
      {written.length > 1 && (
        <div className="row gap5">
          <button
            type="button"
            className="btn s"
            onClick={() => onMerge(written.map(({ text }) => text).join('\n\n'))}
          >
            Merge by hand
          </button>
          <button type="button" className="btn s" onClick={onKeepAll}>
            Keep as {written.length} notes
          </button>
        </div>
      )}
    </article>
  );
}
