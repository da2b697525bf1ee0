/** A row of each list. Shape at the start, word under the time, the number never re-flows. */
import type { ReactElement, ReactNode } from 'react';
import type { LiveChat, LiveClient } from '../../../shared/live.ts';
import type { DeskChat } from '../../records/desk-lists.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { setDesk } from '../../stores/desk.ts';
import { useOutside } from '../../stores/outside.ts';
import { useLive, useLiveChat, useLiveClient } from '../../stores/live.ts';
import { awayStateOf } from '../../words/away.ts';
import { countdownText, STATE_LOOKS, stateOfChat, type StateName } from '../../words/chat-state.ts';
import {
  formatCountdown,
  formatCredits,
  formatElapsed,
  formatTimeOfDay,
  formatUnits,
  unitsToMinor,
} from '../../words/format.ts';
import { lookOfManual } from '../../words/outside.ts';
import { Shape } from '../icons.tsx';
import { Bar } from '../parts.tsx';
import { DeskDelivery } from '../outbox/delivery.tsx';
import { openChat } from './actions.ts';
import { TakeOverButton } from './running-in.tsx';

interface RowProps {
  deskChat: DeskChat;
  isSelected: boolean;
  isInTabOrder: boolean;
}

function Row({
  props,
  testId,
  className,
  state,
  children,
}: {
  props: RowProps;
  testId: string;
  className: string;
  state: StateName;
  children: ReactNode;
}): ReactElement {
  const { deskChat, isSelected, isInTabOrder } = props;
  const { chat } = deskChat;
  return (
    <div
      role="row"
      className={`chat ${className} ${STATE_LOOKS[state].className} ${isSelected ? 'sel' : ''}`}
      data-testid={testId}
      data-chat-id={chat.id}
      data-state={state}
      tabIndex={isInTabOrder ? 0 : -1}
      aria-selected={isSelected}
      onFocus={() => setDesk({ selectedChatId: chat.id })}
      onDoubleClick={() => void openChat(deskChat)}
    >
      <Shape name={STATE_LOOKS[state].shape} />
      {children}
    </div>
  );
}

