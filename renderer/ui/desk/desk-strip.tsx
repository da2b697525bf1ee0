/** One line above the lists when something is different: what is safe first, then what to do. */
import type { ReactElement } from 'react';
import { retryServerNow, useDeskDatabase } from '../../stores/desk-database.ts';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { useSignedIn } from '../../stores/session.ts';
import { sentenceOf } from '../../words/errors.ts';
import { formatTimeOfDay } from '../../words/format.ts';
import { AwayStrip } from '../away/away-strip.tsx';
import { Icon } from '../icons.tsx';
import { EndStrip } from './end-strip.tsx';

export function DeskStrip(): ReactElement {
  const connection = useLive((state) => state.live?.connection);
  const waiting = useLive((state) => state.live?.outbox.waiting ?? 0);
  const needsSignIn = useSignedIn()?.needsSignIn ?? false;
  const problem = useDesk((state) => state.problem);
  const problemsHere = useLive((state) => state.live?.problems);
  const code = useDeskDatabase((state) => state.code);
  return (
    <div>
      {problem !== null && (
        <Strip
          look="st-out"
          icon="alert"
          text={sentenceOf(problem)}
          action={{ name: 'Close', run: () => setDesk({ problem: null }) }}
        />
      )}
      {problemsHere?.map((one) => (
        <Strip key={one} look="st-out" icon="alert" text={sentenceOf(one)} />
      ))}
      {code !== null && <Strip look="st-low" icon="alert" text={sentenceOf(code)} />}
      {needsSignIn ? (
        <Strip
          look="st-low"
          icon="lock"
          text={sentenceOf('sessionExpired')}
          action={{ name: 'Sign in again', run: () => setDesk({ overlay: 'signIn' }) }}
        />
      ) : connection?.phase === 'refused' ? (
        <Strip look="st-low" icon="lock" text={sentenceOf(connection.code)} />
      ) : connection?.phase === 'offline' ? (
        <Strip
          look="st-unconf"
          icon="cloudoff"
          text={`Offline since ${formatTimeOfDay(connection.sinceMs)} — go on; time is kept and marked unconfirmed${waiting === 0 ? '' : ` · ${waiting} saved here, to be sent`}`}
          action={{ name: 'Try now', run: retryServerNow }}
        />
      ) : null}
      <EndStrip />
      <AwayStrip />
    </div>
  );
}

function Strip({
  look,
  icon,
  text,
  action,
}: {
  look: string;
  icon: 'alert' | 'lock' | 'cloudoff';
  text: string;
  action?: { name: string; run(): void };
}): ReactElement {
  return (
    <div className={`strip ${look}`} role="status">
      <Icon name={icon} />
      <span className="grow">{text}</span>
      {action !== undefined && (
        <button type="button" className="btn s" onClick={action.run}>
          {action.name}
        </button>
      )}
    </div>
  );
}
