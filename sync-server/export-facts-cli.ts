/**
 * `npm run --silent export-facts -- [--data DIR] [--out FILE] [--with-texts]`: everything a server holds as a facts file,
 * also while it runs; DATABASE_URL=postgres://… instead of the file in the data folder. Ctrl+C interrupts.
 */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../shared/errors.ts';
import { defaultDataDir, readOptions, runCommand } from './command-line.ts';
import { DATABASE_FILE } from './create-server.ts';
import { exportAndClose } from './export/export-facts.ts';
import { createTextLine } from './replay/progress-line.ts';
import { openSnapshot } from './storage/snapshot.ts';

await runCommand(async () => {
  const { values } = readOptions({
    options: {
      data: { type: 'string' },
      out: { type: 'string' },
      'with-texts': { type: 'boolean', default: false },
    },
  });
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  process.once('SIGTERM', () => interrupt.abort());
  const url = process.env['DATABASE_URL'];
  const snapshot = await openSnapshot(
    url === undefined ? { file: join(resolve(values.data ?? defaultDataDir()), DATABASE_FILE) } : { url },
  );
  const line = createTextLine(process.stderr, () => process.hrtime.bigint());
  const lines = exportAndClose(snapshot, {
    hasTexts: values['with-texts'],
    signal: interrupt.signal,
    onProgress: ({ rows, allRows }) => line.show(`${rows} of ${allRows} rows`),
  });
  try {
    if (values.out === undefined) await writeToStdout(lines);
    else await writeToFile(lines, resolve(values.out));
  } finally {
    line.finish();
  }
});

/** Under another name until it is whole, so that half a file is never taken for all. */
async function writeToFile(lines: AsyncGenerator<string>, file: string): Promise<void> {
  const draft = `${file}.${process.pid}.part`;
  try {
    await pipeline(Readable.from(lines, { objectMode: false }), createWriteStream(draft, { mode: 0o600 }));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new AppError('diskFull', {}, { cause: error });
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
      throw new AppError('fileUnreadable', { file }, { cause: error });
    throw error;
  }
}

/** A reader that has seen enough (`export-facts | head`) is no failure. */
async function writeToStdout(lines: AsyncGenerator<string>): Promise<void> {
  try {
    await pipeline(Readable.from(lines, { objectMode: false }), process.stdout);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}
