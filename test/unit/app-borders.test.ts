import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { createAppProtocol, pageFileOf } from '../../electron/app-protocol.ts';
import { readAppOptions } from '../../electron/command-line.ts';
import { createSecretBox, type SafeStorage } from '../../electron/session/secret-box.ts';
import { assertSecureWebPreferences, secureWebPreferences } from '../../electron/web-preferences.ts';

test('app:// serves plain names of page files and nothing else', () => {
  expect(pageFileOf('app://desk/desk.html')).toBe('desk.html');
  expect(pageFileOf('app://desk/assets/inter-latin-wght-normal-Dx4kXJAl.woff2')).toBe(
    'assets/inter-latin-wght-normal-Dx4kXJAl.woff2',
  );
  expect(pageFileOf('app://desk/chat.html?x=1#y')).toBe('chat.html');
  const hostile = [
    'app://desk/',
    'app://desk/../a.html',
    'app://desk/..%2fa.html',
    'app://desk/a%00.html',
    'app://desk//a.html',
    'app://desk/.env',
  ];
  for (const url of [
    ...hostile,
    'app://desk/a/..b/c.html',
    'app://evil/desk.html',
    'app://desk.evil/desk.html',
    'https://desk/desk.html',
    'app://desk/a.exe',
  ]) {
    expect([url, pageFileOf(url)]).toEqual([url, null]);
  }
});

test('a page file that cannot be read at first is served a moment later; one that is not there fails to load, and is logged', async () => {
  const pagesDir = mkdtempSync(path.join(os.tmpdir(), 'chatclock-pages-'));
  const file = path.join(pagesDir, 'desk.html');
  mkdirSync(file); // Cannot be read: it is a folder.
  const waits: number[] = [];
  const log: string[] = [];
  const answer = createAppProtocol({
    pagesDir,
    proxy: () => Promise.reject(new Error('not asked')),
    devServerUrl: null,
    log: (line) => log.push(line),
    schedule(ms, task) {
      waits.push(ms);
      if (waits.length === 2) {
        rmdirSync(file);
        writeFileSync(file, 'the desk');
      }
      setImmediate(task);
      return () => undefined;
    },
  });
  const response = await answer(new Request('app://desk/desk.html'));
  expect([response.status, await response.text(), waits.length]).toEqual([200, 'the desk', 2]);
  expect(log).toEqual([]);
  const missing = await answer(new Request('app://desk/chat.html'));
  expect([missing.type, waits.length, log]).toEqual(['error', 2, ['page file chat.html could not be read']]);
  expect((await answer(new Request('app://desk/desk.css'))).status).toBe(404);
  rmSync(pagesDir, { recursive: true });
});

test('options are read in both spellings; a wrong one is named', () => {
  expect(readAppOptions(['electron', '.', '--profile', 'b', '--server=http://127.0.0.1:9/'])).toMatchObject({
    profile: 'b',
    serverUrl: 'http://127.0.0.1:9',
  });
  expect(() => readAppOptions(['--profile', '../x'])).toThrow(
    expect.objectContaining({ code: 'badUsage', details: { option: '--profile' } }),
  );
  expect(() => readAppOptions(['--server', 'file:///etc/passwd'])).toThrow(
    expect.objectContaining({ code: 'badUsage' }),
  );
});

test('a window that could reach the computer is never made', () => {
  const safe = secureWebPreferences('preload.cjs');
  expect(() => assertSecureWebPreferences(safe)).not.toThrow();
  for (const change of [
    { sandbox: false },
    { nodeIntegration: true },
    { contextIsolation: false },
    { webSecurity: false },
    { webviewTag: true },
    { enableBlinkFeatures: 'X' },
  ]) {
    expect(() => assertSecureWebPreferences({ ...safe, ...change })).toThrow();
  }
});

test('a key store that only pretends is not used, and one that changed asks for a new sign-in', () => {
  const real: SafeStorage = {
    isEncryptionAvailable: () => true,
    getSelectedStorageBackend: () => 'gnome_libsecret',
    encryptString: (text) => Buffer.from([...text].reverse().join('')),
    decryptString: (sealed) => [...sealed.toString()].reverse().join(''),
  };
  const box = createSecretBox(real, 'linux');
  expect(box.seal('token', false).kind).toBe('sealed');
  expect(box.open(box.seal('token', false))).toBe('token');
  const pretending = createSecretBox({ ...real, getSelectedStorageBackend: () => 'basic_text' }, 'linux');
  expect([box.hasKeyStore(), pretending.hasKeyStore()]).toEqual([true, false]);
  expect(pretending.seal('token', true)).toEqual({ kind: 'plain', text: 'token' });
  const nowhere = pretending.seal('token', false);
  expect(nowhere).toEqual({ kind: 'memory', text: '' });
  expect(pretending.open(nowhere)).toBe('token');
  const afterRestart = createSecretBox({ ...real, isEncryptionAvailable: () => false }, 'linux');
  expect(afterRestart.open(nowhere)).toBeUndefined();
  const broken = createSecretBox({ ...real, decryptString: () => { throw new Error('changed'); } }, 'linux'); // prettier-ignore
  expect(broken.open({ kind: 'sealed', text: 'eA==' })).toBeUndefined();
});
