/** Settings: sections at the start, the chosen one beside them; in a narrow window the sections lie above it. */
import type { ReactElement } from 'react';
import '../../styles/settings.css';
import { setDesk, useDesk } from '../../stores/desk.ts';
import { DeskStrip } from '../desk/desk-strip.tsx';
import { Icon } from '../icons.tsx';
import { SETTINGS_SECTIONS } from './sections.ts';

export function SettingsPage(): ReactElement {
  const chosen = useDesk((state) => state.settingsSection);
  const { name, Content } = SETTINGS_SECTIONS.find(({ id }) => id === chosen) ?? SETTINGS_SECTIONS[0]!;
  return (
    <main className="desk-main" aria-label="Settings">
      <DeskStrip />
      <div className="settings">
        <nav className="settings-nav" aria-label="Settings">
          {SETTINGS_SECTIONS.map((section) => (
            <button
              key={section.id}
              type="button"
              className={`mi ${section.name === name ? 'on' : ''}`}
              aria-current={section.name === name ? 'page' : undefined}
              data-testid={`settings-${section.id}`}
              onClick={() => setDesk({ settingsSection: section.id })}
            >
              <Icon name={section.icon} />
              {section.name}
            </button>
          ))}
        </nav>
        <div className="page settings-content" tabIndex={-1}>
          <h1 className="h20">{name}</h1>
          <Content />
        </div>
      </div>
      <span />
    </main>
  );
}
