/** A snippet being written: Ctrl Enter saves, Esc leaves. The text stays in its fields until it is on disk. */
import { useState, type ReactElement } from 'react';
import { MESSAGE_MAX_LENGTH } from '../../../shared/rows.ts';
import { SNIPPET_NAME_MAX, type Snippet } from '../../../shared/snippets.ts';
import { Field } from '../outside/field.tsx';
import { Keys } from '../parts.tsx';

export function SnippetEditor(props: {
  snippet: Snippet;
  onSave(snippet: Snippet): Promise<void>;
  onCancel(): void;
}): ReactElement {
  const [name, setName] = useState(props.snippet.name);
  const [text, setText] = useState(props.snippet.text);
  const isWhole = name.trim() !== '' && text.trim() !== '';
  const save = () => {
    if (isWhole) void props.onSave({ id: props.snippet.id, name: name.trim(), text: text.trim() });
  };
  return (
    <form
      className="setting stack snippet-form"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') props.onCancel();
        else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      <Field label="Name">
        <div className="input">
          <input
            autoFocus
            dir="auto"
            maxLength={SNIPPET_NAME_MAX}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
      </Field>
      <Field label="Text">
        <textarea
          className="note-field"
          rows={3}
          dir="auto"
          maxLength={MESSAGE_MAX_LENGTH}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <div className="row gap5">
        <button type="submit" className="btn s pri" disabled={!isWhole}>
          Save snippet <Keys keys={['Ctrl', '↵']} />
        </button>
        <button type="button" className="btn s" onClick={props.onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
