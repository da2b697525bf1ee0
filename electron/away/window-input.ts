/** What people do in a window, as proof that somebody is there. The window's focus is none: systems move it by themselves. */
import type { InputEvent, MouseInputEvent, WebContents } from 'electron';

/** `acted`: a key, a click, the wheel, a touch. `moved`: the pointer went elsewhere, which says less. */
export type InputKind = 'acted' | 'moved';

const ACTS: ReadonlySet<string> = new Set([
  ...['rawKeyDown', 'keyDown', 'char', 'mouseDown', 'mouseWheel', 'touchStart', 'pointerDown'],
  ...['gestureTap', 'gestureTapDown', 'gestureScrollBegin', 'gesturePinchBegin'],
]);

export function followInput(contents: WebContents, onInput: (kind: InputKind) => void): void {
  let lastPlace: string | null = null;
  contents.on('input-event', (_event, input) => {
    if (ACTS.has(input.type)) onInput('acted');
    else if (input.type === 'mouseMove') {
      // A window that opens below a pointer at rest hears of it, too.
      const place = placeOf(input);
      const hasMoved = lastPlace !== null && place !== lastPlace;
      lastPlace = place;
      if (hasMoved) onInput('moved');
    }
  });
}

function placeOf(input: InputEvent): string {
  const { x, y, globalX = x, globalY = y } = input as MouseInputEvent;
  return `${globalX},${globalY}`;
}
