/**
 * Loaded with `-r` before the product's main process, without a debugger: opens BENCH_CHATS from the desk, types into the
 * last of their windows, writes the latencies to BENCH_KEYS_FILE, puts all windows away and says `ready`.
 */
const { writeFileSync } = require('node:fs');
const { BrowserWindow, ipcMain } = require('electron');
const { measureKeys } = require('./key-to-paint.cjs');

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const pageOf = (window) => window.webContents.getURL();

/** Opens one chat after the other: each must run before the next. */
async function openChats(desk, chats) {
  const ask = (name, input) =>
    desk.webContents.executeJavaScript(
      `globalThis.api.call(${JSON.stringify(name)}, ${JSON.stringify(input)})`,
    );
  for (const { chat, clientName } of chats) {
    await ask('openChat', { chat, clientName });
    for (let turn = 0; ; turn += 1) {
      const live = await ask('readLive', null);
      const found = live.ok && live.value.chats.find(({ chatId }) => chatId === chat.id);
      if (found && found.timer === 'running') break;
      if (turn > 300) throw new Error(`The timer of ${chat.id} does not run: ${JSON.stringify(found)}`);
      await pause(100);
    }
  }
  const live = await ask('readLive', null);
  return live.value.chats.filter(({ timer }) => timer === 'running').length;
}

async function run() {
  const chats = JSON.parse(process.env.BENCH_CHATS);
  const desk = BrowserWindow.getAllWindows().find((one) => pageOf(one).endsWith('/desk.html'));
  const running = await openChats(desk, chats);
  await pause(3_000); // The next spare is made and has come to rest.
  const { clientName } = chats.at(-1);
  const typed = BrowserWindow.getAllWindows().find((one) => one.getTitle().endsWith(clientName));
  const keys = await measureKeys(
    typed.webContents,
    '[data-testid="chat-composer"]',
    Number(process.env.BENCH_KEYS),
  );
  const windows = BrowserWindow.getAllWindows();
  for (const window of windows) window.hide();
  writeFileSync(
    process.env.BENCH_KEYS_FILE,
    JSON.stringify({
      keys,
      running,
      windows: windows.length,
      seen: windows.filter((one) => one.isVisible()).length,
    }),
  );
  process.stdout.write('ready\n');
}

const handle = ipcMain.handle.bind(ipcMain);
let isBegun = false;
ipcMain.handle = (channel, listener) =>
  handle(channel, (event, ...args) => {
    if (channel === 'command:reportDeskReady' && !isBegun) {
      isBegun = true;
      run().catch((error) => {
        process.stderr.write(`${error.stack}\n`);
        process.exit(1);
      });
    }
    return listener(event, ...args);
  });
