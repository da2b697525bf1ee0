/**
 * `npm run screenshots`: pictures of the practice desk and a chat, light and dark, into docs/screenshots for the README;
 * narrow, empty and offline ones into a temporary folder, for looking at beside the design.
 */
import { mkdirSync, mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright';
import { ROOT } from '../support/electron-path.ts';
import { launchFresh, practise, showTheme } from '../support/e2e-practice.ts';
import { startScene, signInAsLea } from '../support/e2e-scene.ts';
import { composer, eventually, readLive, roleOf } from '../support/e2e-windows.ts';

const README_FOLDER = path.join(ROOT, 'docs/screenshots');
const LOOK_FOLDER = mkdtempSync(path.join(os.tmpdir(), 'chatclock-pictures-'));
const THEMES = ['light', 'dark'] as const;

async function picture(page: Page, folder: string, name: string): Promise<void> {
  for (const theme of THEMES) {
    await showTheme(page, theme);
    const file = path.join(folder, `${name}-${theme}.png`);
    await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' });
    process.stdout.write(`${file}\n`);
  }
}

async function takePracticePictures(): Promise<void> {
  const device = await launchFresh();
  try {
    const desk = await practise(device);
    const rows = desk.getByRole('row');
    const chats: Page[] = [];
    for (let n = 0; n < 3; n += 1) {
      const known = new Set(chats);
      await rows.nth(n).dblclick();
      chats.push(
        await device.window(
          async (page) => roleOf(page) === 'chat' && !known.has(page) && (await composer(page).isVisible()),
          'a chat window',
        ),
      );
    }
    await eventually(
      async () => (await readLive(desk)).chats.filter((chat) => chat.trackedMs > 3_000).length >= 3,
      'three running chats',
    );
    await picture(desk, README_FOLDER, 'desk');
    await picture(chats[0]!, README_FOLDER, 'chat');
    await device.app.evaluate(({ BrowserWindow }) => {
      const desk = BrowserWindow.getAllWindows().find((one) =>
        one.webContents.getURL().endsWith('/desk.html'),
      );
      desk?.setContentSize(760, 520);
    });
    await picture(desk, LOOK_FOLDER, 'desk-narrow');
  } finally {
    await device.stop();
  }
}

async function takeOtherPictures(): Promise<void> {
  const scene = await startScene({
    clients: [{ id: 'mara', name: 'Mara Lindt', creditsMinor: 6_000 }],
    chats: [],
  });
  try {
    const device = await scene.start('a');
    const desk = await signInAsLea(scene, device);
    await picture(desk, LOOK_FOLDER, 'desk-empty');
    device.proxy.cut();
    await eventually(async () => (await readLive(desk)).connection.phase === 'offline', 'being offline');
    await picture(desk, LOOK_FOLDER, 'desk-offline');
  } finally {
    await scene.stop();
  }
}

mkdirSync(README_FOLDER, { recursive: true });
await takePracticePictures();
await takeOtherPictures();
process.exit(0);
