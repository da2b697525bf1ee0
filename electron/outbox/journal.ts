/**
 * An append-only file of JSON lines that says *saved* only when the line is on the disk. Concurrent appends share one
 * write and one fdatasync. A tail that a crash or a bad disk left unreadable is set aside under a name, never deleted.
 */
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { nodeDisk, type Disk, type DiskFile } from './disk.ts';

export interface Journal {
  /** Resolves when the lines are on the disk. Throws AppError diskFull or internal; then none of them is. */
  append(lines: readonly unknown[]): Promise<void>;
  /** Replaces the whole file by these lines in one step. */
  rewrite(lines: readonly unknown[]): Promise<void>;
  readonly sizeBytes: number;
  close(): Promise<void>;
}

export interface OpenedJournal<L> {
  journal: Journal;
  lines: L[];
  /** Lines that could not be read, and the file they were moved to. */
  setAside: { file: string; lines: number } | null;
}

interface Waiting {
  text: string;
  done(): void;
  failed(error: unknown): void;
}

/** What was in the file before anything was changed. */
interface Content<L> {
  lines: L[];
  unreadable: string[];
  /** The last line has its line end, so that the next one begins on a line of its own. */
  endsWhole: boolean;
}

/**
 * Opens or makes the journal and reads what it holds. `read` answers undefined for what it does not understand; that is
 * set aside too, since a later version may. `stamp` names a file that is set aside. `disk` is this computer's unless
 * the simulation hands in one that fails. Throws AppError outboxUnreadable.
 */
export async function openJournal<L>(
  file: string,
  stamp: string,
  read: (line: unknown) => L | undefined,
  disk: Disk = nodeDisk,
): Promise<OpenedJournal<L>> {
  const { lines, unreadable, endsWhole } = await readContent(disk, file, read);
  let setAside: OpenedJournal<L>['setAside'] = null;
  if (unreadable.length > 0) {
    const aside = `${file}.unreadable-${stamp}`;
    const handle = await disk.open(aside, 'a', 0o600);
    try {
      await handle.writeFile(`${unreadable.join('\n')}\n`);
      await handle.sync(); // Before the rewrite below takes these lines out of the journal.
    } finally {
      await handle.close();
    }
    setAside = { file: path.basename(aside), lines: unreadable.length };
  }
  const journal = await createJournal(disk, file);
  if (unreadable.length > 0 || !endsWhole) await journal.rewrite(lines);
  return { journal, lines, setAside };
}

async function readContent<L>(
  disk: Disk,
  file: string,
  read: (line: unknown) => L | undefined,
): Promise<Content<L>> {
  let text: string;
  try {
    text = await disk.readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { lines: [], unreadable: [], endsWhole: true };
    throw new AppError('outboxUnreadable', {}, { cause: error });
  }
  const content: Content<L> = { lines: [], unreadable: [], endsWhole: text === '' || text.endsWith('\n') };
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const known = read(parseLine(line));
    if (known === undefined) content.unreadable.push(line);
    else content.lines.push(known);
  }
  return content;
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // Torn or overwritten: its reader says so.
  }
}

async function createJournal(disk: Disk, file: string): Promise<Journal> {
  let handle: DiskFile = await disk.open(file, 'a', 0o600);
  let sizeBytes = (await handle.stat()).size;
  let waiting: Waiting[] = [];
  let writing: Promise<void> | null = null;

  async function writeOut(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      const bytes = Buffer.from(batch.map((one) => one.text).join(''), 'utf8');
      try {
        await handle.appendFile(bytes);
        await handle.datasync();
        sizeBytes += bytes.length;
        for (const one of batch) one.done();
      } catch (error) {
        // A half-written line must not swallow the next one.
        await handle.truncate(sizeBytes).catch(() => undefined);
        for (const one of batch) one.failed(diskError(error));
      }
    }
    writing = null;
  }

  async function settled(): Promise<void> {
    while (writing !== null) await writing;
  }

  return {
    get sizeBytes() {
      return sizeBytes;
    },
    append(lines) {
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      return new Promise((done, failed) => {
        waiting.push({ text, done, failed });
        writing ??= writeOut();
      });
    },
    async rewrite(lines) {
      await settled();
      const temporary = `${file}.new`;
      const next = await disk.open(temporary, 'w', 0o600).catch((error: unknown) => {
        throw diskError(error);
      });
      try {
        const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
        await next.writeFile(text);
        await next.sync();
      } catch (error) {
        throw diskError(error);
      } finally {
        await next.close();
      }
      // Windows renames nothing over an open file; whatever happens then, there is a journal to append to.
      await handle.close();
      try {
        await disk.rename(temporary, file);
        await syncFolder(disk, path.dirname(file));
      } finally {
        handle = await disk.open(file, 'a', 0o600);
        sizeBytes = (await handle.stat()).size;
      }
    },
    async close() {
      await settled();
      await handle.close();
    },
  };
}

/** The rename itself is only durable when the folder is. Windows cannot sync folders and needs not. */
async function syncFolder(disk: Disk, folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await disk.open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

function diskError(error: unknown): AppError {
  const code = (error as NodeJS.ErrnoException).code;
  return new AppError(code === 'ENOSPC' || code === 'EDQUOT' ? 'diskFull' : 'internal', {}, { cause: error });
}
