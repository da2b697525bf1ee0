/** The advisor's snippets: write, change, delete with undo. Ctrl . in a chat puts one into the message. */
import { useEffect, useState, type ReactElement } from 'react';
import { SNIPPETS_MAX, type Snippet } from '../../../shared/snippets.ts';
import { setDesk } from '../../stores/desk.ts';
import { saveSnippets, useFollowSnippets, useSnippets } from '../../stores/snippets.ts';
import { codeOfError } from '../../words/errors.ts';
import { Icon } from '../icons.tsx';
import { Keys } from '../parts.tsx';
import { SettingsCard } from './setting-fields.tsx';
import { SnippetEditor } from './snippet-editor.tsx';

/** A deleted snippet can be had back for so long, ms (UX.md, "Principles"). */
const UNDO_MS = 8_000;

const sayProblem = (error: unknown) => setDesk({ problem: codeOfError(error) });

/** True = saved; else the person is told why not, and what was written stays in its fields. */
const save = (next: readonly Snippet[]) =>
  saveSnippets(next).then(
    () => true,
    (error: unknown) => {
      sayProblem(error);
      return false;
    },
  );

export function SnippetsSection(): ReactElement {
  useFollowSnippets(sayProblem);
  const snippets = useSnippets((state) => state.snippets);
  const [editing, setEditing] = useState<Snippet | null>(null);
  const [deleted, setDeleted] = useState<{ snippet: Snippet; at: number } | null>(null);
  useEffect(() => {
    if (deleted === null) return;
    const timer = setTimeout(() => setDeleted(null), UNDO_MS);
    return () => clearTimeout(timer);
  }, [deleted]);
  if (snippets === null) return <p className="muted">Reading…</p>;
  const isNew = editing !== null && !snippets.some(({ id }) => id === editing.id);

  async function keep(snippet: Snippet): Promise<void> {
    const next = isNew
      ? [...snippets!, snippet]
      : snippets!.map((one) => (one.id === snippet.id ? snippet : one));
    if (await save(next)) setEditing(null);
  }

  async function remove(snippet: Snippet): Promise<void> {
    const at = snippets!.indexOf(snippet);
    if (await save(snippets!.filter((one) => one !== snippet))) setDeleted({ snippet, at });
  }

  async function undo(): Promise<void> {
    if (deleted === null) return;
    const { at, snippet } = deleted;
    if (await save([...snippets!.slice(0, at), snippet, ...snippets!.slice(at)])) setDeleted(null);
  }

  return (
    <SettingsCard title="Your snippets">
      <p className="muted s12">
        Texts you write often. In a chat <Keys keys={['Ctrl', '.']} />
        <span className="hidden">Ctrl .</span> puts one where you write; nothing is sent by it. They are kept
        on this computer, for you alone.
      </p>
      {snippets.map((snippet) =>
        editing?.id === snippet.id ? (
          <SnippetEditor key={snippet.id} snippet={editing} onSave={keep} onCancel={() => setEditing(null)} />
        ) : (
          <div className="setting" key={snippet.id} data-testid="snippet">
            <div className="grow clip">
              <bdi className="b">{snippet.name}</bdi>
              <p className="muted s12 clip" dir="auto">
                {snippet.text}
              </p>
            </div>
            <button
              type="button"
              className="btn s"
              aria-label={`Edit ${snippet.name}`}
              onClick={() => setEditing(snippet)}
            >
              Edit
            </button>
            <button
              type="button"
              className="btn s"
              aria-label={`Delete ${snippet.name}`}
              onClick={() => void remove(snippet)}
            >
              Delete
            </button>
          </div>
        ),
      )}
      {deleted !== null && (
        <div className="undo" role="status">
          <span className="grow">Snippet deleted.</span>
          <button type="button" className="btn s" autoFocus onClick={() => void undo()}>
            <Icon name="undo" />
            Undo
          </button>
        </div>
      )}
      {isNew ? (
        <SnippetEditor snippet={editing} onSave={keep} onCancel={() => setEditing(null)} />
      ) : (
        <div className="setting">
          <button
            type="button"
            className="btn s"
            data-testid="add-snippet"
            disabled={snippets.length >= SNIPPETS_MAX}
            onClick={() => setEditing({ id: crypto.randomUUID(), name: '', text: '' })}
          >
            <Icon name="plus" />
            Add snippet
          </button>
        </div>
      )}
    </SettingsCard>
  );
}
