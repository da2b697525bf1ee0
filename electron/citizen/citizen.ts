/** How the app lives on its desktop: menu and zoom, global shortcuts, start with the system. */
import { app, globalShortcut, nativeTheme } from 'electron';
import { distinctUntilChanged, map } from 'rxjs';
import { zoomStep } from '../../shared/preferences.ts';
import type { AppOptions } from '../command-line.ts';
import { installMenu } from '../menu.ts';
import type { PreferenceStore } from '../preferences.ts';
import type { SessionKeeper } from '../session/session.ts';
import type { Windows } from '../windows.ts';
import { createGlobalShortcuts } from './global-shortcuts.ts';
import { startWithSystem } from './start-with-system.ts';

export interface CitizenDeps {
  preferences: PreferenceStore;
  windows: Windows;
  keeper: Pick<SessionKeeper, 'current'>;
  options: Pick<AppOptions, 'profile' | 'userDataDir'>;
  log(line: string, error?: unknown): void;
  toggleMini(): void;
}

export function startCitizen({ preferences, windows, keeper, options, log, toggleMini }: CitizenDeps) {
  function showOnDesk(page: 'settings' | 'keys' | 'nextChat'): void {
    if (keeper.current().phase !== 'signedIn') return;
    windows.show('desk');
    windows.send('deskPageWanted', { page }, ['desk']);
  }
  const showDesk = () => windows.show(keeper.current().phase === 'signedIn' ? 'desk' : 'welcome');

  installMenu({
    showDesk,
    toggleMini,
    showSettings: () => showOnDesk('settings'),
    showKeys: () => showOnDesk('keys'),
    focusChat: windows.focusChat,
    focusNextChat: windows.focusNextChat,
    zoom(direction) {
      const { zoom } = preferences.read();
      preferences.update({ zoom: direction === 0 ? 1 : zoomStep(zoom, direction) });
    },
  });

  const shortcuts = createGlobalShortcuts({
    system: globalShortcut,
    run: { desk: () => void showDesk(), nextChat: () => showOnDesk('nextChat'), mini: toggleMini },
    onProblems: (problems) => windows.send('shortcutProblemsChanged', problems, ['desk']),
  });
  shortcuts.set(preferences.read().globalShortcuts);

  const subscriptions = [
    preferences.changed$.subscribe((now) => windows.send('preferencesChanged', now)),
    preferences.changed$.subscribe(({ zoom }) => windows.zoom(zoom)),
    preferences.changed$
      .pipe(
        map(({ theme }) => theme),
        distinctUntilChanged(),
      )
      .subscribe((theme) => {
        nativeTheme.themeSource = theme;
        windows.send('themeChanged', { theme });
      }),
    preferences.changed$
      .pipe(
        map((now) => now.globalShortcuts),
        distinctUntilChanged(),
      )
      .subscribe((chosen) => shortcuts.set(chosen)),
  ];
  // Only a choice of the person is written: what they took out in the system's own settings stays out.
  let startsWithSystem = preferences.read().startsWithSystem;
  subscriptions.push(
    preferences.changed$.subscribe((now) => {
      if (now.startsWithSystem === startsWithSystem) return;
      startsWithSystem = now.startsWithSystem;
      startWithSystem(app, startsWithSystem, options).catch((error: unknown) =>
        log('start with the system could not be set', error),
      );
    }),
  );

  return {
    shortcutProblems: shortcuts.problems,
    stop(): void {
      for (const subscription of subscriptions) subscription.unsubscribe();
      shortcuts.set({});
    },
  };
}
