import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clickNotice, recordNotices, shownNotices } from '../support/e2e-notices.ts';
import { recordSpeech, soundsOn, spokenOn } from '../support/e2e-speech.ts';
import { signInAsLea, startScene, type Scene, type SceneDevice } from '../support/e2e-scene.ts';
import { chooseInTray, recordTray, trayTold } from '../support/e2e-tray.ts';
import { call, eventually, openChat, readLive, roleOf } from '../support/e2e-windows.ts';

/** At 2.00 credits a minute: 2:24 of Pia's chat, 12 seconds of Tom's. */
const PIA_CREDITS_MINOR = 480;
const TOM_CREDITS_MINOR = 40;
/** A device that stalls for ten seconds of its time would rightly note a gap: on a busy machine not faster than this. */
const SCALE = 4;

/** Instants and states, with names where there is more than one client. */
const READ_ALOUD =
  /^([^:]+: )?((Free|Paid|Low|Unconfirmed), ((5|2|1) minutes?|30 seconds|[\w ]+) left|Exhausted|Waiting|Paused)\./;

let scene: Scene;
let device: SceneDevice;
let desk: Page;
let mini: Page;

beforeAll(async () => {
  scene = await startScene({
    clients: [
      { id: 'mara', name: 'Mara Lindt', creditsMinor: 100_000 },
      { id: 'jonas', name: 'Jonas Pohl', creditsMinor: 100_000 },
      { id: 'pia', name: 'Pia Moreau', creditsMinor: PIA_CREDITS_MINOR, freeMs: 1_000 },
      { id: 'tom', name: 'Tom Keller', creditsMinor: TOM_CREDITS_MINOR, freeMs: 1_000 },
      { id: 'eva', name: 'Eva Sommer', creditsMinor: 100_000 },
      { id: 'ben', name: 'Ben Adler', creditsMinor: 100_000 },
    ],
    chats: ['mara', 'jonas', 'pia', 'tom', 'eva', 'ben'].map((userId) => ({ id: `${userId}-1`, userId })),
    isClockScaled: true,
  });
  device = await scene.start('a');
  desk = await signInAsLea(scene, device);
  await recordTray(device);
  for (const id of ['mara-1', 'jonas-1']) await open(id);
}, 120_000);
afterAll(() => scene.stop(), 60_000);

function open(id: string): Promise<Page> {
  return openChat(device, desk, scene.chats.get(id)!, scene.clientName(id));
}

/** As its key in the menu does. */
function chooseInMenu(id: string): Promise<void> {
  return device.app.evaluate(({ Menu }, itemId) => {
    Menu.getApplicationMenu()?.getMenuItemById(itemId)?.click();
  }, id);
}

function boundsOfMini(): Promise<{ x: number; y: number; width: number; height: number }> {
  return device.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()
      .find((one) => one.webContents.getURL().includes('mini.html'))!
      .getBounds(),
  );
}

test(
  'the mini timer lists the open chats at the second of every other window',
  { timeout: 30_000 },
  async () => {
    await chooseInMenu('mini');
    mini = await device.window(async (page) => roleOf(page) === 'mini', 'mini');
    const bar = mini.getByTestId('mini-bar-chat');
    await eventually(async () => (await bar.count()) === 2, 'two chats in the bar');
    expect(await boundsOfMini()).toMatchObject({ width: 320, height: 40 });
    const chatId = (await bar.first().getAttribute('data-chat-id'))!;
    const chat = await device.window(
      async (page) =>
        roleOf(page) === 'chat' && (await call(page, 'readAssignedChat', null))?.chat.id === chatId,
      'the same chat',
    );
    // Read within one second: twice the same on one side means that no tick fell between.
    await eventually(async () => {
      const before = await bar.first().locator('b').textContent();
      const shown = await chat.getByTestId('chat-countdown').textContent();
      return (await bar.first().locator('b').textContent()) === before && shown === before;
    }, 'one number in both windows');
  },
);

test(
  'it grows for the keyboard, its keys bring chats to the front, Esc shrinks it',
  { timeout: 30_000 },
  async () => {
    await mini.keyboard.press('Tab');
    await eventually(async () => (await boundsOfMini()).height === 220, 'a grown mini timer');
    const second = mini.getByTestId('mini-row').nth(1);
    const name = await second.locator('bdi').innerText();
    await mini.keyboard.press('Escape');
    await eventually(async () => (await boundsOfMini()).height === 40, 'a small one');
    await mini.keyboard.press('2');
    await eventually(
      () =>
        device.app.evaluate(
          ({ BrowserWindow }, client) =>
            BrowserWindow.getFocusedWindow()?.getTitle().endsWith(`– ${client}`) === true,
          name,
        ),
      'the second chat in front',
      10_000,
    );
  },
);

test('it hides names when asked, and is gone and back by its key', { timeout: 30_000 }, async () => {
  await call(desk, 'changePreferences', { miniHidesNames: true });
  await eventually(
    async () => (await mini.getByTestId('mini-bar-chat').first().innerText()).includes('Client'),
    'no name',
  );
  await chooseInMenu('mini');
  await eventually(async () => mini.isClosed(), 'no mini timer');
  expect((await call(desk, 'readPreferences', null)).isMiniShown).toBe(false);
});

/** The title of our window with the keyboard. */
function titleInFront(): Promise<string> {
  return device.app.evaluate(({ BrowserWindow }) => BrowserWindow.getFocusedWindow()?.getTitle() ?? '');
}

