import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAppLog, type AppLog } from '../../electron/log/app-log.ts';
import { AppError } from '../../shared/errors.ts';

const HOME = '/home/lea.winter';
let folder: string;
let log: AppLog;
const file = () => path.join(folder, 'chatclock.log');

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-log-'));
  log = createAppLog(folder, () => 1_800_000_000_000, HOME);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the app’s log', () => {
  it('says what happened and where, one line an event, for nobody else to read', () => {
    log('desk reloaded: silent');
    log(
      'command writeRow failed',
      new AppError('diskFull', { text: 'secret' }, { cause: new TypeError('oh') }),
    );
    const [first, second] = log.last(10);
    expect(first).toBe('2027-01-15T08:00:00.000Z desk reloaded: silent');
    expect(second).toMatch(/command writeRow failed: AppError diskFull at .* ← TypeError at /);
    expect(second).not.toMatch(/secret|oh\b/);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  it('begins a new file when the old one is long, and still knows its end', () => {
    writeFileSync(file(), `${'x'.repeat(1_000_001)}\nthe end\n`);
    log('begins anew');
    expect(readFileSync(file(), 'utf8').split('\n')).toHaveLength(2);
    expect(log.last(2)).toEqual(['the end', '2027-01-15T08:00:00.000Z begins anew']);
  });

  it('never holds what somebody wrote, who somebody is, tokens or folders, whatever an error says', () => {
    const word = fc.stringMatching(/^[A-Za-zäöüß]{5,12}$/).map((text) => `zq${text}`);
    const token = fc.stringMatching(/^[A-Za-z0-9_-]{40,60}$/);
    const secret = fc.oneof(
      word,
      fc.tuple(word, word).map((words) => words.join(' ')),
      token,
      fc.tuple(word, word).map(([name, host]) => `${name}@${host}.example`),
    );
    fc.assert(
      fc.property(secret, secret, fc.nat(3), (told, quoted, how) => {
        const thrown = [
          new Error(told),
          new AppError('badInput', { told }, { cause: new Error(quoted) }),
          Object.assign(new RangeError(told), { code: told, name: told }),
          told,
        ][how];
        log(`a row could not be saved in ${HOME}/clients: "${quoted}"`, thrown);
        const line = log.last(1)[0] as string;
        expect(line).not.toContain(told);
        expect(line).not.toContain(quoted);
        expect(line).not.toContain('lea.winter');
        expect(line).not.toContain(folder);
      }),
      { numRuns: 500 },
    );
  });

  it('survives a disk that takes nothing', () => {
    rmSync(folder, { recursive: true });
    expect(() => log('nowhere')).not.toThrow();
    expect(log.last(1)).toEqual([]);
  });
});
