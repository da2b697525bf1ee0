/** How long a chat may run without a sign of life before it stops (issue 4: per advisor, 0 = never). */
import type { ReactElement } from 'react';
import { usePreferences } from '../../stores/preferences.ts';
import { choose, Setting, SettingsCard } from './setting-fields.tsx';

const MINUTE_MS = 60_000;
const CHOICES_MINUTES = [1, 2, 3, 5, 10, 15, 30, 60] as const;

export function IdleSection(): ReactElement {
  const idleAfterMs = usePreferences((state) => state.idleAfterMs);
  return (
    <SettingsCard title="When nobody is there">
      <Setting
        name="Stop a chat after"
        hint="Without a key, a click or a message in it, from you or your client. Sleep and a locked screen stop every chat at once. You decide afterwards; nothing more is billed meanwhile."
      >
        {({ labelId, hintId }) => (
          <select
            className="input"
            data-testid="idle-after"
            aria-labelledby={labelId}
            aria-describedby={hintId}
            value={idleAfterMs}
            onChange={(event) => choose({ idleAfterMs: Number(event.target.value) })}
          >
            {CHOICES_MINUTES.map((minutes) => (
              <option key={minutes} value={minutes * MINUTE_MS}>
                {minutes} min
              </option>
            ))}
            <option value={0}>never</option>
          </select>
        )}
      </Setting>
    </SettingsCard>
  );
}
