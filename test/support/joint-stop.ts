/** One client whose credits run out in four chat windows on two devices: what every window showed, and when. */
import type { Page } from 'playwright';
import type { Bridge } from '../../shared/ipc.ts';
import { signInAsLea, startScene, type Scene, type SceneDevice } from './e2e-scene.ts';
import { call, chatWindow, eventually, liveChat, readLive } from './e2e-windows.ts';

export const CLIENT = 'pia';
export const CHATS = ['pia-1', 'pia-2', 'pia-3', 'pia-4'];
/** makeOrganisation's price. */
const RATE_PER_MINUTE_MINOR = 200;
/** What all four chats burn, units per ms. */
export const BURN_UNITS_PER_MS = CHATS.length * RATE_PER_MINUTE_MINOR;

export interface JointWindow {
  chatId: string;
  desk: Page;
  page: Page;
}

export interface JointScene {
  scene: Scene;
  devices: SceneDevice[];
  windows: JointWindow[];
  topUps: number;
}

/** What one window noted of its own chat, ms since the epoch on the machine's clock, which all processes share. */
export interface Noted {
  /** Its timer ran since the last `forgetNoted`: only then a stop is news. */
  hasRun: boolean;
  /** The window was told that the clock stands at zero. */
  stoppedAt: number | null;
  /** Its countdown on screen came to its last seconds. */
  shownAt: number | null;
  resumedAt: number | null;
}

/** Two devices of one advisor, two windows on each, all chats of one client, without free time and not yet running. */
export async function startJointScene(creditsMinor: number): Promise<JointScene> {
  const scene = await startScene({
    clients: [{ id: CLIENT, name: 'Pia Moreau', creditsMinor, freeMs: 0 }],
    chats: CHATS.map((id) => ({ id, userId: CLIENT })),
  });
  await scene.organisation.administrator.changePolicy('policy-run', {
    key: 'previousChatInPair',
    value: 'run',
  });
  const joint: JointScene = { scene, devices: [], windows: [], topUps: 0 };
  for (const [n, name] of ['a', 'b'].entries()) {
    const device = await scene.start(name);
    joint.devices.push(device);
    const desk = await signInAsLea(scene, device);
    for (const chatId of CHATS.slice(n * 2, n * 2 + 2)) {
      await call(desk, 'openChat', { chat: scene.chats.get(chatId)!, clientName: 'Pia Moreau' });
      const page = await chatWindow(device, chatId);
      joint.windows.push({ chatId, desk, page });
      await watch(page, chatId);
    }
  }
  return joint;
}

async function watch(page: Page, chatId: string): Promise<void> {
  await page.evaluate((id) => {
    const noted: Noted = { hasRun: false, stoppedAt: null, shownAt: null, resumedAt: null };
    const { api } = globalThis as unknown as { api: Bridge };
    // No function with a name: the loader of the benches would wrap it in a helper that the page does not have.
    (globalThis as unknown as { noted: Noted }).noted = noted;
    api.on('liveChanged', ({ chats }) => {
      const timer = chats.find((chat) => chat.chatId === id)?.timer;
      if (timer === 'running') noted.hasRun = true;
      const nowMs = performance.timeOrigin + performance.now();
      if (timer === 'exhausted' && noted.hasRun) noted.stoppedAt ??= nowMs;
      if (timer === 'running' && noted.stoppedAt !== null) noted.resumedAt ??= nowMs;
    });
    new MutationObserver(() => {
      const text = document.querySelector('[data-testid="chat-countdown"]')?.textContent ?? '';
      // A rest of less than what all four burn in half a second is a second or two of one chat: that is shown, too.
      if (noted.hasRun && /^≈?\s*0?0:0[0-2]$/.test(text))
        noted.shownAt ??= performance.timeOrigin + performance.now();
    }).observe(document, { subtree: true, childList: true, characterData: true });
  }, chatId);
}

export async function forgetNoted(joint: JointScene): Promise<void> {
  for (const { page } of joint.windows)
    await page.evaluate(() => {
      const { noted } = globalThis as unknown as { noted: Noted };
      Object.assign(noted, { hasRun: false, stoppedAt: null, shownAt: null, resumedAt: null });
    });
}

export function readNoted(joint: JointScene): Promise<Noted[]> {
  return Promise.all(
    joint.windows.map(({ page }) => page.evaluate(() => (globalThis as unknown as { noted: Noted }).noted)),
  );
}

/** Tops up through the platform API, as a paying client does. */
export async function topUp(joint: JointScene, amountMinor: number): Promise<void> {
  joint.topUps += 1;
  await joint.scene.organisation.platform.put('top-ups', `top-up-${joint.topUps}-of-pia`, {
    userId: CLIENT,
    amountMinor,
  });
}

/** Starts what does not run, as its advisor would, and waits until both devices know that all four run. */
export async function runAll(joint: JointScene): Promise<void> {
  for (const { chatId, desk } of joint.windows) {
    await eventually(async () => {
      const { chats } = await readLive(desk);
      const timer = chats.find((chat) => chat.chatId === chatId)?.timer;
      if (timer !== 'running') await call(desk, 'startTimer', { chat: joint.scene.chats.get(chatId)! });
      return timer === 'running';
    }, `${chatId} running`);
  }
  for (const desk of new Set(joint.windows.map((one) => one.desk)))
    await eventually(async () => {
      const client = (await readLive(desk)).clients.find((one) => one.userId === CLIENT);
      return client?.runningChats === CHATS.length;
    }, 'four running chats on each device');
}

/** Waits until every window is told that it stopped and shows it. */
export async function whenAllStopped(joint: JointScene, limitMs: number): Promise<Noted[]> {
  return eventually(
    async () => {
      const all = await readNoted(joint);
      return all.every((one) => one.stoppedAt !== null && one.shownAt !== null) && all;
    },
    'zero in four windows',
    limitMs,
  );
}

export function spreadMs(instants: readonly (number | null)[]): number {
  const all = instants.map((instant) => instant ?? Number.NaN);
  return Math.max(...all) - Math.min(...all);
}

/** The client's balance once everything that ran is settled, units. */
export async function settledBalanceUnits(joint: JointScene): Promise<number> {
  for (const { chatId, desk } of joint.windows)
    await liveChat(desk, chatId, (chat) => chat.timer !== 'running');
  return eventually(async () => {
    for (const { desk } of joint.windows) if ((await readLive(desk)).outbox.waiting > 0) return undefined;
    const balances = new Set<number | null>();
    for (const chatId of CHATS)
      balances.add((await joint.scene.organisation.platform.readChat(chatId)).balanceUnits);
    const [balance] = [...balances];
    return balances.size === 1 ? (balance ?? undefined) : undefined;
  }, 'a settled balance');
}
