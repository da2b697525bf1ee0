/** The notes on this chat's client, over the transcript; Esc puts them away. The clock goes on as it was. */
import { useEffect, useRef, type ReactElement } from 'react';
import type { Chat } from '../../../shared/rows.ts';
import type { LocalDatabase } from '../../database/local-database.ts';
import { sayProblem } from '../../stores/chat.ts';
import { ClientNotes } from '../notes/client-notes.tsx';

export function NotesPanel({
  database,
  chat,
  onClose,
}: {
  database: LocalDatabase;
  chat: Chat;
  onClose(): void;
}): ReactElement {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    panel.current?.focus();
    return () => before?.focus();
  }, []);
  return (
    <aside
      className="cw-notes"
      aria-label="Notes on the client"
      tabIndex={-1}
      ref={panel}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <h2 className="hidden">Notes on the client</h2>
      <ClientNotes database={database} userId={chat.userId} chatId={chat.id} onFailed={sayProblem} />
    </aside>
  );
}
