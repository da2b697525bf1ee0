/** One chat. The window is made hidden and without a chat; main gives it one, and it is on screen at once. */
import { useCallback, useEffect, useMemo, useState, type ReactElement } from 'react';
import type { Chat } from '../../../shared/rows.ts';
import { api } from '../../api.ts';
import { markChatRead } from '../../records/desk-lists.ts';
import { observeChat, observeTranscript } from '../../records/transcript.ts';
import {
  followAssignment,
  prepareDatabase,
  sayProblem,
  useChatWindow,
  writeMessage,
} from '../../stores/chat.ts';
import { followLive, useLive, useLiveChat, useLiveClient } from '../../stores/live.ts';
import { followSession, useSession, useSignedIn } from '../../stores/session.ts';
import { stateOfChat, windowTitle } from '../../words/chat-state.ts';
import { endLineOf } from '../../words/end-line.ts';
import { formatTimeOfDay } from '../../words/format.ts';
import { Announcer } from '../announcer.tsx';
import { Icon, Logo } from '../icons.tsx';
import { Problem, WindowButtons } from '../parts.tsx';
import { useObservable } from '../use-observable.ts';
import { ChatFoot } from './chat-foot.tsx';
import { ChatPalette, usePaletteKey } from './chat-palette.tsx';
import { NotesPanel } from './notes-panel.tsx';
import { TimeBar } from './time-bar.tsx';
import { Transcript } from './transcript.tsx';

async function start(): Promise<void> {
  await followSession();
  const { session } = useSession.getState();
  if (session?.phase !== 'signedIn') return;
  prepareDatabase(session).catch(() => undefined); // Told when a chat needs it.
  await followLive();
  await followAssignment();
}

export function ChatWindow(): ReactElement {
  const assignment = useChatWindow((state) => state.assignment);
  useEffect(() => {
    start().catch(sayProblem);
    return api.on('answerRecorded', ({ chatId, text }) => {
      if (useChatWindow.getState().assignment?.chat.id === chatId) void writeMessage(chatId, text);
    });
  }, []);
  if (assignment === null) return <EmptyWindow />;
  return <OpenChat key={assignment.chat.id} chat={assignment.chat} clientName={assignment.clientName} />;
}

function EmptyWindow(): ReactElement {
  const problem = useChatWindow((state) => state.problem);
  return (
    <div className="cw">
      <Header chat={null} clientName="" />
      {problem !== null && <Problem code={problem} />}
    </div>
  );
}

function OpenChat({ chat, clientName }: { chat: Chat; clientName: string }): ReactElement {
  const database = useChatWindow((state) => state.database);
  const problem = useChatWindow((state) => state.problem);
  const isOwn = chat.advisorId === useSignedIn()?.member.id;
  const [areNotesShown, setNotesShown] = useState(false);
  const [isPaletteShown, setPaletteShown] = useState(false);
  usePaletteKey(useCallback(() => setPaletteShown(true), []));
  const live = useLiveChat(chat.id);
  const client = useLiveClient(chat.userId);
  const stored = useObservable(
    useMemo(() => (database === null ? null : observeChat(database, chat.id)), [database, chat.id]),
    sayProblem,
  );
  const messages = useObservable(
    useMemo(() => (database === null ? null : observeTranscript(database, chat.id)), [database, chat.id]),
    sayProblem,
  );
  const isEnding = live?.timer === 'ending';
  const isEnded = ((stored?.endedAtMs ?? 0) > 0 && !isEnding) || live?.timer === 'ended';
  const isReadOnly = isEnded || isEnding || !isOwn;
  const state = stateOfChat(live, client, isEnded);
  const countdownMs = client?.countdownMs ?? 0;
  const announced = useMemo(
    () => [{ chatId: chat.id, clientName: '', state, countdownMs }],
    [chat.id, state, countdownMs],
  );

  const title = windowTitle(state, client, clientName);
  useEffect(() => {
    document.title = title;
    api.call('setTitle', { title }).catch(() => undefined); // The next second says it again.
  }, [title]);

  useEffect(() => {
    const lastOrder = messages?.at(-1)?.order;
    if (database === null || lastOrder === undefined) return;
    const read = () => {
      if (document.visibilityState === 'visible' && document.hasFocus()) {
        // Only a mark of what was seen; the next message tries again.
        markChatRead(database, chat.id, lastOrder).catch(() => undefined);
      }
    };
    read();
    window.addEventListener('focus', read);
    return () => window.removeEventListener('focus', read);
  }, [database, chat.id, messages]);

  return (
    <div className="cw">
      <Header
        chat={chat}
        clientName={clientName}
        {...(isOwn && { onNotes: () => setNotesShown(!areNotesShown), areNotesShown })}
      />
      {areNotesShown && database !== null && (
        <NotesPanel database={database} chat={chat} onClose={() => setNotesShown(false)} />
      )}
      <ConnectionStrip />
      <TimeBar live={live} client={client} state={state} endedAtMs={stored?.endedAtMs ?? 0} />
      <Transcript
        messages={messages ?? null}
        isReady={database !== null}
        openedAtMs={chat.openedAtMs}
        title={{ clientName, topic: chat.topic, number: chat.number }}
        endLine={endLineOf(state, client, stored?.endedAtMs ?? 0)}
      />
      <ChatFoot
        chat={chat}
        clientName={clientName}
        state={state}
        live={live}
        client={client}
        problem={problem}
        isReadOnly={isReadOnly}
        isOwn={isOwn}
      />
      {isPaletteShown && (
        <ChatPalette
          chat={chat}
          live={live}
          isReadOnly={isReadOnly}
          isOwn={isOwn}
          onNotes={() => setNotesShown(true)}
          onClose={() => setPaletteShown(false)}
        />
      )}
      <Announcer chats={announced} />
    </div>
  );
}

function Header({
  chat,
  clientName,
  onNotes,
  areNotesShown = false,
}: {
  chat: Chat | null;
  clientName: string;
  onNotes?(): void;
  areNotesShown?: boolean;
}): ReactElement {
  return (
    <header className="cw-title">
      <Logo />
      <h1 className="row grow gap5" title={[clientName, chat?.topic].filter(Boolean).join(', ')}>
        <bdi className="b clip">{clientName}</bdi>
        {chat?.topic !== undefined && (
          <span className="muted s12 clip topic" dir="auto">
            {chat.topic}
          </span>
        )}
        {chat?.number !== undefined && <span className="muted s12 num">#{chat.number}</span>}
      </h1>
      {onNotes !== undefined && (
        <button
          type="button"
          className="btn s ghost"
          aria-expanded={areNotesShown}
          data-testid="chat-notes"
          onClick={onNotes}
        >
          Notes
        </button>
      )}
      <WindowButtons />
    </header>
  );
}

/** One line while the server is out of reach: what is safe comes first. */
function ConnectionStrip(): ReactElement {
  const connection = useLive((state) => state.live?.connection);
  const needsSignIn = useSignedIn()?.needsSignIn ?? false;
  if (needsSignIn || connection?.phase === 'refused') {
    return (
      <div className="strip st-low" role="status">
        <Icon name="lock" />
        <span className="grow">
          <b>Not signed in at the server.</b> You can go on; time is kept here. Sign in again on the desk.
        </span>
      </div>
    );
  }
  if (connection?.phase !== 'offline') return <div />;
  return (
    <div className="strip st-unconf" role="status">
      <Icon name="cloudoff" />
      <span className="grow">
        <b>Offline since {formatTimeOfDay(connection.sinceMs)}</b> — go on; time is kept and marked
        unconfirmed
      </span>
    </div>
  );
}
