/** Ctrl . in the composer: the advisor's snippets, found by a few letters, put in where the caret is. */
import { useId, useState, type KeyboardEvent, type ReactElement } from 'react';
import { findSnippets, type Snippet } from '../../../shared/snippets.ts';
import { sayProblem } from '../../stores/chat.ts';
import { useFollowSnippets, useSnippets } from '../../stores/snippets.ts';
import { Icon } from '../icons.tsx';
import { Keys } from '../parts.tsx';

export function SnippetPicker({
  onChoose,
  onClose,
}: {
  onChoose(snippet: Snippet): void;
  onClose(): void;
}): ReactElement {
  useFollowSnippets(sayProblem);
  const snippets = useSnippets((state) => state.snippets);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const listId = useId();
  const found = findSnippets(snippets ?? [], typed);
  const chosen = found[Math.min(at, found.length - 1)];
  const optionId = (snippet: Snippet) => `${listId}-${snippet.id}`;

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setAt(at + 1 >= found.length ? 0 : at + 1);
    else if (event.key === 'ArrowUp') setAt(at === 0 ? Math.max(0, found.length - 1) : at - 1);
    else if (event.key === 'Enter' && chosen !== undefined) onChoose(chosen);
    else if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <section className="snippets" aria-label="Snippets" data-testid="snippets">
      <div className="ask">
        <Icon name="search" />
        <input
          role="combobox"
          aria-label="Snippet"
          aria-expanded="true"
          aria-autocomplete="list"
          aria-controls={listId}
          aria-activedescendant={chosen && optionId(chosen)}
          placeholder="Snippet"
          dir="auto"
          autoFocus
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
        <Keys keys={['Esc']} />
      </div>
      <div className="menu" role="listbox" id={listId} aria-label="Snippets">
        {found.map((snippet) => (
          <div
            key={snippet.id}
            id={optionId(snippet)}
            role="option"
            aria-selected={snippet === chosen}
            className={`mi ${snippet === chosen ? 'on' : ''}`}
            onClick={() => onChoose(snippet)}
          >
            <Icon name="message" />
            <span className="clip">
              <bdi className="m">{snippet.name}</bdi> <bdi className="muted">{snippet.text}</bdi>
            </span>
          </div>
        ))}
      </div>
      {snippets !== null && found.length === 0 && (
        <p className="muted s12">
          {snippets.length === 0
            ? 'No snippet yet. You write them on the desk: Settings, Snippets.'
            : 'No snippet has these words.'}
        </p>
      )}
    </section>
  );
}
