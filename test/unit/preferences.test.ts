import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pulledInto } from '../../electron/pulled-into.ts';
import { parsePreferences, preferenceChangeSchema, zoomStep } from '../../shared/preferences.ts';

test('an old file, or one with a field that cannot be read, keeps everything else', () => {
  const old = { theme: 'dark', bounds: { desk: { x: 1, y: 2, width: 3, height: 4 } } };
  expect(parsePreferences(old)).toMatchObject({ theme: 'dark', zoom: 1, singleKeys: true });
  expect(parsePreferences({ theme: 'mauve', zoom: 1.5, idleAfterMs: 'x' })).toMatchObject({
    theme: 'system',
    zoom: 1.5,
    idleAfterMs: 300_000,
  });
  fc.assert(fc.property(fc.anything(), (raw) => void parsePreferences(raw)));
});

test('a change names only what changes, and nothing that is unknown', () => {
  expect(preferenceChangeSchema.parse({ zoom: 2 })).toEqual({ zoom: 2 });
  expect(preferenceChangeSchema.safeParse({ bounds: {} }).success).toBe(false);
  expect(preferenceChangeSchema.safeParse({ zoom: 90 }).success).toBe(false);
});

test('zoom goes in steps and stays at both ends', () => {
  expect([zoomStep(1, 1), zoomStep(1, -1), zoomStep(2, 1), zoomStep(0.8, -1), zoomStep(1.05, 1)]).toEqual([
    1.1, 0.9, 2, 0.8, 1.1,
  ]);
});

test('a window is inside the screen again, wherever its monitor was', () => {
  const area = { x: 100, y: 50, width: 1500, height: 900 };
  const side = fc.integer({ min: -5000, max: 5000 });
  const length = fc.integer({ min: 1, max: 4000 });
  fc.assert(
    fc.property(fc.record({ x: side, y: side, width: length, height: length }), (bounds) => {
      const { x, y, width, height } = pulledInto(bounds, area);
      expect(x).toBeGreaterThanOrEqual(area.x);
      expect(y).toBeGreaterThanOrEqual(area.y);
      expect(x + width).toBeLessThanOrEqual(area.x + area.width);
      expect(y + height).toBeLessThanOrEqual(area.y + area.height);
      expect([width, height]).toEqual([Math.min(bounds.width, 1500), Math.min(bounds.height, 900)]);
    }),
  );
});
