/** What Electron costs by itself: N windows with an empty page of the product's sizes; says `ready` when all are shown. */
const { app, BrowserWindow } = require('electron');
const path = require('node:path');

const count = Number(process.env.BENCH_WINDOWS ?? 1);
app.setPath('userData', process.env.BENCH_USER_DATA);
app.on('window-all-closed', () => app.quit());
process.stdin.resume();
process.stdin.on('end', () => app.quit());

app.whenReady().then(async () => {
  await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const [width, height] = n === 0 ? [1180, 760] : [420, 640];
      const window = new BrowserWindow({
        width,
        height,
        show: false,
        webPreferences: { sandbox: true, contextIsolation: true },
      });
      const painted = new Promise((resolve) => window.once('ready-to-show', resolve));
      await window.loadFile(path.join(__dirname, 'empty.html'));
      await painted;
      window.show();
    }),
  );
  process.stdout.write('ready\n');
});
