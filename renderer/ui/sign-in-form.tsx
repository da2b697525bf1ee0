/** The sign-in form: address (asked whether a server answers there), e-mail, password, name of this device. */
import { useEffect, useId, useRef, useState, type ReactElement, type ReactNode } from 'react';
import type { ErrorCode } from '../../shared/errors.ts';
import { api } from '../api.ts';
import { codeOfError } from '../words/errors.ts';
import { Icon, Shape } from './icons.tsx';
import { Keys, Problem } from './parts.tsx';

type Reach =
  | { phase: 'unknown' | 'asking' }
  | { phase: 'reachable'; organisationName: string }
  | { phase: 'failed'; code: ErrorCode };

interface Props {
  serverUrl: string;
  isServerFixed?: boolean;
  deviceName: string;
  children?: ReactNode;
  onSignedIn?: () => void;
}

/** Waits until the address has stood still before it is asked. */
const STILL_MS = 400;

export function SignInForm({
  serverUrl: suggestedUrl,
  isServerFixed = false,
  deviceName: suggestedName,
  children,
  onSignedIn,
}: Props): ReactElement {
  const [serverUrl, setServerUrl] = useState(suggestedUrl);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [deviceName, setDeviceName] = useState(suggestedName);
  const hasKeyStore = useKeyStore();
  const [staysSignedIn, setStaysSignedIn] = useState(false);
  const [isPasswordShown, setPasswordShown] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ErrorCode | null>(null);
  const reach = useReach(serverUrl.trim());
  const problemAt = useRef<HTMLDivElement>(null);

  async function signIn(): Promise<void> {
    setBusy(true);
    setProblem(null);
    try {
      await api.call('signIn', {
        serverUrl: serverUrl.trim(),
        email: email.trim(),
        password,
        deviceName: deviceName.trim(),
        staysSignedIn: staysSignedIn || hasKeyStore === true,
      });
      onSignedIn?.();
    } catch (error) {
      setProblem(codeOfError(error));
      setBusy(false);
    }
  }

  const isComplete = [serverUrl, email, password, deviceName].every((value) => value.trim() !== '');
  return (
    <form
      className="form"
      aria-label="Sign in"
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete && !isBusy) void signIn();
      }}
    >
      <TextField
        label="Address of the server"
        testId="signin-server"
        value={serverUrl}
        onChange={setServerUrl}
        isReadOnly={isServerFixed}
        placeholder="https://desk.example.org"
        isFirst={suggestedUrl === ''}
      >
        <ReachHint reach={reach} />
      </TextField>
      <TextField
        label="E-mail"
        testId="signin-email"
        type="email"
        autoComplete="username"
        value={email}
        onChange={setEmail}
        isFirst={suggestedUrl !== ''}
      />
      <TextField
        label="Password"
        testId="signin-password"
        type={isPasswordShown ? 'text' : 'password'}
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        end={
          <button
            type="button"
            className="link muted"
            aria-pressed={isPasswordShown}
            aria-label="Show password"
            onClick={() => setPasswordShown(!isPasswordShown)}
          >
            <Icon name="eye" />
          </button>
        }
      />
      <TextField
        label="Name of this device"
        testId="signin-device"
        value={deviceName}
        onChange={setDeviceName}
        maxLength={100}
      >
        <span className="hint">Shown to you and your supervisor beside recorded time.</span>
      </TextField>
      {hasKeyStore === false && (
        <label className="check">
          <input
            type="checkbox"
            data-testid="signin-stay"
            checked={staysSignedIn}
            onChange={(event) => setStaysSignedIn(event.target.checked)}
          />
          <span>
            Stay signed in on this computer
            <span className="hint">
              This system has no key store: it would be kept in a file that only you can read. Without it you
              sign in at each start; what you wrote is kept either way.
            </span>
          </span>
        </label>
      )}
      <div ref={problemAt}>{problem !== null && <Problem code={problem} />}</div>
      <div className="row">
        {children}
        <button
          type="submit"
          className="btn pri grow"
          data-testid="signin-submit"
          disabled={!isComplete || isBusy}
        >
          {isBusy ? 'Signing in…' : 'Sign in'}
          <Keys keys={['↵']} />
        </button>
      </div>
    </form>
  );
}

function TextField(props: {
  label: string;
  testId: string;
  value: string;
  onChange(value: string): void;
  type?: string;
  autoComplete?: string;
  placeholder?: string;
  maxLength?: number;
  isReadOnly?: boolean;
  isFirst?: boolean;
  end?: ReactNode;
  children?: ReactNode;
}): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{props.label}</label>
      <div className="input">
        <input
          id={id}
          data-testid={props.testId}
          type={props.type ?? 'text'}
          value={props.value}
          onChange={(event) => props.onChange(event.target.value)}
          autoComplete={props.autoComplete ?? 'off'}
          placeholder={props.placeholder}
          maxLength={props.maxLength ?? 500}
          readOnly={props.isReadOnly}
          autoFocus={props.isFirst}
          spellCheck={false}
        />
        {props.end}
      </div>
      {props.children}
    </div>
  );
}

/** null until main has answered. */
function useKeyStore(): boolean | null {
  const [hasKeyStore, setHasKeyStore] = useState<boolean | null>(null);
  useEffect(() => {
    api.call('readKeyStore', null).then(
      (answer) => setHasKeyStore(answer.hasKeyStore),
      () => setHasKeyStore(false), // The careful answer.
    );
  }, []);
  return hasKeyStore;
}

function useReach(serverUrl: string): Reach {
  const [reach, setReach] = useState<{ of: string; reach: Reach }>({ of: '', reach: { phase: 'unknown' } });
  useEffect(() => {
    if (serverUrl === '') return;
    let isStale = false;
    const say = (next: Reach) => {
      if (!isStale) setReach({ of: serverUrl, reach: next });
    };
    const timer = setTimeout(() => {
      say({ phase: 'asking' });
      api.call('checkServer', { serverUrl }).then(
        ({ organisationName }) => say({ phase: 'reachable', organisationName }),
        (error: unknown) => say({ phase: 'failed', code: codeOfError(error) }),
      );
    }, STILL_MS);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  }, [serverUrl]);
  return reach.of === serverUrl ? reach.reach : { phase: 'unknown' };
}

function ReachHint({ reach }: { reach: Reach }): ReactElement {
  return (
    <span className="hint" role="status">
      {reach.phase === 'asking' && 'Asking…'}
      {reach.phase === 'unknown' && 'Your organisation tells you this address.'}
      {reach.phase === 'reachable' && (
        <span className="row">
          <span className="state st-ok">
            <Shape name="ok" />
            Reachable
          </span>
          <bdi>{reach.organisationName}</bdi>
        </span>
      )}
      {reach.phase === 'failed' &&
        (reach.code === 'serverUnreachable'
          ? 'No Chatclock server answers at this address.'
          : 'This address cannot be used.')}
    </span>
  );
}
