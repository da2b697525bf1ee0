/** How the app lives on this computer. */
import type { ReactElement } from 'react';
import { usePreferences } from '../../stores/preferences.ts';
import { choose, SettingsCard, SwitchSetting } from './setting-fields.tsx';

export function SystemSection(): ReactElement {
  const { startsWithSystem: isOn, isTrayShown } = usePreferences();
  return (
    <>
      <SettingsCard title="Start">
        <SwitchSetting
          name="Start with the system"
          hint="Opens the desk when you sign in to this computer. No clock starts by it."
          isOn={isOn}
          testId="starts-with-system"
          onChange={(startsWithSystem) => choose({ startsWithSystem })}
        />
      </SettingsCard>
      <SettingsCard title="Tray">
        <SwitchSetting
          name="Icon in the tray or menu bar"
          hint="With the shortest time that runs, and a menu of the live chats. Icon and tooltip never name a client; the menu names them unless you hide names in the mini timer."
          isOn={isTrayShown}
          testId="tray-shown"
          onChange={(next) => choose({ isTrayShown: next })}
        />
      </SettingsCard>
    </>
  );
}
