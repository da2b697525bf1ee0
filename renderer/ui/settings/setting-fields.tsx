/** The parts of a settings section: a card of rows, each with a name, a sentence and one control. */
import { useId, type ReactElement, type ReactNode } from 'react';
import { setDesk } from '../../stores/desk.ts';
import { changePreferences } from '../../stores/preferences.ts';
import type { PreferenceChange } from '../../../shared/preferences.ts';
import { codeOfError } from '../../words/errors.ts';

/** Changes a choice; a failure is the desk's problem. */
export function choose(change: PreferenceChange): void {
  changePreferences(change).catch((error: unknown) => setDesk({ problem: codeOfError(error) }));
}

export function SettingsCard({ title, children }: { title: string; children: ReactNode }): ReactElement {
  const id = useId();
  return (
    <section className="card settings-card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

/** One setting: `name` labels the control through the ids that `children` is given. */
export function Setting(props: {
  name: string;
  hint?: ReactNode;
  children(ids: { labelId: string; hintId: string | undefined }): ReactNode;
}): ReactElement {
  const labelId = useId();
  const hintId = useId();
  return (
    <div className="setting">
      <div className="grow">
        <span id={labelId} className="b">
          {props.name}
        </span>
        {props.hint !== undefined && (
          <p id={hintId} className="muted s12">
            {props.hint}
          </p>
        )}
      </div>
      {props.children({ labelId, hintId: props.hint === undefined ? undefined : hintId })}
    </div>
  );
}

export function SwitchSetting(props: {
  name: string;
  hint?: ReactNode;
  isOn: boolean;
  testId?: string;
  onChange(isOn: boolean): void;
}): ReactElement {
  return (
    <Setting name={props.name} hint={props.hint}>
      {({ labelId, hintId }) => (
        <button
          type="button"
          role="switch"
          className="switch"
          aria-checked={props.isOn}
          aria-labelledby={labelId}
          aria-describedby={hintId}
          data-testid={props.testId}
          onClick={() => props.onChange(!props.isOn)}
        >
          <span aria-hidden="true" />
        </button>
      )}
    </Setting>
  );
}

export function ChoiceSetting<T extends string | number>(props: {
  name: string;
  hint?: ReactNode;
  value: T;
  choices: readonly (readonly [T, string])[];
  onChange(value: T): void;
}): ReactElement {
  const group = useId();
  return (
    <Setting name={props.name} hint={props.hint}>
      {({ labelId, hintId }) => (
        <div className="choice" role="radiogroup" aria-labelledby={labelId} aria-describedby={hintId}>
          {props.choices.map(([value, word]) => (
            <label key={value} className={value === props.value ? 'on' : ''}>
              <input
                type="radio"
                className="hidden"
                name={group}
                checked={value === props.value}
                onChange={() => props.onChange(value)}
              />
              {word}
            </label>
          ))}
        </div>
      )}
    </Setting>
  );
}
