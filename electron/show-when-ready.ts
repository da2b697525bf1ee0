/** Shows a window once it has something to show. */
import type { BrowserWindow } from 'electron';

/** After the page has come, the first paint is waited for no longer than this, ms. */
const PAINT_LIMIT_MS = 500;

/**
 * With its first paint; but on a busy machine Electron sometimes never says that there was one, and an app that runs
 * without a window is the worst of all: then as soon as the page is there, and also when it could not be loaded.
 */
export function showWhenReady(window: BrowserWindow, showIt: () => void = () => window.show()): void {
  let isShown = false;
  const show = () => {
    if (isShown || window.isDestroyed()) return;
    isShown = true;
    showIt();
  };
  window.once('ready-to-show', show);
  window.webContents.once('did-finish-load', () => setTimeout(show, PAINT_LIMIT_MS));
  window.webContents.once('did-fail-load', () => setTimeout(show, PAINT_LIMIT_MS));
}
