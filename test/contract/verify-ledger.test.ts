/** `verify-ledger`: sound after a run of pushes on both databases, and names what was changed in a copy. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'libsql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyLedger } from '../../sync-server/ledger/verify-ledger.ts';
import { openSnapshot } from '../../sync-server/storage/snapshot.ts';
import { openStorage } from '../../sync-server/storage/storage.ts';
import { createScene } from '../support/core-scene.ts';
import { entriesOf } from '../support/ledger-view.ts';
import { closePeriodAfterStory, playLedgerStory } from '../support/ledger-story.ts';
import { createStorageEngines } from '../support/storage-engines.ts';
import { argumentsFor } from '../support/typescript-process.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const { engines, start, stop } = createStorageEngines('verify');
const folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-verify-'));
const original = path.join(folder, 'chatclock.db');
let hashes: string[] = [];
let copies = 0;

beforeAll(async () => {
  await start();
  const scene = await createScene(() => openStorage({ file: original }));
  await playLedgerStory(scene);
  await closePeriodAfterStory(scene);
  hashes = (await entriesOf(scene)).map((entry) => entry.hash);
  await scene.stop();
  // Everything into the one file that is copied.
  const db = new Database(original);
  db.pragma('wal_checkpoint(truncate)');
  db.close();
});
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A data folder with a copy of the database, changed by `change`. */
function copyWith(change: (file: string) => void): string {
  const copy = path.join(folder, `copy-${(copies += 1)}`);
  cpSync(original, path.join(copy, 'chatclock.db'), { recursive: true });
  change(path.join(copy, 'chatclock.db'));
  return copy;
}

/** As somebody who has the file can: without the triggers. */
function copyAfter(statement: string): string {
  return copyWith((file) => {
    const db = new Database(file);
    for (const table of ['ledger_entry', 'period_report', 'period_line'])
      for (const name of ['update', 'delete', 'replace']) db.exec(`drop trigger ${table}_no_${name}`);
    if (db.prepare(statement).run().changes === 0) throw new Error(`Nothing was changed by ${statement}`);
    db.close();
  });
}

function verify(...args: string[]): { status: number | null; out: string; err: string } {
  const { DATABASE_URL: _ignored, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...argumentsFor('sync-server/verify-ledger-cli.ts'), ...args],
    { cwd: ROOT, env, encoding: 'utf8' },
  );
  return { status, out: stdout, err: stderr };
}

describe.each(engines)('a ledger on $name', (engine) => {
  it('is sound after a run of pushes, also while something runs and after a restart', async () => {
    let scene = await createScene(await engine.fresh());
    await playLedgerStory(scene);
    for (let round = 0; round < 2; round += 1) {
      const snapshot = await scene.storage.snapshot();
      const { lines, problems } = await verifyLedger(snapshot);
      await snapshot.close();
      expect(problems).toEqual([]);
      expect(lines[1]).toBe('sums      credit 0 units, free time 0 ms');
      // One minute at 200 a minute is not posted yet.
      expect(lines[3]).toBe(
        'fold      2 users folded again from their rows; 1 have time that runs and is not posted yet (-12000000 units)',
      );
      scene = await scene.restart();
    }
    await closePeriodAfterStory(scene);
    const snapshot = await scene.storage.snapshot();
    const { lines, problems } = await verifyLedger(snapshot);
    await snapshot.close();
    expect(problems).toEqual([]);
    expect(lines[4]).toBe('periods   1 closed reports compared with their hashes, rows and lines');
    await scene.stop();
  });
});

