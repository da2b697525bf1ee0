/** Below the transcript: what needs a decision, the composer, pause and end. */
import { useCallback, useEffect, useRef, useState, type ReactElement } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import type { LiveChat, LiveClient } from '../../../shared/live.ts';
import { MESSAGE_MAX_LENGTH, type Chat } from '../../../shared/rows.ts';
import { insertAt } from '../../../shared/snippets.ts';
import { api } from '../../api.ts';
import { sayProblem, useChatWindow, writeMessage } from '../../stores/chat.ts';
import { toggleTimer } from '../../stores/toggle-timer.ts';
import { useLive } from '../../stores/live.ts';
import { goToNextChat } from '../../stores/next-chat.ts';
import type { StateName } from '../../words/chat-state.ts';
import { firstNameOf, formatElapsed } from '../../words/format.ts';
import { Icon } from '../icons.tsx';
import { Keys, Problem } from '../parts.tsx';
import { ChatDelivery } from '../outbox/delivery.tsx';
import { ChatCards } from './chat-cards.tsx';
import { keepDraft, readDraft } from './drafts.ts';
import { SnippetPicker } from './snippet-picker.tsx';
import { useChatPanes } from './use-chat-panes.ts';

interface Props {
  chat: Chat;
  clientName: string;
  state: StateName;
  live: LiveChat | undefined;
  client: LiveClient | undefined;
  problem: ErrorCode | null;
  isReadOnly: boolean;
  isOwn: boolean;
}

