/** The only way out of the app: an https address, shown with its host and confirmed by the person (SECURITY.md D9). */
import { dialog, shell } from 'electron';

/** The parsed address if it may be opened at all; null otherwise. */
export function openableAddress(url: string): URL | null {
  if (url.length > 2048 || !URL.canParse(url)) return null;
  const parsed = new URL(url);
  return parsed.protocol === 'https:' && parsed.username === '' && parsed.password === '' ? parsed : null;
}

export async function openExternal(url: string): Promise<void> {
  const address = openableAddress(url);
  if (address === null) return;
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: `Open ${address.host} in the browser?`,
    detail: address.href.slice(0, 300),
    buttons: ['Open', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  });
  if (response === 0) await shell.openExternal(address.href);
}
