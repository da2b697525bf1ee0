/** Loaded with `-r` before the product's main process: says `ready` when the desk reports its first complete picture; notes how far it has replicated. */
const { ipcMain } = require('electron');

const handle = ipcMain.handle.bind(ipcMain);
ipcMain.handle = (channel, listener) =>
  handle(channel, (event, ...args) => {
    if (channel === 'command:reportDeskReady') process.stdout.write('ready\n');
    if (channel === 'command:reportReplication') globalThis.lastReplication = args[0];
    return listener(event, ...args);
  });
