/** The settings page's sections, in order. A part adds a file `<theme>-section.tsx` and a line here. */
import type { ComponentType } from 'react';
import type { IconName } from '../icons.tsx';
import { DockSection } from './dock-section.tsx';
import { IdleSection } from './idle-section.tsx';
import { KeysSection } from './keys-section.tsx';
import { LookSection } from './look-section.tsx';
import { NoticesSection } from './notices-section.tsx';
import { ReportSection } from './report-section.tsx';
import { SnippetsSection } from './snippets-section.tsx';
import { SystemSection } from './system-section.tsx';

export interface SettingsSection {
  id: string;
  /** Also the page's title. */
  name: string;
  icon: IconName;
  Content: ComponentType;
}

export const SETTINGS_SECTIONS: readonly SettingsSection[] = [
  { id: 'look', name: 'Look', icon: 'eye', Content: LookSection },
  { id: 'dock', name: 'Mini timer', icon: 'target', Content: DockSection },
  { id: 'notices', name: 'Notices', icon: 'message', Content: NoticesSection },
  { id: 'idle', name: 'Away', icon: 'pause', Content: IdleSection },
  { id: 'snippets', name: 'Snippets', icon: 'message', Content: SnippetsSection },
  { id: 'keys', name: 'Keys', icon: 'enter', Content: KeysSection },
  { id: 'system', name: 'This computer', icon: 'plug', Content: SystemSection },
  { id: 'report', name: 'Report a problem', icon: 'alert', Content: ReportSection },
];
