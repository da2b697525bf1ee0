/** The mini timer's window: shown while the person wants it and is signed in, above all, on every workspace. */
import { screen, type BrowserWindow, type Rectangle } from 'electron';
import type { Observable } from 'rxjs';
import type { DockSnapshot } from '../../shared/ipc/dock-commands.ts';
import type { PreferenceStore } from '../preferences.ts';
import type { Windows } from '../windows.ts';
import { grownBounds, isDragged, miniBounds } from './mini-place.ts';

export interface DockDeps {
  windows: Windows;
  preferences: PreferenceStore;
  isSignedIn(): boolean;
  session$: Observable<unknown>;
}

export type Dock = ReturnType<typeof createDock>;

export function createDock({ windows, preferences, isSignedIn, session$ }: DockDeps) {
  /** Where it stands small, and where it was put when it grew. */
  let small: Rectangle | null = null;
  let grown: Rectangle | null = null;

  const zoom = () => preferences.read().zoom;
  const areaOf = (bounds: Rectangle) => screen.getDisplayMatching(bounds).workArea;

  function snapshot(): DockSnapshot {
    const { miniHidesNames } = preferences.read();
    return {
      chats: windows.openChats().map(({ chat, clientName }) => ({
        chatId: chat.id,
        clientName: miniHidesNames ? '' : clientName,
      })),
    };
  }

  function tell(): void {
    windows.send('dockChanged', snapshot(), ['mini']);
  }

  function standSmall(window: BrowserWindow, bounds: Rectangle): void {
    grown = null;
    small = bounds;
    window.setBounds(bounds);
    preferences.keepBounds('mini', { ...bounds, isMaximised: false });
  }

  function open(): void {
    if (windows.mini() !== undefined) return;
    const kept = preferences.boundsOf('mini');
    const near = kept === undefined ? screen.getPrimaryDisplay() : screen.getDisplayMatching(kept);
    const window = windows.showMini();
    standSmall(window, miniBounds(kept, near.workArea, zoom()));
    // 'floating' stays under what the system itself must show.
    window.setAlwaysOnTop(true, 'floating');
    window.setVisibleOnAllWorkspaces(true, { visibleOnFullScreen: true });
  }

  function followChoice(): void {
    const { isMiniShown, miniOpacity } = preferences.read();
    if (isMiniShown && isSignedIn()) open();
    else windows.close('mini');
    windows.mini()?.setOpacity(miniOpacity);
    pullBack();
  }

  function pullBack(): void {
    const window = windows.mini();
    if (window === undefined || small === null || grown !== null) return;
    const inside = miniBounds(small, areaOf(small), zoom());
    if (JSON.stringify(inside) !== JSON.stringify(small)) standSmall(window, inside);
  }

  const subscriptions = [
    preferences.changed$.subscribe(() => {
      followChoice();
      tell();
    }),
    session$.subscribe(followChoice),
    windows.chatsChanged$.subscribe(tell),
  ];
  screen.on('display-removed', pullBack);
  screen.on('display-metrics-changed', pullBack);

  return {
    snapshot,
    followChoice,
    /** Ctrl Shift M; remembered for the next start. */
    toggle(): void {
      preferences.update({ isMiniShown: !preferences.read().isMiniShown });
    },
    /** Grows for the pointer or the keyboard, and shrinks to where it stood. */
    grow(isGrown: boolean): void {
      const window = windows.mini();
      if (window === undefined || small === null || isGrown === (grown !== null)) return;
      if (isGrown) {
        small = { ...small, ...positionOf(window) };
        grown = grownBounds(small, areaOf(small), zoom());
        window.setBounds(grown);
      } else if (grown !== null) {
        const now = window.getBounds();
        standSmall(window, miniBounds(isDragged(grown, now) ? now : small, areaOf(now), zoom()));
      }
    },
    stop(): void {
      for (const subscription of subscriptions) subscription.unsubscribe();
      screen.off('display-removed', pullBack);
      screen.off('display-metrics-changed', pullBack);
    },
  };
}

function positionOf(window: BrowserWindow): { x: number; y: number } {
  const { x, y } = window.getBounds();
  return { x, y };
}
