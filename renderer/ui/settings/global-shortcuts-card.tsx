/** Shortcuts that work while another app is in front: off until chosen; one that does not work says why. */
import { useEffect, useState, type ReactElement } from 'react';
import type { ShortcutProblems } from '../../../shared/ipc/preference-commands.ts';
import type { GlobalAction } from '../../../shared/preferences.ts';
import { acceleratorOf, keyCaps } from '../../../shared/shortcuts.ts';
import { api } from '../../api.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { Keys } from '../parts.tsx';
import { choose, Setting, SettingsCard } from './setting-fields.tsx';

const ACTIONS: readonly (readonly [GlobalAction, string])[] = [
  ['desk', 'Show the desk'],
  ['nextChat', 'Show the next chat that needs me'],
  ['mini', 'Show or hide the mini timer'],
];
const PROBLEMS = {
  taken: 'Does not work: the system or another app has these keys. Choose others.',
  alike: 'Does not work: the same keys are chosen above. Choose others.',
} as const;

export function GlobalShortcutsCard(): ReactElement {
  const problems = useShortcutProblems();
  const chosen = usePreferences((state) => state.globalShortcuts);
  return (
    <SettingsCard title="While another app is in front">
      {ACTIONS.map(([action, name]) => (
        <Setting key={action} name={name} hint={hintOf(chosen[action], problems[action])}>
          {({ hintId }) => <KeyChooser action={action} name={name} hintId={hintId} />}
        </Setting>
      ))}
    </SettingsCard>
  );
}

function hintOf(keys: string | undefined, problem: keyof typeof PROBLEMS | undefined): string {
  if (keys === undefined) return 'Off until you choose keys.';
  return problem === undefined ? 'Works in every app.' : PROBLEMS[problem];
}

function KeyChooser(props: { action: GlobalAction; name: string; hintId: string | undefined }): ReactElement {
  const chosen = usePreferences((state) => state.globalShortcuts);
  const [isListening, setListening] = useState(false);
  const keys = chosen[props.action];
  const caps = keys === undefined ? [] : keyCaps(keys, /mac/i.test(navigator.platform));

  function take(next: string | undefined): void {
    const { [props.action]: _before, ...others } = chosen;
    choose({ globalShortcuts: next === undefined ? others : { ...others, [props.action]: next } });
    setListening(false);
  }

  return (
    <div className="row">
      <button
        type="button"
        className="btn"
        data-testid={`global-${props.action}`}
        aria-label={`${props.name}: ${keys === undefined ? 'off' : caps.join(' ')}, choose keys`}
        aria-describedby={props.hintId}
        onClick={() => setListening(true)}
        onBlur={() => setListening(false)}
        onKeyDown={(event) => {
          if (!isListening || event.key === 'Tab') return;
          event.preventDefault();
          event.stopPropagation();
          if (event.key === 'Escape') setListening(false);
          const next = acceleratorOf(event.nativeEvent);
          if (next !== null) take(next);
        }}
      >
        {isListening ? 'Press the keys… ' : keys === undefined ? 'Off' : <Keys keys={caps} />}
      </button>
      {keys !== undefined && (
        <button
          type="button"
          className="btn ghost"
          aria-label={`${props.name}: switch off`}
          onClick={() => take(undefined)}
        >
          Switch off
        </button>
      )}
    </div>
  );
}

function useShortcutProblems(): ShortcutProblems {
  const [problems, setProblems] = useState<ShortcutProblems>({});
  useEffect(() => {
    const stop = api.on('shortcutProblemsChanged', setProblems);
    // Without an answer nothing is said to be wrong; the next change tells it anew.
    api.call('readShortcutProblems', null).then(setProblems, () => undefined);
    return stop;
  }, []);
  return problems;
}
