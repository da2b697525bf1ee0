import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { followSeen, isSeen, type SeenWindow } from '../../electron/seen-windows.ts';

function window(now: { isVisible: boolean; isMinimised: boolean; isDestroyed?: boolean }) {
  const events = new EventEmitter();
  const seen = Object.assign(events, {
    isVisible: () => now.isVisible,
    isMinimized: () => now.isMinimised,
    isDestroyed: () => now.isDestroyed === true,
  }) as unknown as SeenWindow;
  return { events, seen };
}

test('a window is seen only on the screen: not hidden, not minimised, not gone', () => {
  const cases: [Parameters<typeof window>[0], boolean][] = [
    [{ isVisible: true, isMinimised: false }, true],
    [{ isVisible: false, isMinimised: false }, false],
    [{ isVisible: true, isMinimised: true }, false], // Some systems call a minimised window visible.
    [{ isVisible: true, isMinimised: false, isDestroyed: true }, false],
  ];
  for (const [now, expected] of cases) expect([now, isSeen(window(now).seen)]).toEqual([now, expected]);
});

test('whoever shows a window or puts it away, that is heard', () => {
  const { events, seen } = window({ isVisible: false, isMinimised: false });
  const heard: boolean[] = [];
  followSeen(seen, (isSeenNow) => heard.push(isSeenNow));
  for (const event of ['show', 'minimize', 'restore', 'hide', 'focus']) events.emit(event);
  expect(heard).toEqual([true, false, true, false]);
});
