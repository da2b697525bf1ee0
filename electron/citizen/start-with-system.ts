/** Opens the app with the system's session: login items where the system has them, an autostart entry on Linux. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { App } from 'electron';
import type { AppOptions } from '../command-line.ts';
import { desktopEntry } from './desktop-entry.ts';

export async function startWithSystem(
  app: App,
  isOn: boolean,
  { profile, userDataDir }: Pick<AppOptions, 'profile' | 'userDataDir'>,
): Promise<void> {
  const args = [
    ...(app.isPackaged ? [] : [app.getAppPath()]),
    ...(profile === 'default' ? [] : ['--profile', profile]),
    ...(userDataDir === null ? [] : ['--user-data', userDataDir]),
  ];
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: isOn, args });
    return;
  }
  // XDG Base Directory: a relative path is to be ignored.
  const given = process.env['XDG_CONFIG_HOME'] ?? '';
  const folder = path.join(path.isAbsolute(given) ? given : path.join(os.homedir(), '.config'), 'autostart');
  const file = path.join(folder, `chatclock-${profile}.desktop`);
  if (!isOn) {
    await rm(file, { force: true });
    return;
  }
  await mkdir(folder, { recursive: true });
  await writeFile(file, desktopEntry([process.env['APPIMAGE'] ?? process.execPath, ...args]), {
    mode: 0o644,
  });
}
