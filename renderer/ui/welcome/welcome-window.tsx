/** The first window: practise without an account, or sign in to an organisation. */
import { useEffect, useState, type ReactElement } from 'react';
import type { ErrorCode } from '../../../shared/errors.ts';
import { api } from '../../api.ts';
import { followSession, useSession } from '../../stores/session.ts';
import { codeOfError } from '../../words/errors.ts';
import { Icon, Logo } from '../icons.tsx';
import { Keys, Problem, WindowButtons } from '../parts.tsx';
import { SignInForm } from '../sign-in-form.tsx';
import { Demo } from './demo.tsx';

export function WelcomeWindow(): ReactElement {
  const [isConnecting, setConnecting] = useState(false);
  const [problem, setProblem] = useState<ErrorCode | null>(null);
  const session = useSession((state) => state.session);
  useEffect(() => {
    followSession().catch((error: unknown) => setProblem(codeOfError(error)));
  }, []);
  const suggestedUrl = session?.phase === 'signedOut' ? session.suggestedServerUrl : null;
  return (
    <div className="split">
      <main className="l drag">
        {isConnecting ? (
          <Connect suggestedUrl={suggestedUrl ?? ''} onBack={() => setConnecting(false)} />
        ) : (
          <Choose onConnect={() => setConnecting(true)} />
        )}
        {problem !== null && <Problem code={problem} />}
        <SealedRows />
      </main>
      <section className="r drag" aria-label="Window">
        <WindowButtons />
        <Demo />
      </section>
    </div>
  );
}

function Choose({ onConnect }: { onConnect(): void }): ReactElement {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ErrorCode | null>(null);

  async function practise(as: 'advisor' | 'supervisor'): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      await api.call('practise', { as });
    } catch (error) {
      setProblem(codeOfError(error));
      setBusy(false);
    }
  }

  return (
    <>
      <Logo className="big" />
      <h1 className="lead-in">
        Several chats,
        <br />
        every second right.
      </h1>
      <p className="lead">
        Chatclock keeps the time of each chat, shares free minutes and credits fairly, and never loses a
        second when the network or the computer does.
      </p>
      <div className="opts">
        <button
          type="button"
          className="opt first"
          data-testid="welcome-practise"
          autoFocus
          disabled={isBusy}
          onClick={() => void practise('advisor')}
        >
          <Icon name="target" />
          <span className="grow">
            <b>{isBusy ? 'Setting up the practice desk…' : 'Practise first'}</b>
            <span className="muted">Two minutes, pretend clients, no account.</span>
          </span>
          <Keys keys={['↵']} />
        </button>
        <button
          type="button"
          className="opt"
          data-testid="welcome-connect"
          disabled={isBusy}
          onClick={onConnect}
        >
          <Icon name="plug" />
          <span className="grow">
            <b>Connect to your organisation</b>
            <span className="muted">Sign in at its address.</span>
          </span>
          <Icon name="right" className="flip muted" />
        </button>
      </div>
      {problem !== null && <Problem code={problem} />}
    </>
  );
}

function Connect({ suggestedUrl, onBack }: { suggestedUrl: string; onBack(): void }): ReactElement {
  return (
    <div className="form">
      <div className="row">
        <Logo className="big" />
        <h1 className="h20">Sign in</h1>
      </div>
      <SignInForm serverUrl={suggestedUrl} deviceName="This computer">
        <button type="button" className="btn" onClick={onBack}>
          Back
        </button>
      </SignInForm>
      <p className="row muted s12">
        <Icon name="lock" />
        <span>Your password is sent once and not kept.</span>
      </p>
    </div>
  );
}

/** Rows that wait for somebody who signed out: nobody else can read or send them. */
function SealedRows(): ReactElement | null {
  const session = useSession((state) => state.session);
  if (session?.phase !== 'signedOut' || session.sealedRows.length === 0) return null;
  return (
    <ul className="muted s12 stack">
      {session.sealedRows.map(({ memberName, rows }) => (
        <li key={memberName}>
          {rows} {rows === 1 ? 'entry waits' : 'entries wait'} here for <bdi>{memberName}</bdi>, sent when
          they sign in again.
        </li>
      ))}
    </ul>
  );
}
