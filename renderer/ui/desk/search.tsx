/** Search and commands of the desk (Ctrl K or /): the button in its title, and the palette it opens. */
import type { ReactElement } from 'react';
import { useDeskDatabase } from '../../stores/desk-database.ts';
import { setDesk } from '../../stores/desk.ts';
import type { FoundText } from '../../stores/search.ts';
import { useSignedIn } from '../../stores/session.ts';
import { codeOfError } from '../../words/errors.ts';
import { Icon } from '../icons.tsx';
import { Palette } from '../palette/palette.tsx';
import { useStarter } from '../palette/use-starter.ts';
import { Keys } from '../parts.tsx';
import { startNewChat } from './actions.ts';
import { useDeskCommands } from './desk-commands.ts';
import { closeOverlay } from './dialog.tsx';

export function Search(): ReactElement {
  return (
    <button
      type="button"
      className="search"
      data-search
      aria-haspopup="dialog"
      onClick={() => setDesk({ overlay: 'palette' })}
    >
      <Icon name="search" />
      <span className="grow">Search or command</span>
      <Keys keys={['Ctrl', 'K']} />
    </button>
  );
}

/** What is found is read on the client's history page: no clock starts by reading. */
function showFound({ userId, chatId, kind }: FoundText): void {
  setDesk({
    page: 'history',
    historyUserId: userId,
    historyChatId: kind === 'client' ? null : chatId,
    areHistoryNotesShown: kind === 'note',
  });
}

const sayProblem = (error: unknown) => setDesk({ problem: codeOfError(error) });

export function DeskPalette(): ReactElement {
  const database = useDeskDatabase((state) => state.database);
  const isAdvisor = useSignedIn()?.member.role === 'advisor';
  const starter = useStarter(database, startNewChat, sayProblem);
  return (
    <Palette
      commands={useDeskCommands()}
      database={database}
      starter={isAdvisor ? starter : null}
      onFound={showFound}
      onClose={closeOverlay}
      onFailed={sayProblem}
    />
  );
}
