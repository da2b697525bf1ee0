/** A window whose monitor is gone comes back on a screen. */
import type { Rectangle } from 'electron';

/** Remembered bounds, moved and shrunk until all of the window is inside the work area of the nearest screen. */
export function pulledInto(bounds: Rectangle, area: Rectangle): Rectangle {
  const width = Math.min(bounds.width, area.width);
  const height = Math.min(bounds.height, area.height);
  return {
    width,
    height,
    x: Math.round(Math.max(area.x, Math.min(bounds.x, area.x + area.width - width))),
    y: Math.round(Math.max(area.y, Math.min(bounds.y, area.y + area.height - height))),
  };
}
