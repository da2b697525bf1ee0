/** Single letters on or off. */
import type { ReactElement } from 'react';
import { SHORTCUTS } from '../../../shared/shortcuts.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { GlobalShortcutsCard } from './global-shortcuts-card.tsx';
import { choose, SettingsCard, SwitchSetting } from './setting-fields.tsx';

const LETTERS = SHORTCUTS.filter((one) => one.isSingleKey === true)
  .map(({ keys }) => keys)
  .join('  ');

export function KeysSection(): ReactElement {
  const isOn = usePreferences((state) => state.singleKeys);
  return (
    <>
      <SettingsCard title="In the app">
        <SwitchSetting
          name="Single letters as keys"
          hint={`${LETTERS} where nobody is writing. Off: every command needs Ctrl, a function key or a button.`}
          isOn={isOn}
          testId="single-keys"
          onChange={(singleKeys) => choose({ singleKeys })}
        />
      </SettingsCard>
      <GlobalShortcutsCard />
    </>
  );
}
