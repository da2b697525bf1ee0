/** Where a chat's time and messages are, in word and shape: saved here, queued, at the server, not sent. */
import { useEffect, useState, type ReactElement } from 'react';
import { deliveryOf, type ChatQueue, type Delivery } from '../../../shared/queue.ts';
import { api } from '../../api.ts';
import { sayProblem } from '../../stores/chat.ts';
import { useLive } from '../../stores/live.ts';
import { useQueue } from '../../stores/queue.ts';
import { DELIVERY_WORDS } from '../../words/queue.ts';
import { Icon } from '../icons.tsx';

const ICONS = { saved: 'check', queued: 'send', atServer: 'checks', refused: 'alert' } as const;
const NOTHING: ChatQueue = { segments: 0, messages: 0, refused: 0 };
const READ_EVERY_MS = 1_000;

interface DeliveryMarkProps {
  time: Delivery;
  messages: Delivery;
  /** Where there is room for one of the two: what is at the server already is left out. */
  isShort?: boolean;
}

export function DeliveryMark({ time, messages, isShort = false }: DeliveryMarkProps): ReactElement {
  const both = [
    { is: time, of: 'Time' },
    { is: messages, of: 'Messages' },
  ];
  const said =
    time === messages
      ? [{ is: time, of: 'Time and messages' }]
      : isShort
        ? both.filter(({ is }) => is !== 'atServer')
        : both;
  return (
    <span className="delivery s12" data-testid="delivery" data-time={time} data-messages={messages}>
      {said.map(({ is, of }) => (
        <span
          key={of}
          className={`row ${is === 'refused' ? 'st-out st' : 'muted'}`}
          title={`${of}: ${DELIVERY_WORDS[is]}`}
        >
          <Icon name={ICONS[is]} />
          {time !== messages && <span>{of}:</span>}
          <span>{DELIVERY_WORDS[is]}</span>
        </span>
      ))}
    </span>
  );
}

function markOf(queue: ChatQueue, unconfirmedMs: number, isOnline: boolean, isShort = false): ReactElement {
  return (
    <DeliveryMark
      isShort={isShort}
      time={deliveryOf(queue.segments, 0, unconfirmedMs, isOnline)}
      messages={deliveryOf(queue.messages, queue.refused, 0, isOnline)}
    />
  );
}

/** On the desk, of any chat. */
export function DeskDelivery({
  chatId,
  unconfirmedMs,
}: {
  chatId: string;
  unconfirmedMs: number;
}): ReactElement {
  const isOnline = useLive((state) => state.live?.connection.phase === 'online');
  const group = useQueue((state) => state.queue?.groups.find((one) => one.chatId === chatId));
  const refused = useQueue(
    (state) => state.refused.filter(({ row }) => ('chatId' in row ? row.chatId : row.id) === chatId).length,
  );
  return markOf({ ...NOTHING, ...group, refused }, unconfirmedMs, isOnline, true);
}

/** In the chat's own window, which asks main for its chat alone. */
export function ChatDelivery({
  chatId,
  unconfirmedMs,
}: {
  chatId: string;
  unconfirmedMs: number;
}): ReactElement {
  const isOnline = useLive((state) => state.live?.connection.phase === 'online');
  const queue = useChatQueue(chatId);
  return markOf(queue, unconfirmedMs, isOnline);
}

function useChatQueue(chatId: string): ChatQueue {
  const counts = useLive(({ live }) => `${live?.outbox.waiting ?? 0} ${live?.outbox.refused ?? 0}`);
  const isEmpty = counts === '0 0';
  const [queue, setQueue] = useState(NOTHING);
  useEffect(() => {
    if (isEmpty) return;
    let isStale = false;
    const read = () =>
      void api.call('readChatQueue', { chatId }).then((answer) => !isStale && setQueue(answer), sayProblem);
    read();
    const timer = setInterval(read, READ_EVERY_MS);
    return () => {
      isStale = true;
      clearInterval(timer);
    };
  }, [chatId, isEmpty]);
  return isEmpty ? NOTHING : queue;
}