function Who({ deskChat, children }: { deskChat: DeskChat; children?: ReactNode }): ReactElement {
  const { chat, clientName } = deskChat;
  return (
    <div className="who">
      <bdi title={clientName}>{clientName}</bdi>
      {chat.topic !== undefined && <span className="topic clip">{chat.topic}</span>}
      {chat.number !== undefined && <span className="topic num">#{chat.number}</span>}
      {children}
    </div>
  );
}

function lastLineOf({ lastMessage }: DeskChat, live: LiveChat | undefined): string {
  if (live?.runningElsewhere)
    return `On ${live.runningElsewhere.deviceName} since ${formatTimeOfDay(live.runningElsewhere.sinceMs)}`;
  if (live?.away !== undefined) return awayStateOf(live.away);
  if (lastMessage === null) return 'No messages yet';
  return `${lastMessage.from === 'advisor' ? 'You: ' : ''}${lastMessage.text}`;
}

export function LiveRow(props: RowProps): ReactElement {
  const { deskChat } = props;
  const { chat, unreadCount } = deskChat;
  const live = useLiveChat(chat.id);
  const client = useLiveClient(chat.userId);
  const state = stateOfChat(live, client);
  return (
    <Row props={props} testId="desk-live-row" className={unreadCount > 0 ? 'new' : ''} state={state}>
      <div role="gridcell" className="text">
        <Who deskChat={deskChat}>
          {client !== undefined && client.runningChats > 1 && (
            <span className="chip">{client.runningChats} chats</span>
          )}
        </Who>
        <div className="last">
          <span className="clip">{lastLineOf(deskChat, live)}</span>
          {live !== undefined && live.runningElsewhere !== null && live.timer !== 'running' && (
            <TakeOverButton chatId={chat.id} isInTabOrder={false} />
          )}
          <DeskDelivery chatId={chat.id} unconfirmedMs={live?.unconfirmedMs ?? 0} />
          {unreadCount > 0 && (
            <span className="unread num">
              {unreadCount}
              <span className="hidden"> unread</span>
            </span>
          )}
        </div>
      </div>
      <div role="gridcell" className="fund">
        {client === undefined ? (
          <span />
        ) : (
          <Funds client={client} state={state} unconfirmedMs={live?.unconfirmedMs ?? 0} />
        )}
      </div>
      <div role="gridcell" className="left">
        <span className="t">
          {client === undefined || client.kind === 'unpriced'
            ? formatElapsed(live?.trackedMs ?? 0)
            : countdownText(client, state)}
        </span>
        <span className={`state ${STATE_LOOKS[state].className}`}>{STATE_LOOKS[state].word}</span>
      </div>
    </Row>
  );
}

function Funds({
  client,
  state,
  unconfirmedMs,
}: {
  client: LiveClient;
  state: StateName;
  unconfirmedMs: number;
}): ReactElement {
  const mark = client.isUnconfirmed ? '≈ ' : '';
  if (client.kind === 'free') {
    return (
      <>
        <Bar
          percent={(client.freeLeftMs / Math.max(1, client.freeGrantedMs)) * 100}
          className={state === 'paused' ? 'st-paused' : 'st-free'}
        />
        <span className="num">{`${mark}${formatCountdown(client.freeLeftMs)} free`}</span>
      </>
    );
  }
  const credited = Math.max(1, client.creditedMinor);
  const unconfirmedMinor = (unconfirmedMs / 60_000) * client.ratePerMinuteMinor;
  const look =
    state === 'low' || state === 'out' || state === 'paused' ? STATE_LOOKS[state].className : 'st-paid';
  return (
    <>
      <Bar
        percent={(unitsToMinor(client.balanceUnits) / credited) * 100}
        className={look}
        unconfirmedPercent={(unconfirmedMinor / credited) * 100}
      />
      <span className="num">{`${mark}${formatUnits(client.balanceUnits)}`}</span>
    </>
  );
}

export function WaitingRow(props: RowProps): ReactElement {
  const { deskChat } = props;
  const nowMs = useLive((state) => state.live?.serverNowMs ?? 0);
  const waited = deskChat.waitingSinceMs === null ? null : nowMs - deskChat.waitingSinceMs;
  return (
    <Row props={props} testId="desk-waiting-row" className="compact" state="wait">
      <div role="gridcell" className="who text">
        <bdi className="clip">{deskChat.clientName}</bdi>
        <span className="clip muted">
          {deskChat.lastMessage === null
            ? (deskChat.chat.topic ?? 'New chat')
            : lastLineOf(deskChat, undefined)}
        </span>
      </div>
      <div role="gridcell">
        {deskChat.unreadCount > 0 && (
          <span className="unread num">
            {deskChat.unreadCount}
            <span className="hidden"> unread</span>
          </span>
        )}
      </div>
      <div role="gridcell" className="left">
        <span className="t" title="Waiting since the last unanswered message">
          {waited === null ? '–' : formatElapsed(waited)}
        </span>
      </div>
    </Row>
  );
}

export function EndedRow(props: RowProps): ReactElement {
  const { deskChat } = props;
  const { chat } = deskChat;
  const totals = useDeskChats((state) => state.totals.get(chat.id));
  const live = useLiveChat(chat.id);
  const byHand = useOutside(({ entries }) =>
    entries.find((one) => one.isOutside && one.chat?.id === chat.id),
  );
  return (
    <Row props={props} testId="desk-ended-row" className="compact" state="ended">
      <div role="gridcell" className="text">
        <Who deskChat={deskChat} />
      </div>
      <div role="gridcell" className="num muted s12 row">
        <DeskDelivery chatId={chat.id} unconfirmedMs={live?.unconfirmedMs ?? 0} />
        {byHand !== undefined && byHand.state.kind !== 'counted'
          ? lookOfManual(byHand.state, byHand.segment.elapsedMs).word
          : totals === undefined
            ? 'Not settled yet'
            : formatCredits(totals.chargeMinor)}
      </div>
      <div role="gridcell" className="left">
        <span className="t">{formatElapsed(totals?.trackedMs ?? live?.trackedMs ?? 0)}</span>
      </div>
    </Row>
  );
}
