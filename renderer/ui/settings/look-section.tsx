/** Theme and zoom; contrast and motion follow the system. */
import type { ReactElement } from 'react';
import { ZOOM_STEPS } from '../../../shared/preferences.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { setTheme } from '../desk/actions.ts';
import { choose, ChoiceSetting, SettingsCard } from './setting-fields.tsx';

const THEMES = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

export function LookSection(): ReactElement {
  const { theme, zoom } = usePreferences();
  return (
    <SettingsCard title="Windows">
      <ChoiceSetting
        name="Theme"
        hint="High contrast and reduced motion always follow the system."
        value={theme}
        choices={THEMES}
        onChange={(next) => void setTheme(next)}
      />
      <ChoiceSetting
        name="Zoom"
        hint="The same in every window, kept for the next start. Ctrl + and Ctrl − change it, Ctrl 0 takes it back."
        value={ZOOM_STEPS.find((step) => Math.abs(step - zoom) < 0.01) ?? 1}
        choices={ZOOM_STEPS.map((step) => [step, `${Math.round(step * 100)} %`] as const)}
        onChange={(next) => choose({ zoom: next })}
      />
    </SettingsCard>
  );
}
