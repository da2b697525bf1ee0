/**
 * What Electron costs by itself: N windows with an empty page of the product's sizes; says `ready` when all are shown.
 * BENCH_KEYS_FILE: the last one has a text area that is typed into, then all are put away.
 */
const { app, BrowserWindow } = require('electron');
const { writeFileSync } = require('node:fs');
const path = require('node:path');
const { measureKeys } = require('../key-to-paint.cjs');

const count = Number(process.env.BENCH_WINDOWS ?? 1);
app.setPath('userData', process.env.BENCH_USER_DATA);
app.on('window-all-closed', () => app.quit());
process.stdin.resume();
process.stdin.on('end', () => app.quit());

app.whenReady().then(async () => {
  const keysFile = process.env.BENCH_KEYS_FILE;
  const windows = await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const [width, height] = n === 0 ? [1180, 760] : [420, 640];
      const window = new BrowserWindow({
        width,
        height,
        show: false,
        webPreferences: { sandbox: true, contextIsolation: true },
      });
      const painted = new Promise((resolve) => window.once('ready-to-show', resolve));
      const isTyped = keysFile !== undefined && n === count - 1;
      await window.loadFile(path.join(__dirname, isTyped ? 'typing.html' : 'empty.html'));
      await painted;
      window.show();
      return window;
    }),
  );
  if (keysFile !== undefined) {
    const typed = windows.at(-1);
    typed.focus();
    const keys = await measureKeys(typed.webContents, 'textarea', Number(process.env.BENCH_KEYS));
    for (const window of windows) window.hide();
    writeFileSync(keysFile, JSON.stringify({ keys }));
  }
  process.stdout.write('ready\n');
});
