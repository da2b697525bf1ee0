/** The bridge: two generic functions, nothing of Electron reaches the page. Types only from our code. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { Bridge, COMMAND_CHANNEL_PREFIX, EVENT_CHANNEL_PREFIX } from '../shared/ipc.ts';

const commandPrefix: typeof COMMAND_CHANNEL_PREFIX = 'command:';
const eventPrefix: typeof EVENT_CHANNEL_PREFIX = 'event:';

const bridge: Bridge = {
  call: (name, input) => ipcRenderer.invoke(`${commandPrefix}${name}`, input),
  on(name, listener) {
    // The event object stays here: it would hand the page a sender.
    const forward = (_event: IpcRendererEvent, payload: unknown) => listener(payload as never);
    ipcRenderer.on(`${eventPrefix}${name}`, forward);
    return () => void ipcRenderer.off(`${eventPrefix}${name}`, forward);
  },
};

contextBridge.exposeInMainWorld('api', bridge);
