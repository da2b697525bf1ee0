/** The mini timer: a bar of the two chats whose time runs out next; grown, a list with the keys 1 to 9. */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactElement } from 'react';
import { dockBarOf, dockRowsOf, DOCK_ROWS_MAX, type DockRow } from '../../../shared/dock/urgency.ts';
import type { ErrorCode } from '../../../shared/errors.ts';
import { api } from '../../api.ts';
import { followDock, useDock } from '../../stores/dock.ts';
import { followLive, useLive } from '../../stores/live.ts';
import { countdownText, stateOfChat, STATE_LOOKS } from '../../words/chat-state.ts';
import { codeOfError, sentenceOf } from '../../words/errors.ts';
import { firstNameOf } from '../../words/format.ts';
import { Announcer } from '../announcer.tsx';
import { Icon, Logo, Shape } from '../icons.tsx';

export function MiniWindow(): ReactElement {
  const chats = useDock((state) => state.chats);
  const live = useLive((state) => state.live);
  const rows = useMemo(() => dockRowsOf(chats, live), [chats, live]);
  const [problem, setProblem] = useState<ErrorCode | null>(null);
  const sayProblem = useCallback((error: unknown) => setProblem(codeOfError(error)), []);
  const isGrown = useGrowing(sayProblem);
  useEffect(() => {
    followLive().catch(sayProblem);
    return followDock(sayProblem);
  }, [sayProblem]);
  useMiniKeys(rows, sayProblem);
  const bar = dockBarOf(rows);
  const announced = useMemo(
    () =>
      rows.map((row) => ({
        ...{ chatId: row.chatId, clientName: nameOf(row), state: stateOfChat(row.chat, row.client) },
        countdownMs: row.client?.countdownMs ?? 0,
      })),
    [rows],
  );
  return (
    <main className="mini" aria-label="Mini timer">
      <h1 className="hidden">Mini timer</h1>
      <Bar rows={rows} bar={bar} onFailed={sayProblem} />
      <Announcer chats={announced} />
      {isGrown && (
        <>
          <Rows rows={rows} onFailed={sayProblem} />
          <footer className="row">
            <span className="grow clip" role="status">
              {problem === null ? summaryOf(rows.length) : sentenceOf(problem)}
            </span>
            <button type="button" className="btn s ghost" onClick={() => showDesk(sayProblem)}>
              <Icon name="maximise" />
              Desk
            </button>
          </footer>
        </>
      )}
    </main>
  );
}

type OnFailed = (error: unknown) => void;

function focusChat(chatId: string, onFailed: OnFailed): void {
  api.call('focusDockChat', { chatId }).catch(onFailed);
}

function showDesk(onFailed: OnFailed): void {
  api.call('leaveMini', null).catch(onFailed);
}

function summaryOf(count: number): string {
  if (count === 0) return 'No chat is open';
  return count > DOCK_ROWS_MAX ? `${count - DOCK_ROWS_MAX} more on the desk` : 'Keys 1 to 9 open a chat';
}

function nameOf({ clientName }: DockRow): string {
  return clientName === '' ? 'Client' : clientName;
}

/** The number, its state and whose it is: the same words for eyes and ears. */
function useLook(row: DockRow) {
  const state = stateOfChat(row.chat, row.client);
  const { className, shape, word } = STATE_LOOKS[state];
  const time = row.client === undefined || state === 'unpriced' ? '–' : countdownText(row.client, state);
  return { state, className, shape, word, time };
}

function Bar({ rows, bar, onFailed }: { rows: DockRow[]; bar: DockRow[]; onFailed: OnFailed }): ReactElement {
  const first = bar[0];
  return (
    <div className="dock">
      <span className="grip" title="Drag to move">
        <Logo />
        <b>{rows.length}</b>
        <span className="hidden">live</span>
      </span>
      {bar.map((row) => (
        <BarChat key={row.chatId} row={row} onFailed={onFailed} />
      ))}
      {bar.length === 0 && <span className="muted none">No chat is open</span>}
      {bar.length === 1 && <span />}
      {first === undefined ? <span /> : <Toggle row={first} onFailed={onFailed} />}
    </div>
  );
}