describe('the command', () => {
  it('says that a ledger is sound with status 0', () => {
    const { status, out, err } = verify('--data', folder);
    expect(err).toBe('');
    expect(out).toContain('The ledger is sound.');
    expect(out).toContain(`entries   ${hashes.length}, chain head ${String(hashes.at(-1))}`);
    expect(status).toBe(0);
  });

  it('names the entry of which one byte of the file was changed', () => {
    const changed = copyWith((file) => {
      const bytes = readFileSync(file);
      // The end of entry 5's row, the hash of entry 4 beside its own; a page that SQLite freed may hold it once more.
      const endOfRow = `${String(hashes[3])}${String(hashes[4])}`;
      let at = bytes.indexOf(endOfRow);
      if (at < 0) throw new Error('Entry 5 is not in the file');
      for (; at >= 0; at = bytes.indexOf(endOfRow, at + 1))
        bytes[at + 64] = bytes[at + 64] === 0x61 ? 0x62 : 0x61;
      writeFileSync(file, bytes);
    });
    const { status, out } = verify('--data', changed);
    expect(out).toMatch(
      /WRONG +entry 5 \(id \w{32}, cause \d+: .* -> .*\): its hash does not cover what it says/,
    );
    expect(out).toContain('The ledger is NOT sound.');
    expect(status).toBe(1);
  });

  it.each([
    [
      'an amount',
      'update ledger_entry set amount = amount + 1 where position = 6',
      /entry 6 .*hash does not cover/,
    ],
    [
      'what it reverses',
      "update ledger_entry set reverses = 'x' where position = 3",
      /entry 3 .*hash does not cover/,
    ],
    [
      'a removed entry',
      'delete from ledger_entry where position = 4',
      /entry 5 .*entries 4 to 4 before it are missing/,
    ],
    [
      'the removed last entry',
      'delete from ledger_entry where position = (select max(position) from ledger_entry)',
      /account \S+ \(.*\) holds -?\d+, its entries sum to -?\d+/,
    ],
    [
      'a balance',
      "update ledger_account set balance = balance + 1 where account = 'user:emma'",
      /account user:emma .*holds \d+, its entries sum to \d+/,
    ],
    [
      'a removed account',
      "delete from ledger_account where account = 'cash:finn'",
      /account cash:finn .*is missing/,
    ],
    [
      'a closed report',
      `update period_report set report = replace(report, '"late":', '"Late":')`,
      /the report of period january is not what its hash says/,
    ],
    [
      'a closed report with its hash',
      `update period_report set hash = '${'0'.repeat(64)}'`,
      /the report of period january is not what its hash says/,
    ],
    [
      'a frozen line',
      `update period_line set free_ms = free_ms + 1 where chat_id = 'chat-1'`,
      /period january holds of chat chat-1 another figure than its report says/,
    ],
    ['a removed report', 'delete from period_report', /period january was closed, and its report is missing/],
    [
      'the length of a segment',
      `update sync_row set json = replace(json, '"elapsedMs":480000', '"elapsedMs":470000') where id = 's1'`,
      /user emma: account \S+ holds \d+ (units|ms), the fold says \d+/,
    ],
    [
      'a top-up',
      `update sync_row set json = replace(json, '"amountMinor":500', '"amountMinor":600') where id = 'topup-finn'`,
      /user finn: account user:finn holds \d+ units, the fold says \d+/,
    ],
    [
      'how far something was posted',
      `update ledger_user set open_json = replace(open_json, '120000', '110000') where user_id = 'emma'`,
      /user emma: account user:emma holds/,
    ],
  ])('names %s that was changed behind its back', async (_what, statement, expected) => {
    const snapshot = await openSnapshot({ file: path.join(copyAfter(statement), 'chatclock.db') });
    const { problems } = await verifyLedger(snapshot);
    await snapshot.close();
    expect(problems[0]).toMatch(expected);
  });

  it('does not take a broken file for a sound ledger', () => {
    const broken = copyWith((file) => writeFileSync(file, readFileSync(file).subarray(0, 30_000)));
    const { status, out, err } = verify('--data', broken);
    expect(`${out}${err}`).not.toContain('is sound');
    expect([1, 2]).toContain(status);
  });

  it('says how it is used, with status 2', () => {
    for (const args of [['--dta', folder], ['somewhere'], ['--data', path.join(folder, 'nothing')]]) {
      const { status, out, err } = verify(...args);
      expect([status, out]).toEqual([2, '']);
      expect(err).toMatch(/^(That is not how this command is called|There is no file)/);
    }
  });
});
