/** The messages of the chat, as text and nothing but text. */
import { useEffect, useLayoutEffect, useRef, type ReactElement, type ReactNode } from 'react';
import { ERROR_CODES, type ErrorCode } from '../../../shared/errors.ts';
import { api } from '../../api.ts';
import type { TranscriptMessage } from '../../records/transcript.ts';
import { sayProblem } from '../../stores/chat.ts';
import { ERROR_WORDS } from '../../words/errors.ts';
import { formatDay, formatTimeOfDay } from '../../words/format.ts';
import { Icon } from '../icons.tsx';

/** Nearer to the end than this, a new message scrolls into view. */
const AT_END_PX = 80;

export function Transcript({
  messages,
  isReady,
  openedAtMs,
  endLine,
  title,
}: {
  messages: TranscriptMessage[] | null;
  isReady: boolean;
  openedAtMs: number;
  /** What the clock does next; seen, not read aloud: the announcements say it at their instants. */
  endLine: ReactNode;
  /** Whose conversation it is: stands above it on paper. */
  title: { clientName: string; topic?: string | undefined; number?: string | undefined };
}): ReactElement {
  const log = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    const element = log.current;
    if (element === null) return;
    const remember = () => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < AT_END_PX;
    };
    const stay = new ResizeObserver(() => {
      if (isAtEnd.current) element.scrollTop = element.scrollHeight;
    });
    element.addEventListener('scroll', remember);
    stay.observe(element);
    return () => {
      element.removeEventListener('scroll', remember);
      stay.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    if (log.current !== null && isAtEnd.current) log.current.scrollTop = log.current.scrollHeight;
  }, [messages]);

  return (
    <main className="log-area">
      <div
        className="log"
        role="log"
        aria-label="Messages"
        tabIndex={0}
        ref={log}
        data-testid="chat-transcript"
        aria-busy={!isReady}
      >
        <div className="only-print">
          <b>
            <bdi>{title.clientName}</bdi>
          </b>
          <div>
            {title.topic ?? 'Chat'} {title.number !== undefined && `#${title.number}`} ·{' '}
            {formatDay(openedAtMs)}
          </div>
        </div>
        <div className="mark">
          <span>
            Chat opened <span className="num">{formatTimeOfDay(openedAtMs)}</span>
          </span>
        </div>
        {messages?.length === 0 && <p className="muted s12">No messages yet.</p>}
        {messages?.map((message, index) => {
          const next = messages[index + 1];
          return (
            <Line
              key={message.id}
              message={message}
              who={message.from === 'advisor' ? 'Advisor' : title.clientName}
              isLastOfGroup={
                next === undefined ||
                next.from !== message.from ||
                message.mark === 'refused' ||
                next.mark !== message.mark
              }
            />
          );
        })}
        {endLine !== null && (
          <div className="mark" aria-hidden="true">
            <span>{endLine}</span>
          </div>
        )}
      </div>
    </main>
  );
}

function Line({
  message,
  who,
  isLastOfGroup,
}: {
  message: TranscriptMessage;
  who: string;
  isLastOfGroup: boolean;
}): ReactElement {
  const isMine = message.from === 'advisor';
  return (
    <div
      className={`msg ${isMine ? 'me' : ''} ${message.mark === 'refused' ? 'fail' : ''}`}
      data-testid="chat-message"
      data-mark={message.mark}
      data-from={message.from}
    >
      <p dir="auto">{message.text}</p>
      {isLastOfGroup && (
        <div className="meta">
          <bdi className="only-print">{who}</bdi>
          {message.mark === 'refused' ? (
            <NotSent message={message} />
          ) : (
            <time className="num">{formatTimeOfDay(message.atMs)}</time>
          )}
          {isMine && message.mark === 'saved' && (
            <>
              <Icon name="check" />
              <span>Saved here</span>
            </>
          )}
          {isMine && message.mark === 'atServer' && (
            <>
              <Icon name="checks" />
              <span>At server</span>
            </>
          )}
        </div>
      )}
    </div>
  );
}

function NotSent({ message }: { message: TranscriptMessage }): ReactElement {
  const code = ERROR_CODES.find((one): one is ErrorCode => one === message.refusedCode) ?? 'internal';
  return (
    <>
      <span className="row gap5 st-out st" title={ERROR_WORDS[code].todo}>
        <Icon name="alert" />
        Not sent. {ERROR_WORDS[code].happened}
      </span>
      <button
        type="button"
        className="link"
        onClick={() => void api.call('retryRefusedRow', { id: message.id }).catch(sayProblem)}
      >
        Retry
      </button>
    </>
  );
}
