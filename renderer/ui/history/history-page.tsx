/** All chats with one client, and each to read. Reading starts no clock; an open chat is opened by its button. */
import { useMemo, useState, type ReactElement } from 'react';
import type { LocalDatabase } from '../../database/local-database.ts';
import { observeClientHistory, type HistoryChat } from '../../records/client-history.ts';
import { observeTranscript } from '../../records/transcript.ts';
import { useDeskDatabase } from '../../stores/desk-database.ts';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { codeOfError } from '../../words/errors.ts';
import { formatCredits, formatDay, formatElapsed } from '../../words/format.ts';
import { Transcript } from '../chat/transcript.tsx';
import { openChat } from '../desk/actions.ts';
import { Icon } from '../icons.tsx';
import { ClientNotes } from '../notes/client-notes.tsx';
import { useIsNarrow } from '../use-is-narrow.ts';
import { useObservable } from '../use-observable.ts';

const STEP = 30;
/** Messages of one chat that are shown, the newest. */
const MESSAGES_MAX = 2_000;

const sayProblem = (error: unknown) => setDesk({ problem: codeOfError(error) });

export function HistoryPage(): ReactElement {
  const database = useDeskDatabase((state) => state.database);
  const userId = useDesk((state) => state.historyUserId);
  if (database === null || userId === null)
    return (
      <main className="page" aria-label="History">
        <p className="muted">Choose a client on the desk or search for one.</p>
      </main>
    );
  return <History key={userId} database={database} userId={userId} />;
}

function History({ database, userId }: { database: LocalDatabase; userId: string }): ReactElement {
  const [limit, setLimit] = useState(STEP);
  const wantedId = useDesk((state) => state.historyChatId);
  const history = useObservable(
    useMemo(() => observeClientHistory(database, userId, limit), [database, userId, limit]),
    sayProblem,
  );
  const chosen = history?.chats.find(({ chat }) => chat.id === wantedId) ?? history?.chats[0];
  return (
    <div className="history">
      <section className="chats" aria-label="History of the client">
        <header className="blk row">
          <button
            type="button"
            className="btn icon ghost"
            aria-label="Back to the desk"
            onClick={() => setDesk({ page: 'desk' })}
          >
            <Icon name="left" className="flip" />
          </button>
          <h1 className="h16 clip">
            <bdi>{history?.name}</bdi>
          </h1>
        </header>
        {history?.chats.length === 0 && <p className="blk muted">No chat with this client is here.</p>}
        <nav aria-label="Chats with the client">
          {history?.chats.map((one) => (
            <ChatEntry key={one.chat.id} entry={one} isChosen={one === chosen} />
          ))}
        </nav>
        {history?.hasMore === true && (
          <div className="more">
            <button type="button" className="btn s" onClick={() => setLimit(limit + STEP)}>
              Show older chats
            </button>
          </div>
        )}
      </section>
      {chosen !== undefined && history !== undefined && (
        <Reading key={chosen.chat.id} database={database} entry={chosen} clientName={history.name} />
      )}
    </div>
  );
}

function ChatEntry({ entry, isChosen }: { entry: HistoryChat; isChosen: boolean }): ReactElement {
  const { chat, totals, messages } = entry;
  return (
    <button
      type="button"
      className="pick"
      aria-current={isChosen}
      onClick={() => setDesk({ historyChatId: chat.id })}
    >
      <span className="row between">
        <span className="clip" dir="auto">
          {chat.topic ?? 'Chat'} {chat.number !== undefined && <span className="muted">#{chat.number}</span>}
        </span>
        <span className="muted num">{formatDay(chat.openedAtMs)}</span>
      </span>
      <span className="row between muted s12 num">
        <span>
          {chat.endedAtMs === 0 ? 'Open · ' : ''}
          {messages === 1 ? '1 message' : `${messages} messages`}
        </span>
        <span>
          {totals === null
            ? 'Not settled yet'
            : `${formatElapsed(totals.trackedMs)} · free ${formatElapsed(totals.freeMs)} · paid ${formatElapsed(totals.paidMs)} · ${formatCredits(totals.chargeMinor)}`}
        </span>
      </span>
    </button>
  );
}

/** The chat, and the notes on its client beside it. */
function Reading({
  database,
  entry,
  clientName,
}: {
  database: LocalDatabase;
  entry: HistoryChat;
  clientName: string;
}): ReactElement {
  const { chat } = entry;
  const isNarrow = useIsNarrow();
  const isNoteWanted = useDesk((state) => state.areHistoryNotesShown);
  const [chosen, setChosen] = useState<boolean | null>(null);
  const areNotesShown = chosen ?? (isNoteWanted || !isNarrow);
  const messages = useObservable(
    useMemo(() => observeTranscript(database, chat.id, { limit: MESSAGES_MAX }), [database, chat.id]),
    sayProblem,
  );
  return (
    <div className={`read ${areNotesShown ? 'noted' : ''}`}>
      <section className="blk row" aria-label="The chat that is read">
        <span className="grow muted s12">
          {chat.endedAtMs > 0
            ? `Ended ${formatDay(chat.endedAtMs)}. You can read it, nothing is counted.`
            : 'Open. Reading it here starts no clock.'}
        </span>
        <button
          type="button"
          className="btn s ghost"
          aria-expanded={areNotesShown}
          data-testid="history-notes"
          onClick={() => setChosen(!areNotesShown)}
        >
          Notes
        </button>
        {chat.endedAtMs === 0 && (
          <button type="button" className="btn s" onClick={() => void openChat({ chat, clientName })}>
            Open chat
          </button>
        )}
      </section>
      <Transcript
        messages={messages ?? null}
        isReady={messages !== undefined}
        openedAtMs={chat.openedAtMs}
        endLine={null}
        title={{ clientName, topic: chat.topic, number: chat.number }}
      />
      {areNotesShown && (
        <aside className="noted-notes" aria-label="Notes on the client">
          <h2 className="hidden">Notes on the client</h2>
          <ClientNotes database={database} userId={chat.userId} chatId={chat.id} onFailed={sayProblem} />
        </aside>
      )}
    </div>
  );
}
