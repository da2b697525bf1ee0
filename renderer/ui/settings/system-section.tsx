/** How the app lives on this computer. */
import type { ReactElement } from 'react';
import { usePreferences } from '../../stores/preferences.ts';
import { choose, SettingsCard, SwitchSetting } from './setting-fields.tsx';

export function SystemSection(): ReactElement {
  const isOn = usePreferences((state) => state.startsWithSystem);
  return (
    <SettingsCard title="Start">
      <SwitchSetting
        name="Start with the system"
        hint="Opens the desk when you sign in to this computer. No clock starts by it."
        isOn={isOn}
        testId="starts-with-system"
        onChange={(startsWithSystem) => choose({ startsWithSystem })}
      />
    </SettingsCard>
  );
}
