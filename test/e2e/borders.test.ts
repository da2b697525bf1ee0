import { spawn } from 'node:child_process';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS, type CommandName } from '../../shared/ipc.ts';
import { electronEnvironment } from '../support/e2e-device.ts';
import { electronPath, ROOT } from '../support/electron-path.ts';
import { isAlive, killTree } from '../support/e2e-process-tree.ts';
import { signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import { call, callRaw, openChat, roleOf } from '../support/e2e-windows.ts';

/** Paths that must never lead out of the app's own pages, as a hostile page would write them. */
const HOSTILE_URLS = [
  'app://desk/..%2f..%2fpackage.json',
  'app://desk/%2e%2e/%2e%2e/package.json',
  'app://desk/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  'app://desk/..%5c..%5cpackage.json',
  'app://desk//etc/passwd',
  'app://desk/%2fetc%2fpasswd',
  'app://desk/desk.html%00.js',
  'app://desk/assets/..%2f..%2fmain%2fmain.js',
  'app://desk/../main/main.js',
  'app://desk/.env',
  'app://evil/desk.html',
  'app://desk.evil/desk.html',
  'app://user@evil/desk.html',
];
const CSP_PARTS = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
];
let scene: Scene;
let a: SceneDevice;
let desk: Page;
let chat: Page;
let mini: Page;

beforeAll(async () => {
  scene = await startScene({
    clients: [{ id: 'mara', name: 'Mara Lindt', creditsMinor: 100_000 }],
    chats: [{ id: 'mara-1', userId: 'mara' }],
  });
  a = await scene.start('a');
  desk = await signInAsLea(scene, a);
  chat = await openChat(a, desk, scene.chats.get('mara-1')!, 'Mara Lindt');
  await call(desk, 'changePreferences', { isMiniShown: true });
  mini = await a.window(async (page) => roleOf(page) === 'mini', 'mini timer');
}, 120_000);
afterAll(() => scene.stop(), 60_000);

function answer(page: Page, name: string, input: unknown) {
  return callRaw(page, name as CommandName, input as never).catch((error: Error) => ({
    ok: false as const,
    code: `thrown: ${error.message}`,
  }));
}

test('a window may not call a command that is not for its role', { timeout: 60_000 }, async () => {
  for (const [name, command] of Object.entries(COMMANDS)) {
    for (const page of [desk, chat, mini]) {
      if (command.roles.includes(roleOf(page)!)) continue;
      expect([name, await answer(page, name, null)]).toEqual([
        name,
        expect.objectContaining({ ok: false, code: 'untrustedSender' }),
      ]);
    }
  }
});

function isNamedProto(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, '__proto__');
}

test('junk is refused by every command before anything happens', { timeout: 60_000 }, async () => {
  const junk = [
    undefined,
    'x',
    42,
    [],
    { chatId: 7 },
    { chatId: '' },
    { chatId: 'x'.repeat(100_000) },
    JSON.parse('{"__proto__": {"chatId": "mara-1"}}'),
  ];
  for (const [name, command] of Object.entries(COMMANDS)) {
    const page = [chat, desk, mini].find((one) => command.roles.includes(roleOf(one)!)) ?? desk;
    for (const value of junk) {
      // A key called __proto__ is lost on its way into the page: what arrives is an empty object.
      const arrives = isNamedProto(value) ? {} : value;
      if (command.input.safeParse(arrives).success) continue;
      expect([name, await answer(page, name, value)]).toEqual([
        name,
        expect.objectContaining({ ok: false, code: 'badInput' }),
      ]);
    }
  }
  expect((await answer(desk, 'noSuchCommand', null)).ok).toBe(false);
});

test('a chat window can only speak for rows of its own making', { timeout: 60_000 }, async () => {
  const foreign = await answer(chat, 'writeRow', {
    row: { type: 'topUp', id: 'x', userId: 'mara', amountMinor: 1, atMs: 1 },
  });
  expect(foreign).toMatchObject({ ok: false, code: 'badInput' });
});

test('hostile addresses lead nowhere', { timeout: 60_000 }, async () => {
  const answers = await a.app.evaluate(async ({ net }, urls) => {
    const seen: [string, string][] = [];
    for (const url of urls) {
      const status = await net.fetch(url).then(
        async (response) => (response.status >= 400 ? 'refused' : (await response.text()).slice(0, 60)),
        () => 'refused',
      );
      seen.push([url, status]);
    }
    return seen;
  }, HOSTILE_URLS);
  expect(answers).toEqual(HOSTILE_URLS.map((url) => [url, 'refused']));
});

test('every window’s page comes with the strict policy', { timeout: 60_000 }, async () => {
  for (const page of [desk, chat]) {
    const policy = await a.app.evaluate(
      async ({ net }, url) => (await net.fetch(url)).headers.get('content-security-policy'),
      page.url(),
    );
    for (const part of CSP_PARTS) expect(policy).toContain(part);
    expect(policy).not.toContain('unsafe');
  }
});

test('no window can be led elsewhere or open another', { timeout: 60_000 }, async () => {
  for (const page of [desk, chat]) {
    const before = page.url();
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'http://127.0.0.1:9/?next=app://desk';
      document.body.append(link);
      link.click();
      link.remove();
    });
    expect(await page.evaluate(() => window.open('http://127.0.0.1:9/') === null)).toBe(true);
    expect(page.url()).toBe(before);
  }
  expect(a.app.windows().every((page) => page.url().startsWith('app://desk/'))).toBe(true);
});

test('windows show pages without access to the computer', { timeout: 60_000 }, async () => {
  for (const page of [desk, chat]) {
    expect(
      await page.evaluate(() => [
        typeof (globalThis as { require?: unknown }).require,
        typeof (globalThis as { process?: unknown }).process,
      ]),
    ).toEqual(['undefined', 'undefined']);
    expect(
      await page.evaluate(() => Object.keys((globalThis as unknown as { api: object }).api).sort()),
    ).toEqual(['call', 'on']);
    expect(
      await page.evaluate(() =>
        navigator.permissions.query({ name: 'geolocation' }).then((status) => status.state),
      ),
    ).toBe('denied');
  }
});

test(
  'a second start on the same profile says so and leaves the first alone',
  { timeout: 60_000 },
  async () => {
    const { env, flags } = await electronEnvironment();
    const second = spawn(
      electronPath(),
      [...flags, ROOT, '--user-data', a.userDataDir, '--server', a.proxy.url],
      {
        env,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let said = '';
    second.stdout.on('data', (part: Buffer) => (said += part.toString('utf8')));
    second.stderr.on('data', (part: Buffer) => (said += part.toString('utf8')));
    const limit = setTimeout(() => killTree(second.pid!), 20_000);
    await new Promise((resolve) => second.once('exit', resolve));
    clearTimeout(limit);
    expect(said).toMatch(/already|profileInUse/i);
    expect(isAlive(a.pid)).toBe(true);
    expect((await call(desk, 'readSession', null)).phase).toBe('signedIn');
  },
);
