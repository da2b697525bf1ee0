/** Where windows stand: remembered, and pulled back on a screen that is still there. */
import { screen, type BrowserWindow, type Rectangle } from 'electron';
import type { KeptBounds } from './preferences.ts';
import { pulledInto } from './pulled-into.ts';
import type { Schedule } from './schedule.ts';

/** A new chat window stands beside the last one, px. */
const CASCADE = 32;
/** A window has come to rest when it was not moved for so long, ms: a drag is one place, not a hundred. */
const AT_REST_AFTER_MS = 400;

/** Where a window stands when it is not maximised, px on the screen. */
export function boundsOf(window: BrowserWindow): KeptBounds {
  return { ...window.getNormalBounds(), isMaximised: window.isMaximized() };
}

/** The same, to be compared. */
export const placeOf = (window: BrowserWindow): string => JSON.stringify(boundsOf(window));

export function onScreen(bounds: KeptBounds | undefined): Partial<Rectangle> {
  if (bounds === undefined) return {};
  const { x, y, width, height } = bounds;
  return pulledInto({ x, y, width, height }, screen.getDisplayMatching(bounds).workArea);
}

/** Says when the window has come to rest somewhere else, so that its place outlives an app that is killed. */
export function followPlace(window: BrowserWindow, schedule: Schedule, onRest: () => void): void {
  let cancel: () => void = () => undefined;
  const plan = () => {
    cancel();
    cancel = schedule(AT_REST_AFTER_MS, () => {
      if (!window.isDestroyed()) onRest();
    });
  };
  window.on('move', plan);
  window.on('resize', plan);
  window.on('closed', () => cancel());
}

/** The n-th chat window, counted from 1: the first where it was last, the others in columns from the end edge. */
export function place(window: BrowserWindow, shown: number, kept: KeptBounds | undefined): void {
  if (kept !== undefined) {
    window.setBounds(onScreen(kept));
    return;
  }
  const { workArea } = screen.getPrimaryDisplay();
  const { width, height } = window.getBounds();
  const columns = Math.max(1, Math.floor(workArea.width / width));
  const turn = Math.floor((shown - 1) / columns);
  const x = workArea.x + workArea.width - width * (((shown - 1) % columns) + 1) - turn * CASCADE;
  window.setPosition(
    Math.max(workArea.x, x),
    Math.min(workArea.y + turn * CASCADE, workArea.y + Math.max(0, workArea.height - height)),
  );
}
