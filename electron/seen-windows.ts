/**
 * Which windows somebody can see: what changes every second goes to those alone. Whether another window lies on top is not
 * known here: Chromium does not look for it while `backgroundThrottling` is off, and the desk replicates while hidden.
 */
import type { BrowserWindow } from 'electron';

/** What this needs of a window. */
export type SeenWindow = Pick<BrowserWindow, 'isDestroyed' | 'isVisible' | 'isMinimized'> & {
  on(event: string, listener: () => void): unknown;
};

export function isSeen(window: SeenWindow): boolean {
  return !window.isDestroyed() && window.isVisible() && !window.isMinimized();
}

/** Says when a window comes to be seen, whoever showed it, and when it is put away. May say the same twice. */
export function followSeen(window: SeenWindow, onChanged: (isSeenNow: boolean) => void): void {
  for (const event of ['show', 'restore'] as const) window.on(event, () => onChanged(true));
  for (const event of ['hide', 'minimize'] as const) window.on(event, () => onChanged(false));
}