export function ChatFoot(props: Props): ReactElement {
  const { chat, clientName, live, client, state, isReadOnly, isOwn } = props;
  const [draft, setDraft] = useState(() => readDraft(chat.id));
  const composer = useRef<HTMLTextAreaElement>(null);
  const firstName = firstNameOf(clientName);
  const areSnippetsShown = useChatWindow((state) => state.areSnippetsShown);
  const isRunning = live?.timer === 'running';

  const write = useCallback(
    (text: string) => {
      setDraft(text);
      keepDraft(chat.id, text);
    },
    [chat.id],
  );
  useChatPanes();
  const togglePause = useCallback(() => void toggleTimer(chat).catch(sayProblem), [chat]);
  const end = useCallback(() => void api.call('endChat', { chatId: chat.id }).catch(sayProblem), [chat.id]);

  useEffect(() => {
    const focus = () => {
      if (document.activeElement === document.body) composer.current?.focus();
    };
    focus();
    window.addEventListener('focus', focus);
    return () => window.removeEventListener('focus', focus);
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.repeat) return;
      if (document.querySelector('dialog[open]') !== null) return; // What lies on top has the keys.
      const key = event.key.toLowerCase();
      if (key === 'j') void goToNextChat(chat.id);
      else if (key === 'z' && live?.timer === 'ending')
        void api.call('undoEndChat', { chatId: chat.id }).catch(sayProblem);
      else if (key === 'p' && event.shiftKey) void api.call('printPage', null).catch(sayProblem);
      else if (isReadOnly) return;
      else if (key === 'p') togglePause();
      else if (key === '.') useChatWindow.setState({ areSnippetsShown: true });
      else if (key === 'e' && event.shiftKey) end();
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [chat.id, isReadOnly, live?.timer, togglePause, end]);

  function closeSnippets(caret: number | null = null): void {
    useChatWindow.setState({ areSnippetsShown: false });
    // After the text that goes in is in the field.
    requestAnimationFrame(() => {
      composer.current?.focus();
      if (caret !== null) composer.current?.setSelectionRange(caret, caret);
    });
  }

  function insert(inserted: string): void {
    const field = composer.current;
    const { text, caret } = insertAt(draft, inserted, {
      start: field?.selectionStart ?? draft.length,
      end: field?.selectionEnd ?? draft.length,
    });
    write(text);
    closeSnippets(caret);
  }

  /** True when nothing is left to send. */
  async function send(): Promise<boolean> {
    const text = draft.trim();
    if (text === '') return true;
    if (text.length > MESSAGE_MAX_LENGTH) {
      useChatWindow.setState({ problem: 'messageTooLong' });
      return false;
    }
    write('');
    const isSaved = await writeMessage(chat.id, text);
    if (!isSaved) write(text);
    return isSaved;
  }

  async function sendAndGoOn(): Promise<void> {
    if (await send()) await goToNextChat(chat.id);
  }

  return (
    <footer className="cw-foot">
      {props.problem !== null && <Problem code={props.problem} />}
      {live?.timer === 'ending' && <UndoBar chatId={chat.id} untilMs={live.undoEndUntilMs} />}
      {!isReadOnly && (
        <ChatCards
          chat={chat}
          firstName={firstName}
          state={state}
          live={live}
          client={client}
          onSentence={(sentence) => {
            write(sentence);
            composer.current?.focus();
          }}
          onDone={() => composer.current?.focus()}
        />
      )}
      {live?.timer === 'ending' ? null : isReadOnly ? (
        <p className="acts muted s12 read-only" data-testid="chat-read-only">
          {isOwn
            ? 'This chat has ended. You can read it, nothing is counted.'
            : 'This chat belongs to another advisor. You can read it.'}
        </p>
      ) : (
        <div className="compose">
          {areSnippetsShown && (
            <SnippetPicker onChoose={({ text }) => insert(text)} onClose={() => closeSnippets()} />
          )}
          <textarea
            ref={composer}
            data-testid="chat-composer"
            aria-label={`Write to ${clientName}`}
            placeholder={`Write to ${firstName}${state === 'out' ? ', not billed' : ''}…`}
            rows={1}
            dir="auto"
            value={draft}
            onChange={(event) => write(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
              event.preventDefault();
              void (event.ctrlKey || event.metaKey ? sendAndGoOn() : send());
            }}
          />
          <div className="row between">
            <span className="muted s12 row key-hint">
              <Keys keys={['⇧', '↵']} /> New line
            </span>
            <span className="grow" />
            <span className="muted s12 row key-hint">
              <Keys keys={['Ctrl', '↵']} /> and next
            </span>
            <button
              type="button"
              className="btn pri icon s"
              data-testid="chat-send"
              aria-label="Send"
              disabled={draft.trim() === ''}
              onClick={() => void send()}
            >
              <Icon name="send" />
            </button>
          </div>
        </div>
      )}
      <div className="row between kept">
        <ChatDelivery chatId={chat.id} unconfirmedMs={live?.unconfirmedMs ?? 0} />
        <span className="muted s12 num" data-testid="chat-tracked">
          {formatElapsed(live?.trackedMs ?? 0)} in this chat
        </span>
      </div>
      <div className="acts">
        {!isReadOnly && (
          <>
            <button type="button" className="btn s" data-testid="chat-pause" onClick={togglePause}>
              <Icon name={isRunning ? 'pause' : 'play'} />
              {startWordOf(live)}
              <Keys keys={['Ctrl', 'P']} />
            </button>
            <button type="button" className="btn s" data-testid="chat-end" title="Ctrl+Shift+E" onClick={end}>
              <Icon name="end" />
              End &amp; bill
            </button>
          </>
        )}
      </div>
    </footer>
  );
}

function startWordOf(live: LiveChat | undefined): string {
  if (live?.timer === 'running') return 'Pause';
  if (live !== undefined && live.runningElsewhere !== null) return 'Take over';
  return live === undefined || live.timer === 'idle' ? 'Start' : 'Resume';
}

function UndoBar({ chatId, untilMs }: { chatId: string; untilMs: number | null }): ReactElement {
  const nowMs = useLive((state) => state.live?.serverNowMs ?? 0);
  const seconds = untilMs === null ? 0 : Math.max(0, Math.ceil((untilMs - nowMs) / 1000));
  return (
    <div className="undo" role="status">
      <span className="grow">Ended. No time is counted.</span>
      <button
        type="button"
        className="btn s"
        data-testid="chat-undo"
        autoFocus
        onClick={() => void api.call('undoEndChat', { chatId }).catch(sayProblem)}
      >
        <Icon name="undo" />
        Undo{' '}
        <span className="num" aria-hidden="true">
          {seconds} s
        </span>
        <Keys keys={['Ctrl', 'Z']} />
      </button>
    </div>
  );
}
