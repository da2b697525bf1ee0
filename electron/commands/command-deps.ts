/** What commands need of the app. */
import type { Away } from '../away/away.ts';
import type { ShortcutProblems } from '../../shared/ipc/preference-commands.ts';
import type { DeskWatch } from '../desk-watch.ts';
import type { Dock } from '../dock/dock.ts';
import type { Device } from '../device.ts';
import type { Notices } from '../notices/notices.ts';
import type { Outside } from '../outside/outside.ts';
import type { PreferenceStore } from '../preferences.ts';
import type { Receipts } from '../receipts/receipts.ts';
import type { SessionKeeper, SignInInput } from '../session/session.ts';
import type { Snippets } from '../snippets/snippets.ts';
import type { Windows } from '../windows.ts';

export interface CommandDeps {
  keeper: SessionKeeper;
  windows: Windows;
  preferences: PreferenceStore;
  deskWatch: DeskWatch;
  dock(): Dock;
  notices(): Notices;
  shortcutProblems(): ShortcutProblems;
  /** The device of the signed-in member. Throws notSignedIn. */
  device(): Device;
  /** Its receipts; null when nobody is signed in or their file cannot be read. */
  receipts(): Receipts | null;
  /** Sessions held outside the app. Throws notSignedIn. */
  outside(): Outside;
  /** Stops to decide; null when nobody is signed in or their file cannot be read. */
  away(): Away | null;
  snippets: Snippets;
  practise(as: 'advisor' | 'supervisor'): Promise<void>;
  signIn(input: Omit<SignInInput, 'isPractice'>): Promise<void>;
  signOut(): Promise<number>;
  wallMs(): number;
  /** The newest lines of the app's log, oldest first. */
  lastLogLines(lines: number): string[];
  /** Where texts for people are written. */
  exportFolder: string;
  onDeskReady(): void;
}
