import { appendFile, mkdtemp, open as openFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from '../../electron/outbox/journal.ts';
import { openOutbox } from '../../electron/outbox/outbox.ts';
import { exportOutbox } from '../../electron/outbox/outbox-export.ts';
import type { DeviceRow } from '../../shared/rows.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'chatclock-journal-'));
  file = path.join(folder, 'outbox.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const anything = (line: unknown) => line;
const message = (n: number): DeviceRow => ({
  type: 'message',
  id: `m${n}`,
  chatId: 'c1',
  from: 'advisor',
  text: `message ${n}`,
  atMs: n,
});
const setAsideText = async () => {
  const name = (await readdir(folder)).find((one) => one.includes('unreadable'));
  return name === undefined ? null : readFile(path.join(folder, name), 'utf8');
};

test('a thousand appends at once are a few writes, in their order', async () => {
  const { journal } = await openJournal(file, 'now', anything);
  await Promise.all(Array.from({ length: 1_000 }, (_, n) => journal.append([{ n }])));
  await journal.close();
  const { lines, journal: again } = await openJournal(file, 'now', anything);
  expect(lines).toEqual(Array.from({ length: 1_000 }, (_, n) => ({ n })));
  await again.close();
});

test('a last line without its line end swallows no later one', async () => {
  await writeFile(file, '{"n":1}\n{"n":2}');
  const first = await openJournal(file, 'now', anything);
  expect(first.lines).toEqual([{ n: 1 }, { n: 2 }]);
  await first.journal.append([{ n: 3 }]);
  await first.journal.close();
  const second = await openJournal(file, 'now', anything);
  expect(second.lines).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  expect(second.setAside).toBeNull();
  await second.journal.close();
});

test('a line that is JSON but none this version understands is set aside, not forgotten', async () => {
  const first = await openOutbox(file, 'one');
  await first.put([message(1)]);
  await first.close();
  const newer = '{"v":99,"kind":"row","row":{"type":"message","id":"later"}}';
  await appendFile(file, `${newer}\n`);
  const second = await openOutbox(file, 'two');
  expect(second.setAside).toMatchObject({ lines: 1 });
  expect(second.waiting()).toEqual([message(1)]);
  await second.close();
  expect(await setAsideText()).toContain(newer);
});

test('a torn line in the middle costs nothing around it', async () => {
  const first = await openOutbox(file, 'one');
  await first.put([message(1)]);
  await first.put([message(2)]);
  await first.close();
  const [one, two] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  await writeFile(file, `${one}\n{"v":1,"kind":"ro\u0000\u0000\n${two}\n`);
  const second = await openOutbox(file, 'two');
  expect(second.waiting()).toEqual([message(1), message(2)]);
  expect(second.setAside).toMatchObject({ lines: 1 });
  await second.close();
  const third = await openOutbox(file, 'three');
  expect(third.setAside).toBeNull();
  await third.close();
});

test('a rewrite that fails leaves the journal whole and open', async () => {
  const { journal } = await openJournal(file, 'now', anything);
  await journal.append([{ n: 1 }]);
  // The temporary file cannot be made: a folder has its name.
  const { mkdir } = await import('node:fs/promises');
  await mkdir(`${file}.new`);
  await expect(journal.rewrite([{ n: 1 }])).rejects.toThrow();
  await journal.append([{ n: 2 }]);
  await journal.close();
  await rm(`${file}.new`, { recursive: true });
  const again = await openJournal(file, 'now', anything);
  expect(again.lines).toEqual([{ n: 1 }, { n: 2 }]);
  await again.journal.close();
});

test('what waits and what was refused can be read by a person, in a file only the owner may read', async () => {
  const outbox = await openOutbox(file, 'one');
  await outbox.put([message(1), message(2)]);
  await outbox.acknowledge(
    [{ verdict: 'refused', id: 'm2', type: 'message', code: 'chatClosed' }],
    1_700_000_000_000,
  );
  const exported = await exportOutbox(outbox, folder, 1_700_000_000_000);
  const text = await readFile(exported, 'utf8');
  expect(text).toContain('1 waiting');
  expect(text).toContain('message 1');
  expect(text).toContain('chatClosed');
  expect((await (await openFile(exported)).stat()).mode & 0o077).toBe(0);
  await outbox.close();
});
