import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSnippets } from '../../electron/snippets/snippets.ts';
import { findSnippets, insertAt } from '../../shared/snippets.ts';

const hello = { id: 'a', name: 'Hello', text: 'How are you?' };
const bye = { id: 'b', name: 'Good bye', text: 'Say hello at home' };
let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-snippets-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a snippet is found by its name first, then by its text', () => {
  expect(findSnippets([bye, hello], '')).toEqual([bye, hello]);
  expect(findSnippets([bye, hello], 'HELLO')).toEqual([hello, bye]);
  expect(findSnippets([bye, hello], 'home hello')).toEqual([bye]);
});

test('it goes in where the caret is, in place of what is selected', () => {
  expect(insertAt('Hi , bye', 'Mara', { start: 3, end: 3 })).toEqual({ text: 'Hi Mara, bye', caret: 7 });
  expect(insertAt('Hi you', 'Mara', { start: 3, end: 6 })).toEqual({ text: 'Hi Mara', caret: 7 });
});

test('each advisor has their own, and nobody has them when nobody is signed in', async () => {
  let member: string | null = 'lea';
  const snippets = createSnippets({ file: () => member && path.join(folder, member, 'snippets.json') });
  expect(await snippets.read()).toEqual([]);
  await snippets.save([hello, bye]);
  expect(await snippets.read()).toEqual([hello, bye]);
  member = 'tom';
  expect(await snippets.read()).toEqual([]);
  member = null;
  await expect(snippets.read()).rejects.toMatchObject({ code: 'notSignedIn' });
  await expect(snippets.save([])).rejects.toMatchObject({ code: 'notSignedIn' });
});

test('a file that cannot be read is set aside, never written over', async () => {
  const file = path.join(folder, 'snippets.json');
  writeFileSync(file, '{');
  const snippets = createSnippets({ file: () => file });
  expect(await snippets.read()).toEqual([]);
  await snippets.save([hello]);
  expect(readdirSync(folder).sort()).toEqual(['snippets.json', 'snippets.json.unreadable']);
});
