/** The windows as the tests see them: by what a person reads and presses. The only file that knows where things are. */
import type { Page } from 'playwright';
import type { Bridge, CommandInput, CommandName, CommandOutput, CommandResult } from '../../shared/ipc.ts';
import type { WindowRole } from '../../shared/ipc/command.ts';
import type { LiveChat, LiveSnapshot } from '../../shared/live.ts';
import type { Chat } from '../../shared/rows.ts';
import type { Device } from './e2e-device.ts';

const LIMIT_MS = 30_000;

/** The window's own bridge, as its page uses it. */
export function callRaw<N extends CommandName>(
  page: Page,
  name: N,
  input: CommandInput<N>,
): Promise<CommandResult<N>> {
  return page.evaluate(
    ([command, value]) =>
      (globalThis as unknown as { api: Bridge }).api.call(command, value as never) as Promise<never>,
    [name, input] as const,
  );
}

/** Throws with the code of a refusal. */
export async function call<N extends CommandName>(
  page: Page,
  name: N,
  input: CommandInput<N>,
): Promise<CommandOutput<N>> {
  const result = await callRaw(page, name, input);
  if (!result.ok) throw new Error(`${name}: ${result.code} ${JSON.stringify(result.details ?? {})}`);
  return result.value;
}

export function roleOf(page: Page): WindowRole | undefined {
  return /\/(welcome|desk|chat|mini)(\.html)?([?#]|$)/.exec(page.url())?.[1] as WindowRole | undefined;
}

/** Polls until `read` gives something; for what no event announces. */
export async function eventually<T>(
  read: () => Promise<T | undefined | false>,
  what: string,
  limitMs = LIMIT_MS,
): Promise<T> {
  const limit = performance.now() + limitMs;
  let last: unknown;
  while (performance.now() < limit) {
    try {
      const value = await read();
      if (value !== undefined && value !== false) return value;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`Waited ${limitMs} ms for ${what}`, { cause: last });
}

export function welcomeWindow(device: Device): Promise<Page> {
  return device.window(async (page) => roleOf(page) === 'welcome', 'welcome');
}

/** The desk with its picture complete. */
export async function deskWindow(device: Device): Promise<Page> {
  const page = await device.window(async (one) => roleOf(one) === 'desk', 'desk');
  await page.getByRole('grid').or(page.getByText('No live chats')).first().waitFor({ timeout: LIMIT_MS });
  return page;
}

/** Signs in from the welcome window, through the bridge its form uses. */
export async function signIn(
  device: Device,
  who: { email: string; password: string; deviceName?: string },
): Promise<Page> {
  const welcome = await welcomeWindow(device);
  const session = await call(welcome, 'readSession', null);
  if (session.phase !== 'signedOut' || session.suggestedServerUrl === null)
    throw new Error('Started without --server, or signed in already');
  // The window closes while it answers: what counts is the desk.
  await call(welcome, 'signIn', {
    serverUrl: session.suggestedServerUrl,
    deviceName: 'Test device',
    staysSignedIn: true,
    ...who,
  }).catch((error: unknown) => {
    if (!/closed|destroyed|navigat/i.test(String(error))) throw error;
  });
  return deskWindow(device);
}

export function readLive(desk: Page): Promise<LiveSnapshot> {
  return call(desk, 'readLive', null);
}

export function liveChat(
  desk: Page,
  chatId: string,
  isIt: (chat: LiveChat) => boolean,
  limitMs?: number,
): Promise<LiveChat> {
  return eventually(
    async () => (await readLive(desk)).chats.find((chat) => chat.chatId === chatId && isIt(chat)),
    `chat ${chatId}`,
    limitMs,
  );
}

/** The window that was given this chat, with its composer on screen. */
export async function chatWindow(device: Device, chatId: string): Promise<Page> {
  const page = await device.window(async (one) => {
    if (roleOf(one) !== 'chat') return false;
    return (await call(one, 'readAssignedChat', null))?.chat.id === chatId;
  }, `chat ${chatId}`);
  await composer(page).waitFor({ timeout: LIMIT_MS });
  return page;
}

/** Opens a chat the desk knows, as its row does, and waits for its window. */
export async function openChat(device: Device, desk: Page, chat: Chat, clientName: string): Promise<Page> {
  await call(desk, 'openChat', { chat, clientName });
  return chatWindow(device, chat.id);
}

/** Opens a waiting chat as a person does: its row, then Enter. */
export async function openRow(desk: Page, chatId: string): Promise<void> {
  const row = desk
    .locator(`[data-chat-id="${chatId}"]`)
    .or(desk.locator(`#chat-${chatId}`))
    .first();
  await row.click();
  await desk.keyboard.press('Enter');
}

export function composer(chatPage: Page) {
  return chatPage.getByTestId('chat-composer');
}

export async function sendMessage(chatPage: Page, text: string): Promise<void> {
  await composer(chatPage).fill(text);
  await composer(chatPage).press('Enter');
  await chatPage.getByRole('log').getByText(text, { exact: true }).waitFor({ timeout: LIMIT_MS });
}

/** Documents of a collection as they lie in the page's IndexedDB, whatever its database is called. */
export function localDocuments(page: Page, collection: string): Promise<Record<string, unknown>[]> {
  return page.evaluate(async (name) => {
    const open = (database: string) =>
      new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(database);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const found: Record<string, unknown>[] = [];
    for (const { name: database } of await indexedDB.databases()) {
      if (!database?.endsWith(`--${name}`)) continue;
      const db = await open(database);
      if (db.objectStoreNames.contains('docs')) {
        const request = db.transaction('docs').objectStore('docs').getAll();
        found.push(
          ...(await new Promise<Record<string, unknown>[]>(
            (resolve) => (request.onsuccess = () => resolve(request.result)),
          )),
        );
      }
      db.close();
    }
    return found;
  }, collection);
}
