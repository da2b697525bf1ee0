/** Chats ended a moment ago: undone here as in their own windows, within 8 seconds. */
import type { ReactElement } from 'react';
import type { LiveChat } from '../../../shared/live.ts';
import { api } from '../../api.ts';
import { useDeskChats } from '../../stores/desk-chats.ts';
import { setDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { codeOfError } from '../../words/errors.ts';
import { Icon } from '../icons.tsx';
import { Keys } from '../parts.tsx';

/** Newest first. */
function endingChats(chats: readonly LiveChat[]): LiveChat[] {
  return chats
    .filter((chat) => chat.timer === 'ending' && chat.undoEndUntilMs !== null)
    .sort((a, b) => b.undoEndUntilMs! - a.undoEndUntilMs!);
}

function undo(chatId: string): void {
  api.call('undoEndChat', { chatId }).catch((error: unknown) => setDesk({ problem: codeOfError(error) }));
}

/** false: nothing can be undone. */
export function undoNewestEnd(): boolean {
  const [newest] = endingChats(useLive.getState().live?.chats ?? []);
  if (newest === undefined) return false;
  undo(newest.chatId);
  return true;
}

export function EndStrip(): ReactElement | null {
  const live = useLive((state) => state.live);
  const chats = useDeskChats((state) => state.chats);
  const ending = endingChats(live?.chats ?? []);
  if (live === null || ending.length === 0) return null;
  return (
    <>
      {ending.map(({ chatId, undoEndUntilMs }, index) => (
        <div key={chatId} className="strip" role="status" data-testid="desk-undo-end">
          <Icon name="end" />
          <span className="grow">
            <b>
              <bdi>{chats?.find(({ chat }) => chat.id === chatId)?.clientName ?? 'Chat'}</bdi>
            </b>
            : ended. No time is counted.
          </span>
          <button type="button" className="btn s" onClick={() => undo(chatId)}>
            <Icon name="undo" />
            Undo{' '}
            <span className="num" aria-hidden="true">
              {Math.max(0, Math.ceil((undoEndUntilMs! - live.serverNowMs) / 1000))} s
            </span>
            {index === 0 && <Keys keys={['Ctrl', 'Z']} />}
          </button>
        </div>
      ))}
    </>
  );
}
