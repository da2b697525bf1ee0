/** Choices of a profile and of those who work on it, over restarts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPreferences } from '../../electron/preferences.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-preferences-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const open = () =>
  openPreferences(folder, (error) => {
    throw error;
  });

test('how long nobody may be there is each advisor’s own; the look of the app is the profile’s', async () => {
  const store = await open();
  store.useMember('lea');
  store.update({ idleAfterMs: 60_000, theme: 'dark' });
  store.useMember('noor');
  expect(store.read()).toMatchObject({ idleAfterMs: 300_000, theme: 'dark' });
  store.update({ idleAfterMs: 0 });
  await store.saved();

  const again = await open();
  const told: number[] = [];
  again.changed$.subscribe(({ idleAfterMs }) => told.push(idleAfterMs));
  expect(again.read().idleAfterMs).toBe(300_000);
  again.useMember('lea');
  again.useMember('noor');
  again.useMember(null);
  expect(told).toEqual([60_000, 0, 300_000]);
});

test('what an older version kept for the profile holds until its advisor chooses', async () => {
  writeFileSync(path.join(folder, 'preferences.json'), JSON.stringify({ idleAfterMs: 120_000 }));
  const store = await open();
  store.useMember('lea');
  expect(store.read().idleAfterMs).toBe(120_000);
  store.update({ idleAfterMs: 900_000 });
  expect(store.read().idleAfterMs).toBe(900_000);
  store.useMember('noor');
  expect(store.read().idleAfterMs).toBe(120_000);
  await store.saved();
});

test('a member’s choice that cannot be read costs nothing else', async () => {
  const members = { lea: { idleAfterMs: 'x' }, noor: { idleAfterMs: 60_000 } };
  writeFileSync(path.join(folder, 'preferences.json'), JSON.stringify({ theme: 'dark', members }));
  const store = await open();
  store.useMember('lea');
  expect(store.read()).toMatchObject({ idleAfterMs: 300_000, theme: 'dark' });
  store.useMember('noor');
  expect(store.read().idleAfterMs).toBe(60_000);
});
