import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAwayBook, type AwayBook } from '../../electron/away/away-book.ts';
import type { AwayStop } from '../../shared/away/away-stop.ts';
import { AppError } from '../../shared/errors.ts';
import type { DeviceRow, TrimMark } from '../../shared/rows.ts';

let folder: string;
let put: DeviceRow[];
let isFull: boolean;
let failures: number;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'chatclock-away-'));
  [put, isFull, failures] = [[], false, 0];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (): Promise<AwayBook> =>
  openAwayBook(
    path.join(folder, 'away.jsonl'),
    1_000,
    {
      put: (rows) =>
        isFull ? Promise.reject(new AppError('diskFull')) : Promise.resolve(void put.push(...rows)),
    },
    () => (failures += 1),
  );

function stop(id: string): AwayStop {
  return {
    ...{ id, chatId: 'c', userId: 'u', by: 'lock', bootId: 'b', lifeAtMonoMs: 1, fromMonoMs: 2 },
    ...{ untilMonoMs: null, fromMs: 3, cuts: [], askedAtMs: 4 },
  };
}
const trim = (segmentId: string): TrimMark => ({
  ...{ type: 'trimMark', id: `${segmentId}:trim`, segmentId, chatId: 'c', deviceId: 'd', elapsedMs: 5 },
});

test('what is written while other lines are on their way to the disk is not forgotten', async () => {
  const book = await open();
  const writes: Promise<void>[] = [];
  for (let n = 0; n < 40; n += 1) {
    writes.push(book.write([{ kind: 'stopped', stop: stop(`s${n}`) }]));
    for (let turn = 0; turn < n % 5; turn += 1) await Promise.resolve();
    if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(writes);
  await book.close();
  const again = await open();
  expect([...again.state.undecided.keys()]).toEqual(Array.from({ length: 40 }, (_, n) => `s${n}`));
  await again.close();
});

test('a decision whose rows found no room reaches the outbox later, also after a restart, once', async () => {
  const book = await open();
  await book.write([{ kind: 'stopped', stop: stop('s1') }]);
  isFull = true;
  book.settle([[{ id: 's1', choice: 'notCounted' }, [trim('s1')]]]);
  await book.write([]);
  expect([put, failures > 0, book.state.undecided.size]).toEqual([[], true, 0]);
  await book.close();
  isFull = false;
  const again = await open();
  expect(put.map((row) => row.id)).toEqual(['s1:trim']);
  await again.close();
  await (await open()).close();
  expect(put).toHaveLength(1);
});
