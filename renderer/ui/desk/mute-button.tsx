/** Messages of this chat call nobody; what its time does is told all the same. */
import type { ReactElement } from 'react';
import { MUTED_MAX } from '../../../shared/preferences.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { Icon } from '../icons.tsx';
import { choose } from '../settings/setting-fields.tsx';

export function MuteButton({ chatId }: { chatId: string }): ReactElement {
  const muted = usePreferences((state) => state.mutedChatIds);
  const isMuted = muted.includes(chatId);
  const others = muted.filter((one) => one !== chatId);
  return (
    <button
      type="button"
      className="btn icon ghost"
      aria-label="Mute the messages of this chat"
      aria-pressed={isMuted}
      title={isMuted ? 'Muted: messages call nobody' : 'Mute the messages of this chat'}
      data-testid="mute-chat"
      onClick={() => choose({ mutedChatIds: isMuted ? others : [...others, chatId].slice(-MUTED_MAX) })}
    >
      <Icon name={isMuted ? 'belloff' : 'bell'} />
    </button>
  );
}
