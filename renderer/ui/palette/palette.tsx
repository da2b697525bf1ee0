/** Ctrl K in every window: commands with their keys, clients, chats, notes and messages. Keyboard first. */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { LocalDatabase } from '../../database/local-database.ts';
import { highlight } from '../../search/highlight.ts';
import { useSearchHits, type FoundText } from '../../stores/search.ts';
import { Icon } from '../icons.tsx';
import { Keys } from '../parts.tsx';
import type { PaletteCommand } from './commands.ts';
import { commandItems, foundItems, type PaletteItem, type Starter } from './palette-items.ts';

interface Props {
  commands: readonly PaletteCommand[];
  database: LocalDatabase | null;
  /** null = nobody here starts chats. */
  starter: Starter | null;
  /** Shows what was found; no clock starts by it. */
  onFound(found: FoundText): void;
  onClose(): void;
  onFailed(error: unknown): void;
}

export function Palette(props: Props): ReactElement {
  const { commands, database, starter, onFound, onClose, onFailed } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const { hits, isAnswered } = useSearchHits(database, typed, onFailed);
  const listId = useId();
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus();
  }, []);

  const items = useMemo(
    () => [...commandItems(commands, typed), ...foundItems(hits, onFound, starter)],
    [hits, commands, typed, onFound, starter],
  );
  const chosen = items[Math.min(at, items.length - 1)];
  const optionId = (item: PaletteItem) => `${listId}-${items.indexOf(item)}`;
  const chosenId = chosen && optionId(chosen);
  useEffect(() => {
    if (chosenId !== undefined) document.getElementById(chosenId)?.scrollIntoView({ block: 'nearest' });
  }, [chosenId]);

  function run(item: PaletteItem | undefined): void {
    if (item === undefined || item.isOff) return;
    onClose();
    item.run();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setAt(at + 1 >= items.length ? 0 : at + 1);
    else if (event.key === 'ArrowUp') setAt(at === 0 ? Math.max(0, items.length - 1) : at - 1);
    else if (event.key === 'Enter') run(chosen);
    else return;
    event.preventDefault();
  }

  return (
    <dialog
      ref={dialog}
      className="over-native"
      aria-label="Search or command"
      data-testid="palette"
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onMouseDown={(event) => event.target === event.currentTarget && onClose()}
    >
      <div className="dialog palette">
        <div className="ask">
          <Icon name="search" />
          <input
            role="combobox"
            aria-label="Search or command"
            aria-expanded="true"
            aria-autocomplete="list"
            aria-controls={listId}
            aria-activedescendant={chosenId}
            placeholder="Client, chat, message, note or command"
            dir="auto"
            autoFocus
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
          />
        </div>
        <div className="body" tabIndex={0} role="group" aria-label="What was found">
          <div className="menu" role="listbox" id={listId} aria-label="Found">
            {items.map((item, n) => (
              <Row
                key={`${item.group} ${item.id}`}
                item={item}
                id={optionId(item)}
                typed={typed}
                isChosen={item === chosen}
                isFirstOfGroup={item.group !== items[n - 1]?.group}
                onPress={() => run(item)}
              />
            ))}
          </div>
          {items.length === 0 && isAnswered && (
            <p className="muted nothing">Nothing found for “{typed.trim()}”.</p>
          )}
        </div>
        <footer className="s12 muted">
          <Keys keys={['↑', '↓']} /> Move
          <Keys keys={['↵']} /> Open
          <span className="grow" />
          Works offline
        </footer>
      </div>
    </dialog>
  );
}

function Row({
  item,
  id,
  typed,
  isChosen,
  isFirstOfGroup,
  onPress,
}: {
  item: PaletteItem;
  id: string;
  typed: string;
  isChosen: boolean;
  isFirstOfGroup: boolean;
  onPress(): void;
}): ReactElement {
  return (
    <>
      {isFirstOfGroup && (
        <div className="group s12 muted" role="presentation">
          {item.group}
        </div>
      )}
      <div
        id={id}
        role="option"
        aria-selected={isChosen}
        aria-disabled={item.isOff || undefined}
        className={`mi ${isChosen ? 'on' : ''} ${item.isOff ? 'off' : ''}`}
        onClick={onPress}
      >
        <Icon name={item.icon} />
        <span className="clip">
          {item.who !== null && (
            <>
              <bdi className="m">{item.who}</bdi>{' '}
            </>
          )}
          <bdi>
            {highlight(item.text, typed).map(({ text, isHit }, n) =>
              isHit ? <b key={n}>{text}</b> : <span key={n}>{text}</span>,
            )}
          </bdi>
        </span>
        <span className="row gap5">
          {item.more !== '' && <span className="muted s12 num">{item.more}</span>}
          <Keys keys={item.keys} />
          <span className="hidden">{item.keys.join(' ')}</span>
        </span>
      </div>
    </>
  );
}
