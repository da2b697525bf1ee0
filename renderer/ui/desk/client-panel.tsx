/** The selected client: the shared countdown, free time, credits, where it runs, the last sessions. */
import { useMemo, type ReactElement } from 'react';
import type { LiveClient } from '../../../shared/live.ts';
import { observeClientPanel, type ClientPanel as Panel } from '../../records/client-panel.ts';
import type { DeskChat } from '../../records/desk-lists.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { useDeskDatabase } from '../../stores/desk-database.ts';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { useLive, useLiveClient } from '../../stores/live.ts';
import { useSignedIn } from '../../stores/session.ts';
import { countdownText, STATE_LOOKS, type StateName } from '../../words/chat-state.ts';
import { codeOfError } from '../../words/errors.ts';
import {
  firstNameOf,
  formatCountdown,
  formatCredits,
  formatDay,
  formatElapsed,
  formatMinor,
  formatTimeOfDay,
  formatUnits,
  initialsOf,
  unitsToMinor,
} from '../../words/format.ts';
import { Icon, Shape } from '../icons.tsx';
import { ClientNotes } from '../notes/client-notes.tsx';
import { Bar, Keys, StateMark } from '../parts.tsx';
import { useObservable } from '../use-observable.ts';
import { useIsNarrow } from '../use-is-narrow.ts';
import { openChat, showHistory } from './actions.ts';
import { MuteButton } from './mute-button.tsx';
import { RunningIn } from './running-in.tsx';

export function ClientPanel(): ReactElement {
  const selectedId = useDesk((state) => state.selectedChatId);
  const isPage = useDesk((state) => state.isPanelPage);
  const deskChat = useDeskChats((state) => state.chats?.find(({ chat }) => chat.id === selectedId));
  const isAlone = useIsNarrow() && isPage && deskChat !== undefined;
  const Region = isAlone ? 'main' : 'aside';
  return (
    <Region
      className={`panel ${isAlone ? 'page-of-its-own' : ''}`}
      aria-label="Client"
      data-testid="desk-panel"
      tabIndex={-1}
    >
      {isAlone && <h1 className="hidden">Client</h1>}
      {deskChat === undefined ? (
        <NobodySelected />
      ) : (
        <Client key={deskChat.chat.userId} deskChat={deskChat} />
      )}
    </Region>
  );
}

function NobodySelected(): ReactElement {
  const session = useSignedIn();
  const live = useLive((state) => state.live);
  return (
    <>
      <header>
        <div className="grow">
          <h2 className="h16">
            Hello, <bdi>{firstNameOf(session?.member.name ?? '')}</bdi>
          </h2>
          <div className="muted s12">
            <bdi>{session?.organisationName}</bdi>
            {session?.isPractice && ' · nothing here is real'}
          </div>
        </div>
      </header>
      {live !== null && (
        <section className="blk">
          <h3>Ready to work</h3>
          <div className="kv">
            <span>Server</span>
            <span className="muted">
              {live.connection.phase === 'online' ? 'answers' : 'out of reach, you can go on'}
            </span>
            <span>Clock</span>
            <span className="muted">
              {live.isClockAnchored ? 'in step with the server' : 'not compared yet'}
            </span>
            <span>Outbox</span>
            <span className="muted">
              {live.outbox.waiting === 0 ? 'everything is at the server' : `${live.outbox.waiting} kept here`}
            </span>
          </div>
        </section>
      )}
      <section className="blk grow">
        <h3>Three keys worth knowing</h3>
        <div className="stack gap10">
          {[
            ['Find anything, do anything', ['Ctrl', 'K']],
            ['Next that needs you', ['Ctrl', 'J']],
            ['Start a chat', ['N']],
          ].map(([name, keys]) => (
            <div className="row between" key={name as string}>
              <span>{name}</span>
              <Keys keys={keys as string[]} />
            </div>
          ))}
        </div>
      </section>
    </>
  );
}

function Client({ deskChat }: { deskChat: DeskChat }): ReactElement {
  const { chat, clientName } = deskChat;
  const database = useDeskDatabase((state) => state.database);
  const client = useLiveClient(chat.userId);
  const panel = useObservable(
    useMemo(
      () => (database === null ? null : observeClientPanel(database, chat.userId)),
      [database, chat.userId],
    ),
    (error) => setDesk({ problem: codeOfError(error) }),
  );
  return (
    <>
      <header>
        <button
          type="button"
          className="btn icon ghost back"
          aria-label="Back to the list"
          onClick={() => setDesk({ isPanelPage: false })}
        >
          <Icon name="left" className="flip" />
        </button>
        <span className="avatar" aria-hidden="true">
          {initialsOf(clientName)}
        </span>
        <div className="grow">
          <h2 className="h16 clip" title={clientName}>
            <bdi>{clientName}</bdi>
          </h2>
          <div className="muted s12 clip">
            {chat.topic}
            {chat.number !== undefined && ` #${chat.number}`}
          </div>
        </div>
        <MuteButton chatId={chat.id} />
        <button type="button" className="btn" onClick={() => void openChat(deskChat)}>
          {chat.endedAtMs > 0 ? 'Read chat' : 'Open chat'}
          <Keys keys={['↵']} />
        </button>
      </header>
      {client !== undefined && <Countdown client={client} />}
      {panel !== undefined && <RunningIn panel={panel} />}
      {panel !== undefined && panel.lastSessions.length > 0 && (
        <LastSessions panel={panel} userId={chat.userId} />
      )}
      {database !== null && (
        <ClientNotes
          database={database}
          userId={chat.userId}
          chatId={chat.id}
          onFailed={(error) => setDesk({ problem: codeOfError(error) })}
        />
      )}
    </>
  );
}

