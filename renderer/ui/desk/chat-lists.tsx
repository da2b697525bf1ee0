/** Live by urgency, waiting by wait, ended today. Each list is a grid; the arrow keys walk through all of them. */
import {
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type ReactElement,
  type RefObject,
} from 'react';
import type { DeskChat, DeskLists } from '../../records/desk-lists.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { useOutside } from '../../stores/outside.ts';
import { firstNameOf, formatCredits, formatHoursMinutes } from '../../words/format.ts';
import { Icon } from '../icons.tsx';
import { OutsideTimers } from '../outside/outside-timers.tsx';
import { Keys } from '../parts.tsx';
import { openChat } from './actions.ts';
import { EndedRow, LiveRow, WaitingRow } from './chat-rows.tsx';

/** The keyboard goes with what is on screen: to the button that opens the chat. */
function showClientPage(): void {
  setDesk({ isPanelPage: true });
  setTimeout(() => document.querySelector<HTMLElement>('.panel > header .btn:not(.back)')?.focus(), 0);
}

/** Rows of a long list that are drawn at first, and that each *more* adds: hundreds of chats stay quick. */
const STEP = 40;

export function ChatLists({ lists }: { lists: DeskLists }): ReactElement {
  const [isEndedShown, setEndedShown] = useState(true);
  const [limits, setLimits] = useState({ waiting: STEP, ended: STEP });
  const selectedId = useDesk((state) => state.selectedChatId);
  const timers = useOutside((state) => state.timers.length);
  const waiting = lists.waiting.slice(0, limits.waiting);
  const ended = isEndedShown ? lists.endedToday.slice(0, limits.ended) : [];
  const all = [...lists.live, ...waiting, ...ended];
  const list = useRef<HTMLDivElement>(null);
  const keepFocus = useKeptFocus(list);
  // One row is in the order of Tab: the selected one, else the first.
  const tabId = all.some(({ chat }) => chat.id === selectedId) ? selectedId : (all[0]?.chat.id ?? null);

  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const row = (event.target as HTMLElement).closest<HTMLElement>('[data-chat-id]');
    if (row === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = all.findIndex(({ chat }) => chat.id === row.dataset.chatId);
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -all.length, End: all.length }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
      const element =
        next &&
        event.currentTarget.querySelector<HTMLElement>(`[data-chat-id="${CSS.escape(next.chat.id)}"]`);
      element?.focus();
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      const isNarrow = window.matchMedia('(max-width: 900px)').matches;
      // Below 900 px the client is a page of its own, and Enter there opens the chat.
      if (isNarrow) showClientPage();
      else if (all[at] !== undefined) void openChat(all[at]);
    }
  }

  const rowProps = (deskChat: DeskChat) => ({
    deskChat,
    isSelected: deskChat.chat.id === selectedId,
    isInTabOrder: deskChat.chat.id === tabId,
  });
  const next = lists.waiting[0];
  return (
    <div className="list" ref={list} onKeyDown={onKeyDown} {...keepFocus}>
      <Section
        title="Live"
        count={lists.live.length + timers}
        end={<span>By urgency</span>}
        after={<OutsideTimers />}
      >
        {lists.live.map((one) => (
          <LiveRow key={one.chat.id} {...rowProps(one)} />
        ))}
      </Section>
      <Section
        title="Waiting"
        count={lists.waiting.length}
        end={
          next && (
            <span>
              Next: <bdi>{firstNameOf(next.clientName)}</bdi>
            </span>
          )
        }
      >
        {waiting.map((one) => (
          <WaitingRow key={one.chat.id} {...rowProps(one)} />
        ))}
      </Section>
      <More
        count={lists.waiting.length - waiting.length}
        onPress={() => setLimits({ ...limits, waiting: limits.waiting + STEP })}
      />
      <Section
        title="Ended today"
        count={lists.endedToday.length}
        end={
          <EndedSums
            chats={lists.endedToday}
            isShown={isEndedShown}
            onToggle={() => setEndedShown(!isEndedShown)}
          />
        }
      >
        {isEndedShown && ended.map((one) => <EndedRow key={one.chat.id} {...rowProps(one)} />)}
      </Section>
      {isEndedShown && (
        <More
          count={lists.endedToday.length - ended.length}
          onPress={() => setLimits({ ...limits, ended: limits.ended + STEP })}
        />
      )}
    </div>
  );
}

