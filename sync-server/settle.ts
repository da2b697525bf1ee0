import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { AppError } from '../shared/errors.ts';
import { acceptFacts, createFactsReader, type ReadFacts } from '../shared/facts/parse-facts.ts';
import type { LineReport } from '../shared/facts/read-line.ts';
import type { OrderedLine } from '../shared/facts/server-order.ts';
import { foldFacts } from '../shared/fold/fold.ts';
import { UnsafeIntegerError } from '../shared/fold/safe-integer.ts';
import type { Settlement } from '../shared/fold/settlement.ts';

/** In how many shuffled orders `settle --check` folds. Source: DOMAIN.md "Facts files". */
export const SHUFFLE_COUNT = 20;

/** What one run of `settle` says; the exit status is 0, 1 = lines were left out, 2 = no result, 3 = the check failed. */
export interface SettleResult {
  stdout: string;
  stderr: string;
  exitStatus: 0 | 1 | 2 | 3;
}

const USAGE = 'badUsage usage: settle [--check] FILE';

const WHY_NOT: { readonly [code: string]: string } = {
  fileNotFound: 'there is no such file',
  fileUnreadable: 'the file could not be read; is it a folder, or are rights missing?',
};

/**
 * The `settle` command without the process around it: reads a facts file, folds it, says what was left out.
 * Never throws for a bad file or usage. Source: DOMAIN.md "Facts files".
 */
export async function settle(args: readonly string[]): Promise<SettleResult> {
  const isCheck = args.includes('--check');
  const [file, ...more] = args.filter((arg) => arg !== '--check');
  if (file === undefined || more.length > 0 || file.startsWith('-')) return failure(USAGE);
  try {
    const read = await readFacts(file);
    const { settlement, reports } = settleLines(read);
    const stderr = reports.map(({ lineNumber, code, text }) => `${lineNumber} ${code} ${text}\n`).join('');
    const stdout = `${JSON.stringify(settlement, null, 1)}\n`;
    const difference = isCheck ? findDifference(read) : undefined;
    if (difference !== undefined)
      return { stdout, stderr: `${stderr}checkFailed ${difference}\n`, exitStatus: 3 };
    return { stdout, stderr, exitStatus: reports.length === 0 ? 0 : 1 };
  } catch (error) {
    if (error instanceof AppError)
      return failure(
        `${error.code} ${JSON.stringify(file)}: ${WHY_NOT[error.code] ?? 'it could not be settled'}`,
      );
    if (error instanceof UnsafeIntegerError)
      return failure(`${error.code} ${error.message}; nothing was settled`);
    throw error;
  }
}

/** Accepts and folds lines that were read; throws UnsafeIntegerError when a figure reaches 2^53. */
export function settleLines(read: ReadFacts): { settlement: Settlement; reports: LineReport[] } {
  const { facts, reports } = acceptFacts(read);
  return { settlement: foldFacts(facts), reports };
}

/**
 * Settles the same lines in 20 shuffled orders and with every line twice, each keeping its server order, and describes
 * the first result that differs; undefined when all agree.
 */
export function findDifference(read: ReadFacts): string | undefined {
  const expected = JSON.stringify(settleLines(read));
  const random = createRandom(1);
  for (let round = 1; round <= SHUFFLE_COUNT; round += 1) {
    const lines = shuffle(read.lines, random);
    if (JSON.stringify(settleLines({ ...read, lines })) !== expected)
      return `shuffled order ${round} settles differently`;
    // The doubled run is shuffled too, so that a copy may come before its line.
    if (round === SHUFFLE_COUNT) {
      const doubled = settleLines({ ...read, lines: shuffle([...lines, ...lines], random) });
      if (JSON.stringify({ ...doubled, reports: withoutRepeats(doubled.reports) }) !== expected)
        return 'duplicates settle differently';
    }
  }
  return undefined;
}

/** Reads a facts file as a stream of bytes. Throws AppError: fileNotFound, fileUnreadable. */
export async function readFacts(file: string): Promise<ReadFacts> {
  const reader = createFactsReader();
  let lineNumber = 0;
  try {
    for await (const line of splitLines(createReadStream(file, { highWaterMark: 1 << 20 }))) {
      lineNumber += 1;
      reader.add(lineNumber, decodeLine(line, lineNumber === 1));
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    throw new AppError(code === 'ENOENT' ? 'fileNotFound' : 'fileUnreadable', { file }, { cause: error });
  }
  return reader.finish();
}

const LINE_FEED = 0x0a;

/** Splits at LF only: node's readline also splits at U+2028, which may stand inside a JSON string. */
async function* splitLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, from)) {
      parts.push(chunk.subarray(from, at));
      yield parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
      parts = [];
      from = at + 1;
    }
    if (from < chunk.length) parts.push(chunk.subarray(from));
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}

/** A byte order mark before the first line is not part of it (RFC 8259, section 8.1). */
function decodeLine(line: Buffer, isFirst: boolean): string | undefined {
  if (!isUtf8(line)) return undefined;
  const text = line.toString('utf8');
  return isFirst && text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function failure(text: string): SettleResult {
  return { stdout: '', stderr: `${text}\n`, exitStatus: 2 };
}

function withoutRepeats(reports: readonly LineReport[]): LineReport[] {
  return reports.filter((report, index) => report.lineNumber !== reports[index - 1]?.lineNumber);
}

function shuffle(lines: readonly OrderedLine[], random: () => number): OrderedLine[] {
  const shuffled = [...lines];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other] as OrderedLine, shuffled[last] as OrderedLine];
  }
  return shuffled;
}

/** mulberry32: small, seeded, good enough to shuffle. Returns numbers in [0, 1). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
