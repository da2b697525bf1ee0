/** Where the mini timer stands: remembered, inside a screen that is still there, grown and shrunk. Pure. */
import type { Rectangle } from 'electron';
import { pulledInto } from '../pulled-into.ts';

export const MINI_WIDTH = 320;
export const MINI_HEIGHT = 40;
export const MINI_GROWN_HEIGHT = 220;
/** From the corner of the screen when nothing is remembered, px. */
const MARGIN = 16;

/** Place of the small window: where it was, or the end corner of `area` at the top. `zoom` is a factor. */
export function miniBounds(
  kept: { x: number; y: number } | undefined,
  area: Rectangle,
  zoom: number,
): Rectangle {
  const size = { width: Math.round(MINI_WIDTH * zoom), height: Math.round(MINI_HEIGHT * zoom) };
  const first = { x: area.x + area.width - size.width - MARGIN, y: area.y + MARGIN };
  return pulledInto({ ...size, ...(kept === undefined ? first : { x: kept.x, y: kept.y }) }, area);
}

/** The same corner grown; at the lower edge of the screen it moves up as far as it must. */
export function grownBounds(small: Rectangle, area: Rectangle, zoom: number): Rectangle {
  return pulledInto({ ...small, height: Math.round(MINI_GROWN_HEIGHT * zoom) }, area);
}

/** Whether it was dragged while it was grown: then it shrinks where it is, else back to where it grew from. */
export function isDragged(grown: Rectangle, now: Rectangle): boolean {
  return Math.abs(now.x - grown.x) > 1 || Math.abs(now.y - grown.y) > 1;
}
