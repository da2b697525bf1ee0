/** Single letters on or off. */
import type { ReactElement } from 'react';
import { usePreferences } from '../../stores/preferences.ts';
import { GlobalShortcutsCard } from './global-shortcuts-card.tsx';
import { choose, SettingsCard, SwitchSetting } from './setting-fields.tsx';

export function KeysSection(): ReactElement {
  const isOn = usePreferences((state) => state.singleKeys);
  return (
    <>
      <SettingsCard title="In the app">
        <SwitchSetting
          name="Single letters as keys"
          hint="N, O, D, / and ? where nobody is writing. Off: every command needs Ctrl, a function key or the menu."
          isOn={isOn}
          testId="single-keys"
          onChange={(singleKeys) => choose({ singleKeys })}
        />
      </SettingsCard>
      <GlobalShortcutsCard />
    </>
  );
}
