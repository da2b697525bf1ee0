/** The app's log: a file in the profile, one line an event, without message texts, names, tokens or folders of people. */
import { appendFileSync, existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeError } from './describe-error.ts';
import { redact } from './redact.ts';

const ROTATE_ABOVE_BYTES = 1_000_000;

export interface AppLog {
  /** The error is described by kind and place only. */
  (line: string, error?: unknown): void;
  /** The newest lines, oldest first. */
  last(lines: number): string[];
}

export function createAppLog(profileDir: string, wallMs: () => number, homeDir = os.homedir()): AppLog {
  const file = path.join(profileDir, 'chatclock.log');
  const old = `${file}.1`;
  const places = { home: homeDir, profile: profileDir };

  function append(line: string, ...errors: unknown[]): void {
    try {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > ROTATE_ABOVE_BYTES) renameSync(file, old);
      const whole = errors.length === 0 ? line : `${line}: ${describeError(errors[0])}`;
      appendFileSync(file, `${new Date(wallMs()).toISOString()} ${redact(whole, places)}\n`, { mode: 0o600 });
    } catch {
      // A full disk must not end the app over its log.
    }
  }

  return Object.assign(append, {
    last(lines: number): string[] {
      const texts = [old, file].filter(existsSync).map((one) => readFileSync(one, 'utf8'));
      return texts.join('').split('\n').filter(Boolean).slice(-lines);
    },
  });
}
