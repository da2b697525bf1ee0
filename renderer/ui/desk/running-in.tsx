/** The client's open chats: where each runs, and taking over what runs on another device. */
import type { ReactElement } from 'react';
import type { LiveChat } from '../../../shared/live.ts';
import type { ClientPanel } from '../../records/client-panel.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { useLive } from '../../stores/live.ts';
import { formatElapsed, formatTimeOfDay } from '../../words/format.ts';
import { takeOver } from './actions.ts';

export function RunningIn({ panel }: { panel: ClientPanel }): ReactElement | null {
  const live = useLive((state) => state.live);
  const rows = panel.openChats.flatMap((chat) => {
    const found = live?.chats.find((one) => one.chatId === chat.id);
    return found === undefined ? [] : [{ chat, found }];
  });
  if (rows.length === 0) return null;
  return (
    <section className="blk">
      <h3>Open chats</h3>
      <table className="mini-t">
        <tbody>
          {rows.map(({ chat, found }) => (
            <tr key={chat.id}>
              <td className="m">{chat.topic ?? 'Chat'}</td>
              <td className="muted num">{chat.number !== undefined && `#${chat.number}`}</td>
              <td className="muted">
                <Place live={found} />
              </td>
              <td className="n num">{formatElapsed(found.trackedMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Place({ live }: { live: LiveChat }): ReactElement {
  if (live.timer === 'running') return <>This computer</>;
  if (live.runningElsewhere !== null) {
    return (
      <>
        <bdi>{live.runningElsewhere.deviceName}</bdi> since{' '}
        <span className="num">{formatTimeOfDay(live.runningElsewhere.sinceMs)}</span>{' '}
        <TakeOverButton chatId={live.chatId} />
      </>
    );
  }
  const words = { paused: 'Paused', exhausted: 'Exhausted' } as const;
  return <>{live.timer in words ? words[live.timer as keyof typeof words] : 'Not running'}</>;
}

/** Ends the chat's time there from now on and starts it here, in its window. Ctrl P does the same on the selected row. */
export function TakeOverButton({
  chatId,
  isInTabOrder = true,
}: {
  chatId: string;
  isInTabOrder?: boolean;
}): ReactElement | null {
  const deskChat = useDeskChats((state) => state.chats?.find(({ chat }) => chat.id === chatId));
  if (deskChat === undefined) return null;
  return (
    <button
      type="button"
      className="link take-over"
      data-testid="desk-take-over"
      tabIndex={isInTabOrder ? 0 : -1}
      title="Its clock stops there and goes on here (Ctrl P)"
      onClick={() => void takeOver(deskChat)}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      Take over
    </button>
  );
}
