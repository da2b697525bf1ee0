/** The mini timer: on or off, how solid, with or without names. */
import type { ReactElement } from 'react';
import { usePreferences } from '../../stores/preferences.ts';
import { choose, ChoiceSetting, SettingsCard, SwitchSetting } from './setting-fields.tsx';

const OPACITIES = [1, 0.85, 0.7, 0.55] as const;

export function DockSection(): ReactElement {
  const { isMiniShown, miniHidesNames, miniOpacity } = usePreferences();
  return (
    <SettingsCard title="Mini timer">
      <SwitchSetting
        name="Show the mini timer"
        hint="A small bar above all windows with the two chats whose time runs out next. It grows under the pointer and for the keyboard, and stays where you drag it. Ctrl Shift M."
        isOn={isMiniShown}
        testId="mini-shown"
        onChange={(next) => choose({ isMiniShown: next })}
      />
      <SwitchSetting
        name="Hide names"
        hint="While somebody else sees your screen. States and times stay."
        isOn={miniHidesNames}
        testId="mini-hides-names"
        onChange={(next) => choose({ miniHidesNames: next })}
      />
      <ChoiceSetting
        name="Opacity"
        hint="On Windows and macOS; Linux shows it opaque."
        value={miniOpacity}
        choices={OPACITIES.map((step) => [step, `${Math.round(step * 100)} %`] as const)}
        onChange={(next) => choose({ miniOpacity: next })}
      />
    </SettingsCard>
  );
}
