/** A note being written: Ctrl Enter saves, Esc leaves. The text stays in the field until it is on disk. */
import { useState, type ReactElement } from 'react';
import { MESSAGE_MAX_LENGTH } from '../../../shared/rows.ts';
import { Keys } from '../parts.tsx';

export function NoteEditor({
  text,
  onSave,
  onCancel,
}: {
  text: string;
  onSave(text: string): Promise<void>;
  onCancel(): void;
}): ReactElement {
  const [draft, setDraft] = useState(text);
  const [isSaving, setSaving] = useState(false);
  const save = () => {
    if (isSaving) return;
    setSaving(true);
    void onSave(draft).finally(() => setSaving(false));
  };
  return (
    <div className="stack gap5">
      <textarea
        className="note-field"
        aria-label="Note"
        rows={4}
        dir="auto"
        autoFocus
        maxLength={MESSAGE_MAX_LENGTH}
        value={draft}
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onCancel();
          else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <div className="row gap5">
        <button type="button" className="btn s pri" disabled={isSaving} onClick={save}>
          Save note <Keys keys={['Ctrl', '↵']} />
        </button>
        <button type="button" className="btn s" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </div>
  );
}
