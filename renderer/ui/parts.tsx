/** Small parts that several windows share. */
import type { CSSProperties, ReactElement, ReactNode } from 'react';
import type { ErrorCode } from '../../shared/errors.ts';
import { api } from '../api.ts';
import { STATE_LOOKS, type StateName } from '../words/chat-state.ts';
import { sentenceOf } from '../words/errors.ts';
import { Icon, Shape } from './icons.tsx';

/** Keys of a command, e.g. `Ctrl` `P`; decoration beside a name that says the same. */
export function Keys({ keys }: { keys: readonly string[] }): ReactElement {
  return (
    <span className="keys" aria-hidden="true">
      {keys.map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

/** Word and shape of a state. */
export function StateMark({ state, children }: { state: StateName; children?: ReactNode }): ReactElement {
  const { className, shape, word } = STATE_LOOKS[state];
  return (
    <span className={`state ${className}`}>
      <Shape name={shape} />
      {children ?? word}
    </span>
  );
}

/** A bar filled up to `percent`, its unconfirmed part hatched. */
export function Bar({
  percent,
  className,
  unconfirmedPercent = 0,
}: {
  percent: number;
  className: string;
  unconfirmedPercent?: number;
}): ReactElement {
  const clamp = (value: number) => Math.max(0, Math.min(100, value));
  return (
    <div className={`bar ${className}`} aria-hidden="true">
      <i style={{ '--v': clamp(percent) } as CSSProperties} />
      {unconfirmedPercent > 0 && (
        <i
          className="hatch"
          style={
            {
              '--o': clamp(percent),
              '--v': clamp(Math.min(unconfirmedPercent, 100 - percent)),
            } as CSSProperties
          }
        />
      )}
    </div>
  );
}

/** What happened, what is safe, what to do; read aloud when it appears. */
export function Problem({ code, children }: { code: ErrorCode; children?: ReactNode }): ReactElement {
  return (
    <div className="problem" role="alert" data-code={code}>
      <Icon name="alert" />
      <span className="grow">{sentenceOf(code)}</span>
      {children}
    </div>
  );
}

/** Minimise, maximise, close; the windows have no frame of the system. */
export function WindowButtons({ canMaximise = false }: { canMaximise?: boolean }): ReactElement {
  // A window that cannot be closed by its button is closed by the system's keys: nothing to say.
  const run = (name: 'minimiseWindow' | 'toggleMaximiseWindow' | 'closeWindow') => () =>
    void api.call(name, null).catch(() => undefined);
  return (
    <div className="wc">
      <button type="button" tabIndex={-1} aria-label="Minimise" onClick={run('minimiseWindow')}>
        <Icon name="minimise" />
      </button>
      {canMaximise && (
        <button
          type="button"
          tabIndex={-1}
          aria-label="Maximise or restore"
          onClick={run('toggleMaximiseWindow')}
        >
          <Icon name="maximise" />
        </button>
      )}
      <button type="button" tabIndex={-1} aria-label="Close" onClick={run('closeWindow')}>
        <Icon name="close" />
      </button>
    </div>
  );
}
