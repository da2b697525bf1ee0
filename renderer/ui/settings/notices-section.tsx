/** What calls the advisor: notices, do not disturb, sounds. */
import { useState, type ReactElement } from 'react';
import { NOTICE_KINDS } from '../../../shared/notices/notice.ts';
import { FOREVER_MS } from '../../../shared/preferences.ts';
import { api } from '../../api.ts';
import { windowClock } from '../../replication/window-clock.ts';
import { setDesk } from '../../stores/desk.ts';
import { useLive } from '../../stores/live.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { playSound } from '../../stores/sounds.ts';
import { codeOfError } from '../../words/errors.ts';
import { formatTimeOfDay } from '../../words/format.ts';
import { SOUND_NAMES } from '../../words/sounds.ts';
import { choose, ChoiceSetting, Setting, SettingsCard, SwitchSetting } from './setting-fields.tsx';

const NOTICE_CHOICES = [
  ['hidden', 'Without names'],
  ['full', 'With names and texts'],
  ['off', 'Off'],
] as const;
const VOLUMES = [0, 0.25, 0.5, 1] as const;
const VOLUME_WORDS = ['Off', 'Soft', 'Medium', 'Full'] as const;
const HOUR_MS = 3_600_000;

export function NoticesSection(): ReactElement {
  return (
    <>
      <NoticesCard />
      <QuietCard />
      <SoundsCard />
    </>
  );
}

function NoticesCard(): ReactElement {
  const { notices, mutedChatIds } = usePreferences();
  const [said, setSaid] = useState('');
  const showExample = () =>
    api.call('showExampleNotice', null).then(
      ({ isShown }) =>
        setSaid(isShown ? 'Shown.' : 'This system shows no notices. Sounds, tray and badge still work.'),
      (error: unknown) => setDesk({ problem: codeOfError(error) }),
    );
  return (
    <SettingsCard title="What the system shows">
      <ChoiceSetting
        name="Notices of the system"
        hint="For what you do not see: a message while its window is not in front, 2:00 left, time that stopped or goes on. Without names they are safe on a locked or shared screen; a locked screen never shows names."
        value={notices}
        choices={NOTICE_CHOICES}
        onChange={(next) => choose({ notices: next })}
      />
      <Setting
        name="Example"
        hint={<span role="status">{said === '' ? 'How a message looks now.' : said}</span>}
      >
        {({ labelId }) => (
          <button
            type="button"
            className="btn"
            data-testid="example-notice"
            disabled={notices === 'off'}
            aria-describedby={labelId}
            onClick={() => void showExample()}
          >
            Show one
          </button>
        )}
      </Setting>
      {mutedChatIds.length > 0 && (
        <Setting
          name="Muted chats"
          hint={`${mutedChatIds.length === 1 ? 'One chat calls' : `${mutedChatIds.length} chats call`} nobody when a message comes. Time that runs low or stops is still told.`}
        >
          {() => (
            <button type="button" className="btn" onClick={() => choose({ mutedChatIds: [] })}>
              Unmute all
            </button>
          )}
        </Setting>
      )}
    </SettingsCard>
  );
}

function QuietCard(): ReactElement {
  const until = usePreferences((state) => state.quietUntilMs);
  // Looked at once a second, with every snapshot.
  const nowMs = useLive(() => Math.floor(windowClock.nowMs() / 1000) * 1000);
  const isQuiet = until > nowMs;
  const hint = !isQuiet
    ? 'No notices and no sounds for a while. The desk, the badge and the tray still show everything.'
    : until === FOREVER_MS
      ? 'On until you switch it off.'
      : `On until ${formatTimeOfDay(until)}.`;
  return (
    <SettingsCard title="Quiet time">
      <SwitchSetting
        name="Do not disturb"
        hint={hint}
        isOn={isQuiet}
        testId="quiet"
        onChange={(next) => choose({ quietUntilMs: next ? FOREVER_MS : 0 })}
      />
      <Setting name="For a while">
        {({ labelId }) => (
          <div className="row" role="group" aria-labelledby={labelId}>
            {[0.5, 1, 4].map((hours) => (
              <button
                key={hours}
                type="button"
                className="btn"
                onClick={() => choose({ quietUntilMs: windowClock.nowMs() + hours * HOUR_MS })}
              >
                {hours === 0.5 ? '30 min' : `${hours} h`}
              </button>
            ))}
          </div>
        )}
      </Setting>
    </SettingsCard>
  );
}

function SoundsCard(): ReactElement {
  const volume = usePreferences((state) => state.soundVolume);
  return (
    <SettingsCard title="Sounds">
      <ChoiceSetting
        name="Volume"
        hint="One short sound for each kind, never one for each message of several."
        value={volume}
        choices={VOLUMES.map((step, at) => [step, VOLUME_WORDS[at]!] as const)}
        onChange={(next) => choose({ soundVolume: next })}
      />
      {volume > 0 && (
        <Setting name="Listen">
          {({ labelId }) => (
            <div className="row wrap" role="group" aria-labelledby={labelId}>
              {NOTICE_KINDS.map((kind) => (
                <button key={kind} type="button" className="btn s" onClick={() => void playSound(kind)}>
                  {SOUND_NAMES[kind]}
                </button>
              ))}
            </div>
          )}
        </Setting>
      )}
    </SettingsCard>
  );
}
