/** --screenshot FILE: practises as the advisor, opens the practice chats, pictures the desk, quits. */
import { writeFile } from 'node:fs/promises';
import type { BrowserWindow } from 'electron';
import type { LiveSnapshot } from '../shared/live.ts';

const LIMIT_MS = 90_000;
/** Timers run this long before the picture, ms: the numbers should move. */
const RUN_MS = 4_000;
const LOOK_EVERY_MS = 200;

export interface ScreenshotDeps {
  file: string;
  practise(): Promise<void>;
  isDeskReady(): boolean;
  live(): LiveSnapshot | undefined;
  desk(): BrowserWindow | undefined;
  /** Opens these chats as their rows would. */
  openChats(chatIds: string[]): void;
}

/** Resolves when the picture is written. Throws when it takes longer than 90 s. */
export async function takeScreenshot(deps: ScreenshotDeps): Promise<void> {
  const turns = LIMIT_MS / LOOK_EVERY_MS;
  await deps.practise();
  const wait = () => new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  for (let turn = 0; turn < turns; turn += 1) {
    await wait();
    const live = deps.live();
    if (!deps.isDeskReady() || live === undefined || live.chats.length === 0) continue;
    deps.openChats(live.chats.slice(0, 4).map((chat) => chat.chatId));
    for (let ran = 0; ran * LOOK_EVERY_MS < RUN_MS || !isSettled(deps.live()); ran += 1) {
      if (turn + ran > turns) break;
      await wait();
    }
    const desk = deps.desk();
    if (desk === undefined) break;
    desk.show();
    await wait();
    const picture = await desk.webContents.capturePage();
    await writeFile(deps.file, picture.toPNG());
    return;
  }
  throw new Error('The desk was not ready within 90 s; see chatclock.log in the profile');
}

/** Some timers run and nothing waits to be sent. */
function isSettled(live: LiveSnapshot | undefined): boolean {
  return (
    live !== undefined &&
    live.chats.some((chat) => chat.timer === 'running') &&
    live.connection.phase === 'online'
  );
}