async function showChat(id: string): Promise<void> {
  await call(desk, 'openChat', { chat: scene.chats.get(id)!, clientName: scene.clientName(id) });
  await eventually(async () => (await titleInFront()).includes(scene.clientName(id)), `${id} in front`);
}

const say = (id: string, chatId: string, text: string) =>
  scene.organisation.platform.put('messages', id, { chatId, text });

// Pages of tests always think that they have the keyboard: a chat with a window is read at once.
const openNotices = async () => (await shownNotices(device)).filter(({ isOpen }) => isOpen);

test(
  'messages, 2:00 and the joint stop of chats out of sight make one notice each, which names nobody',
  { timeout: 60_000 },
  async () => {
    await recordNotices(device);
    await recordSpeech(desk);
    await open('tom-1');
    const pia = await open('pia-1');
    await recordSpeech(pia);
    await showChat('mara-1');
    await say('m-1', 'mara-1', 'written in front');
    for (const [n, chatId] of ['ben-1', 'eva-1', 'ben-1', 'eva-1'].entries())
      await say(`b-${n}`, chatId, `written ${n}`);
    await scene.hurry(SCALE);
    const wanted = [
      '4 new messages in 2 chats',
      'A client has 2 minutes left',
      'A client’s time has stopped',
    ];
    await eventually(async () => {
      const titles = (await openNotices()).map(({ title }) => title);
      return wanted.every((title) => titles.includes(title));
    }, 'all four messages in one notice, running low and the stop in one each');
    await scene.hurry(1);
    for (const { title, body } of await shownNotices(device))
      expect(title + body).not.toMatch(/Mara|Ben|Eva|Pia|Tom|written/);
    // Half a minute has passed second by second; little of it was read aloud.
    const [onDesk, inChat] = [await spokenOn(desk), await spokenOn(pia)];
    for (const one of [...onDesk, ...inChat]) expect(one).toMatch(READ_ALOUD);
    expect(onDesk.length).toBeLessThan(15);
    expect(onDesk.filter((one) => one.includes('Pia Moreau: Low, 2 minutes left.'))).toHaveLength(1);
    expect(onDesk.filter((one) => one.includes('Tom Keller: Exhausted.'))).toHaveLength(1);
    expect(inChat.filter((one) => one === 'Low, 2 minutes left.')).toHaveLength(1);
    // The messages, 2:00 and the stop were heard; what came together was heard as one.
    expect(await soundsOn(desk)).toBeGreaterThanOrEqual(2);
    expect(await soundsOn(desk)).toBeLessThanOrEqual((await shownNotices(device)).length);
    await clickNotice(device, 'A client’s time has stopped');
    await eventually(async () => (await titleInFront()).endsWith('Tom Keller'), 'the stopped chat in front');
  },
);

test(
  'a notice names and quotes when that is chosen; a chat without a window opens on the desk',
  { timeout: 30_000 },
  async () => {
    await clickNotice(device, '4 new messages in 2 chats');
    await showChat('mara-1');
    await call(desk, 'changePreferences', { notices: 'full' });
    await scene.hurry(SCALE);
    await say('e-1', 'eva-1', 'are you <b>there</b>?');
    await eventually(
      async () => (await openNotices()).some(({ title }) => title === 'Eva Sommer'),
      'a notice with the name',
    );
    await scene.hurry(1);
    const notice = (await openNotices()).find(({ title }) => title === 'Eva Sommer');
    expect(notice!.body).toBe(
      process.platform === 'linux' ? 'are you ‹b›there‹/b›?' : 'are you <b>there</b>?',
    );
    await clickNotice(device, 'Eva Sommer');
    await eventually(
      async () => (await desk.locator('[data-chat-id="eva-1"]').getAttribute('aria-selected')) === 'true',
      'Eva selected on the desk',
    );
    const { chats: live } = await call(desk, 'readLive', null);
    expect(live.find(({ chatId }) => chatId === 'eva-1')?.timer ?? 'idle').toBe('idle');
    await desk.getByTestId('mute-chat').click();
    await eventually(
      async () => (await call(desk, 'readPreferences', null)).mutedChatIds.includes('eva-1'),
      'a muted chat',
    );
  },
);

test(
  'the tray lists the live chats, its tooltip names nobody, and it pauses them all; the badge counts who needs somebody',
  { timeout: 30_000 },
  async () => {
    await call(desk, 'changePreferences', { miniHidesNames: false });
    await say('b-9', 'ben-1', 'one more');
    // Tom's chat stands still, Pia runs low; Ben and Eva wait for an answer.
    await eventually(async () => (await trayTold(device)).badge === 4, 'a badge of four');
    const { tooltip } = await eventually(async () => {
      const told = await trayTold(device);
      return told.labels.includes('Tom Keller: exhausted') && told;
    }, 'the menu');
    expect(tooltip).toMatch(/^Chatclock\n[\d:]+ left at the shortest\n4 need you$/);
    const { labels } = await trayTold(device);
    expect(labels.filter((label) => label.includes(':')).map((label) => label.split(':')[0])).toEqual([
      ...['Pia Moreau', 'Mara Lindt', 'Jonas Pohl', 'Tom Keller'],
    ]);
    await chooseInTray(device, 'Pause all');
    await eventually(
      async () => (await readLive(desk)).chats.every(({ timer }) => timer !== 'running'),
      'nothing that runs',
    );
    await chooseInTray(device, 'Do not disturb');
    expect((await call(desk, 'readPreferences', null)).quietUntilMs).toBeGreaterThan(0);
  },
);
