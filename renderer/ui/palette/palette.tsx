/** Ctrl K in every window: commands with their keys, clients, chats, notes and messages. Keyboard first. */
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { LocalDatabase } from '../../database/local-database.ts';
import { fuzzyScore, highlight } from '../../search/highlight.ts';
import { useSearchHits, type FoundText } from '../../stores/search.ts';
import { formatDay } from '../../words/format.ts';
import { Icon, type IconName } from '../icons.tsx';
import { Keys } from '../parts.tsx';
import { keepRecent, readRecent } from './recent-commands.ts';

export interface PaletteCommand {
  id: string;
  icon: IconName;
  name: string;
  keys: readonly string[];
  run(): void;
}

interface Props {
  commands: readonly PaletteCommand[];
  database: LocalDatabase | null;
  /** Shows what was found; no clock starts by it. */
  onFound(found: FoundText): void;
  onClose(): void;
  onFailed(error: unknown): void;
}

interface Item {
  id: string;
  group: string;
  icon: IconName;
  text: string;
  /** Before the text: whose it is. */
  who: string | null;
  more: string;
  keys: readonly string[];
  run(): void;
}

const GROUPS: Record<FoundText['kind'], { name: string; icon: IconName }> = {
  client: { name: 'Clients', icon: 'user' },
  chat: { name: 'Chats', icon: 'message' },
  note: { name: 'Notes', icon: 'eye' },
  message: { name: 'Messages', icon: 'clock' },
};

export function Palette({ commands, database, onFound, onClose, onFailed }: Props): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const hits = useSearchHits(database, typed, onFailed);
  const listId = useId();
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    dialog.current?.showModal();
    return () => before?.focus();
  }, []);

  const items = useMemo<Item[]>(() => {
    const found = hits.map((hit) => ({
      ...{ id: hit.key, group: GROUPS[hit.kind].name, icon: GROUPS[hit.kind].icon, text: hit.text },
      who: hit.kind === 'message' || hit.kind === 'note' ? hit.clientName : null,
      more: hit.atMs === 0 ? '' : formatDay(hit.atMs),
      keys: [],
      run: () => onFound(hit),
    }));
    return [...matching(commands, typed), ...found];
  }, [hits, commands, typed, onFound]);
  const chosen = items[Math.min(at, items.length - 1)];
  const optionId = (item: Item) => `${listId}-${items.indexOf(item)}`;
  const chosenId = chosen && optionId(chosen);
  useEffect(() => {
    if (chosenId !== undefined) document.getElementById(chosenId)?.scrollIntoView({ block: 'nearest' });
  }, [chosenId]);

  function run(item: Item | undefined): void {
    if (item === undefined) return;
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
          {items.length === 0 && <p className="muted nothing">Nothing found for “{typed.trim()}”.</p>}
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
  item: Item;
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
        className={`mi ${isChosen ? 'on' : ''}`}
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

/** Commands that fit, the best first; with nothing typed those used last come first. */
function matching(commands: readonly PaletteCommand[], typed: string): Item[] {
  const recent = readRecent();
  const place = (id: string) => (recent.includes(id) ? recent.indexOf(id) : recent.length);
  return commands
    .flatMap((command) => {
      const score = typed.trim() === '' ? 0 : fuzzyScore(command.name, typed);
      return score === null ? [] : [{ command, score }];
    })
    .sort((a, b) => b.score - a.score || place(a.command.id) - place(b.command.id))
    .map(({ command }) => ({
      ...{ id: command.id, group: 'Commands', icon: command.icon, text: command.name, who: null, more: '' },
      keys: command.keys,
      run: () => {
        keepRecent(command.id);
        command.run();
      },
    }));
}