/**
 * A chat that is opened or ends moves to another list, where its row is a new element: the focus goes with it. While
 * something else has the focus nothing happens.
 */
function useKeptFocus(list: RefObject<HTMLDivElement | null>) {
  const chatId = useRef<string | undefined>(undefined);
  useLayoutEffect(() => {
    if (chatId.current === undefined || document.activeElement !== document.body) return;
    list.current?.querySelector<HTMLElement>(`[data-chat-id="${CSS.escape(chatId.current)}"]`)?.focus();
  });
  return {
    onFocus(event: FocusEvent<HTMLElement>) {
      chatId.current = event.target.closest<HTMLElement>('[data-chat-id]')?.dataset.chatId;
    },
    onBlur(event: FocusEvent<HTMLElement>) {
      if (event.relatedTarget !== null) chatId.current = undefined;
    },
  };
}

function More({ count, onPress }: { count: number; onPress(): void }): ReactElement | null {
  if (count <= 0) return null;
  return (
    <div className="more">
      <button type="button" className="btn s" onClick={onPress}>
        Show {Math.min(STEP, count)} more of {count}
      </button>
    </div>
  );
}

function Section({
  title,
  count,
  end,
  after,
  children,
}: {
  title: string;
  count: number;
  end?: ReactElement;
  after?: ReactElement;
  children: ReactElement[] | false;
}): ReactElement | null {
  if (count === 0 && title !== 'Live') return null;
  return (
    <section aria-label={title}>
      <div className="sec">
        <h2>{title}</h2>
        <span className="num">{count}</span>
        <span className="grow" />
        {count > 0 && end}
      </div>
      {children !== false && children.length > 0 && (
        <div role="grid" aria-label={title} aria-rowcount={children.length}>
          {children}
        </div>
      )}
      {after}
    </section>
  );
}

function EndedSums({
  chats,
  isShown,
  onToggle,
}: {
  chats: DeskChat[];
  isShown: boolean;
  onToggle(): void;
}): ReactElement {
  const totals = useDeskChats((state) => state.totals);
  const { paidMs, chargeMinor } = useMemo(() => {
    const known = chats.flatMap(({ chat }) => totals.get(chat.id) ?? []);
    return {
      paidMs: known.reduce((sum, one) => sum + one.paidMs, 0),
      chargeMinor: known.reduce((sum, one) => sum + one.chargeMinor, 0),
    };
  }, [chats, totals]);
  return (
    <button
      type="button"
      className="btn ghost s"
      aria-expanded={isShown}
      aria-label={isShown ? 'Hide ended chats' : 'Show ended chats'}
      onClick={onToggle}
    >
      <span className="num muted">
        Paid {formatHoursMinutes(paidMs)} · {formatCredits(chargeMinor)}
      </span>
      <Icon name={isShown ? 'down' : 'right'} className={isShown ? '' : 'flip'} />
    </button>
  );
}

/** Nothing live, nothing waiting, nothing ended today. */
export function NoChats(): ReactElement {
  const connection = useLive((state) => state.live?.connection.phase);
  const isOut = connection === 'offline' || connection === 'refused';
  return (
    <div className="center">
      <svg
        width="132"
        height="84"
        viewBox="0 0 132 84"
        fill="none"
        stroke="var(--border-strong)"
        strokeWidth="1.5"
        aria-hidden="true"
      >
        <rect x="22" y="14" width="88" height="17" rx="5" stroke="var(--border)" />
        <rect x="14" y="36" width="104" height="19" rx="5" fill="var(--surface)" />
        <circle cx="25" cy="45.5" r="3.5" />
        <path d="M35 45.5h34M90 45.5h18" strokeLinecap="round" />
        <rect x="22" y="60" width="88" height="17" rx="5" stroke="var(--border)" strokeDasharray="3 3" />
      </svg>
      <div>
        <h2 className="h16">No live chats</h2>
        <p className="muted">
          {isOut
            ? 'The server is out of reach, so new ones cannot appear. What you start yourself is kept here and sent later.'
            : 'New ones appear here by themselves, the most urgent on top. A clock starts only when you do.'}
        </p>
      </div>
      <button type="button" className="btn pri" onClick={() => setDesk({ overlay: 'newChat' })}>
        <Icon name="plus" />
        New chat
        <Keys keys={['N']} />
      </button>
    </div>
  );
}
