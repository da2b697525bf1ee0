/** Reads aloud what is worth it of the countdowns of a window's chats, politely: never each second. */
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { announce, type AnnouncedChat, type SaidOfChats } from '../../shared/dock/announcements.ts';

const NOTHING_SAID: SaidOfChats = new Map();

export function Announcer({ chats }: { chats: readonly AnnouncedChat[] }): ReactElement {
  const [sentence, setSentence] = useState('');
  const said = useRef(NOTHING_SAID);
  useEffect(() => {
    const next = announce(said.current, chats);
    said.current = next.said;
    if (next.sentence !== '') setSentence(next.sentence);
  }, [chats]);
  return (
    <div className="hidden" role="status" aria-live="polite" data-testid="announcer">
      {sentence}
    </div>
  );
}