const KIND_STATES: Record<LiveClient['kind'], StateName> = {
  free: 'free',
  paid: 'paid',
  low: 'low',
  exhausted: 'out',
  unpriced: 'unpriced',
};

function Countdown({ client }: { client: LiveClient }): ReactElement {
  const state =
    client.isUnconfirmed && client.kind !== 'exhausted' && client.kind !== 'low'
      ? 'unconf'
      : KIND_STATES[client.kind];
  const isInk = state === 'free' || state === 'paid' || state === 'unpriced';
  const creditPercent =
    client.creditedMinor <= 0 ? 0 : (unitsToMinor(client.balanceUnits) / client.creditedMinor) * 100;
  const afterMs = client.totalLeftMs === null ? null : client.totalLeftMs - client.countdownMs;
  return (
    <section className={`cd ${STATE_LOOKS[state].className}`} aria-label="Shared countdown">
      <div className="row between">
        <span className="muted s12 m">{client.runningChats > 1 ? 'Shared countdown' : 'Countdown'}</span>
        <span className={`badge ${STATE_LOOKS[state].className}`}>
          <Shape name={STATE_LOOKS[state].shape} />
          {client.kind === 'free' && client.balanceUnits > 0 ? 'Free, then paid' : STATE_LOOKS[state].word}
        </span>
      </div>
      <div className="countrow">
        <span className={`countdown ${isInk ? '' : 'st'}`}>
          {client.kind === 'unpriced' ? '–' : countdownText(client, state)}
        </span>
        <div className="note">
          {client.kind === 'free' && (
            <div className="m">
              free
              {afterMs !== null && afterMs > 0 && (
                <>
                  , then <span className="num">{formatCountdown(afterMs)}</span> paid
                </>
              )}
            </div>
          )}
          {client.kind !== 'free' && (
            <div className="m num">{formatCredits(client.ratePerMinuteMinor)} a minute</div>
          )}
          <div className="muted s12">{contextOf(client)}</div>
        </div>
      </div>
      <div className="stack gap10">
        {client.freeGrantedMs > 0 && (
          <div className="stack gap5">
            <div className="row between s12">
              <StateMark state="free">Free time</StateMark>
              <span className="num">
                <b className="m">{formatCountdown(client.freeLeftMs)}</b>{' '}
                <span className="muted">of {formatCountdown(client.freeGrantedMs)}</span>
              </span>
            </div>
            <Bar percent={(client.freeLeftMs / client.freeGrantedMs) * 100} className="st-free lg" />
          </div>
        )}
        <div className="stack gap5">
          <div className="row between s12">
            <StateMark state="paid">Credits</StateMark>
            <span className="num">
              <b className="m">{`${client.isUnconfirmed ? '≈ ' : ''}${formatUnits(client.balanceUnits)}`}</b>{' '}
              <span className="muted">of {formatMinor(client.creditedMinor)}</span>
            </span>
          </div>
          <Bar percent={creditPercent} className={`${state === 'low' ? 'st-low' : 'st-paid'} lg`} />
        </div>
      </div>
      {client.whatIf.length > 0 && (
        <div className="whatif">
          {client.whatIf.map(({ chats, totalLeftMs }) => (
            <div key={chats} className={chats === client.runningChats ? 'on' : ''}>
              <span>
                With {chats}
                {chats === 1 ? ' chat' : ''}
                {chats === client.runningChats ? ', now' : ''}
              </span>{' '}
              <b>{totalLeftMs === null ? '–' : formatCountdown(totalLeftMs)}</b>
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

function contextOf(client: LiveClient): string {
  const parts = [
    client.totalLeftMs === null ? null : `${formatCountdown(client.totalLeftMs)} in all`,
    client.runningChats > 1
      ? `shared by ${client.runningChats} chats`
      : client.runningChats === 0
        ? 'no clock runs'
        : null,
  ];
  const ends = client.endsAtMs === null ? '' : ` · ends ${formatTimeOfDay(client.endsAtMs)}`;
  return parts.filter(Boolean).join(', ') + ends;
}

function LastSessions({ panel, userId }: { panel: Panel; userId: string }): ReactElement {
  return (
    <section className="blk">
      <h3>
        Last sessions
        <button type="button" className="link" onClick={() => showHistory(userId)}>
          All chats
        </button>
      </h3>
      <table className="mini-t">
        <tbody>
          {panel.lastSessions.map(({ chat, totals }) => (
            <tr key={chat.id}>
              <td className="muted num">{formatDay(chat.endedAtMs)}</td>
              <td>{chat.topic ?? 'Chat'}</td>
              <td className="n num muted">{totals === null ? '' : formatElapsed(totals.trackedMs)}</td>
              <td className="n num">
                {totals === null ? 'Not settled yet' : formatCredits(totals.chargeMinor)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
