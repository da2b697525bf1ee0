/** The app's log: a file in the profile, one line an event, without message texts, names or addresses of people. */
import { appendFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

const ROTATE_ABOVE_BYTES = 1_000_000;

export interface AppLog {
  (line: string): void;
}

export function createAppLog(profileDir: string, wallMs: () => number): AppLog {
  const file = path.join(profileDir, 'chatclock.log');
  return (line) => {
    try {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_ABOVE_BYTES)
        renameSync(file, `${file}.1`);
      appendFileSync(
        file,
        `${new Date(wallMs()).toISOString()} ${line.replaceAll('\n', ' ').slice(0, 2000)}\n`,
        { mode: 0o600 },
      );
    } catch {
      // A full disk must not end the app over its log.
    }
  };
}