function BarChat({ row, onFailed }: { row: DockRow; onFailed: OnFailed }): ReactElement {
  const { state, className, shape, word, time } = useLook(row);
  const isInk = state === 'free' || state === 'paid' || state === 'unpriced' || state === 'wait';
  return (
    <button
      type="button"
      className={className}
      data-testid="mini-bar-chat"
      data-chat-id={row.chatId}
      title={`${nameOf(row)}, ${word}`}
      onClick={() => focusChat(row.chatId, onFailed)}
    >
      <span className="tone">
        <Shape name={shape} />
      </span>
      <bdi className="clip">{firstNameOf(nameOf(row))}</bdi>
      <span className="hidden">{word}</span>
      <b className={isInk ? '' : 'tone'}>{time}</b>
    </button>
  );
}

function Rows({ rows, onFailed }: { rows: DockRow[]; onFailed: OnFailed }): ReactElement {
  return (
    <ul className="rows" aria-label="Live chats">
      {rows.slice(0, DOCK_ROWS_MAX).map((row, at) => (
        <Row key={row.chatId} row={row} position={at + 1} onFailed={onFailed} />
      ))}
    </ul>
  );
}

function Row(props: { row: DockRow; position: number; onFailed: OnFailed }): ReactElement {
  const { row, position, onFailed } = props;
  const { className, shape, word, time, state } = useLook(row);
  const isInk = state === 'free' || state === 'paid' || state === 'unpriced' || state === 'wait';
  return (
    <li className={`mrow ${className}`}>
      <button
        type="button"
        className="open"
        data-testid="mini-row"
        data-chat-id={row.chatId}
        aria-keyshortcuts={String(position)}
        onClick={() => focusChat(row.chatId, onFailed)}
      >
        <span className="tone">
          <Shape name={shape} />
        </span>
        <bdi className="clip m">{nameOf(row)}</bdi>
        <span className="state">{word}</span>
        <b className={`t ${isInk ? '' : 'tone'}`}>{time}</b>
      </button>
      <Toggle row={row} onFailed={onFailed} />
    </li>
  );
}

/** Pauses what runs and starts what stands still; a chat that another device runs is taken over in its window. */
function Toggle({ row, onFailed }: { row: DockRow; onFailed: OnFailed }): ReactElement {
  const isPausing = row.chat?.timer === 'running';
  const isDisabled = !isPausing && (row.chat === undefined || row.chat.runningElsewhere !== null);
  return (
    <button
      type="button"
      className="toggle"
      disabled={isDisabled}
      aria-label={`${isPausing ? 'Pause' : 'Resume'} ${nameOf(row)}`}
      onClick={() => void api.call('toggleDockTimer', { chatId: row.chatId }).catch(onFailed)}
    >
      <Icon name={isPausing ? 'pause' : 'play'} />
    </button>
  );
}

/** Grown while the pointer is over it or the keyboard is in it; Esc shrinks it until either comes anew. */
function useGrowing(onFailed: OnFailed): boolean {
  const [isGrown, setGrown] = useState(false);
  const told = useRef(false);
  useEffect(() => {
    let isOver = false;
    const set = (next: boolean) => setGrown(next);
    const enter = () => set((isOver = true));
    const leave = () => {
      isOver = false;
      set(document.hasFocus());
    };
    const focus = () => set(true);
    const blur = () => set(isOver);
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') set(false);
    };
    const page = document.documentElement;
    page.addEventListener('mouseenter', enter);
    page.addEventListener('mouseleave', leave);
    window.addEventListener('focus', focus);
    page.addEventListener('focusin', focus);
    window.addEventListener('blur', blur);
    window.addEventListener('keydown', onKey);
    return () => {
      page.removeEventListener('mouseenter', enter);
      page.removeEventListener('mouseleave', leave);
      window.removeEventListener('focus', focus);
      page.removeEventListener('focusin', focus);
      window.removeEventListener('blur', blur);
      window.removeEventListener('keydown', onKey);
    };
  }, []);
  useEffect(() => {
    if (told.current === isGrown) return;
    told.current = isGrown;
    api.call('growMini', { isGrown }).catch(onFailed);
  }, [isGrown, onFailed]);
  return isGrown;
}

/** 1 to 9 open a chat, F6 goes to the desk. */
function useMiniKeys(rows: DockRow[], onFailed: OnFailed): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const row = /^[1-9]$/.test(event.key) ? rows[Number(event.key) - 1] : undefined;
      if (row !== undefined) focusChat(row.chatId, onFailed);
      else if (event.key === 'F6') showDesk(onFailed);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [rows, onFailed]);
}
