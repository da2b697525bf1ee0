/** The number on the app's icon: how many chats need the advisor (UX.md: unread and low). */
import { app, type BrowserWindow } from 'electron';
import { INKS } from './logo-bitmap.ts';
import { discImage } from './logo-image.ts';

export function createBadge(desk: () => BrowserWindow | undefined) {
  let shown = -1;
  let isThere = false;
  let marked: BrowserWindow | undefined;

  return {
    /** Whether this system shows it; else the tray's icon has to. */
    show(needing: number): boolean {
      // On Windows the mark belongs to a window's button, and a new desk has none yet.
      if (needing === shown && (process.platform !== 'win32' || marked === desk())) return isThere;
      shown = needing;
      if (process.platform === 'win32') {
        marked = desk();
        const words = `${needing} ${needing === 1 ? 'chat needs' : 'chats need'} you`;
        marked?.setOverlayIcon(
          needing === 0 ? null : discImage(16, INKS.dotLight),
          needing === 0 ? '' : words,
        );
        isThere = marked !== undefined;
      } else isThere = app.setBadgeCount(needing);
      return isThere;
    },
  };
}
