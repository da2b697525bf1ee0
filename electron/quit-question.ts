/** Quitting while chats run: says what happens, and asks. */
import type { BrowserWindow, Dialog, MessageBoxOptions } from 'electron';

export interface QuitState {
  /** Chats whose time runs, and sessions outside that are timed. */
  running: number;
  /** Rows that the server has not answered. */
  waitingRows: number;
}

/** What is said; null when there is nothing to ask. Pure. */
export function quitWords({ running, waitingRows }: QuitState): { message: string; detail: string } | null {
  if (running === 0) return null;
  const rows =
    waitingRows === 0
      ? 'Everything is at the server.'
      : `${waitingRows} ${waitingRows === 1 ? 'row waits' : 'rows wait'} on this computer and will be sent when Chatclock starts again.`;
  return {
    message: running === 1 ? 'One chat is running.' : `${running} chats are running.`,
    detail: `Quitting stops ${running === 1 ? 'its' : 'their'} time now; nothing that was counted is lost. ${rows}`,
  };
}

/** Resolves whether to quit. The safe choice is the default, and what Esc means. */
export async function askToQuit(
  dialog: Pick<Dialog, 'showMessageBox'>,
  window: BrowserWindow | undefined,
  state: QuitState,
): Promise<boolean> {
  const words = quitWords(state);
  if (words === null) return true;
  const options: MessageBoxOptions = {
    ...words,
    type: 'question',
    title: 'Quit Chatclock?',
    buttons: ['Quit', 'Keep running'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  };
  const isShown = window !== undefined && !window.isDestroyed() && window.isVisible();
  const { response } = await (isShown
    ? dialog.showMessageBox(window, options)
    : dialog.showMessageBox(options));
  return response === 0;
}
