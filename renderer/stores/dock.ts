/** The chats that the mini timer lists, as main says. */
import { create } from 'zustand';
import type { DockSnapshot } from '../../shared/ipc/dock-commands.ts';
import { api } from '../api.ts';

export const useDock = create<DockSnapshot>(() => ({ chats: [] }));

/** Asks once and listens until the returned function is called. */
export function followDock(onFailed: (error: unknown) => void): () => void {
  let isHeard = false;
  const stop = api.on('dockChanged', (dock) => {
    isHeard = true;
    useDock.setState(dock);
  });
  api.call('readDock', null).then((dock) => !isHeard && useDock.setState(dock), onFailed);
  return stop;
}
