/** What the server's commands share: reading options, ending with a sentence and a status. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AppError } from '../shared/errors.ts';
import { sentenceFor } from './sentences.ts';

/** Reads options strictly. Throws AppError badUsage. */
export function readOptions<C extends ParseArgsConfig>(config: C): ReturnType<typeof parseArgs<C>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new AppError(
      'badUsage',
      { reason: (error as Error).message.replace(/\s+/g, ' ') },
      { cause: error },
    );
  }
}

/** Where a server keeps its data unless told otherwise. */
export function defaultDataDir(): string {
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'chatclock-server');
}

/** A port from text. Throws badUsage. */
export function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port >= 0 && port <= 65_535))
    throw new AppError('badUsage', { reason: `--port takes a number up to 65535, not ${text}` });
  return port;
}

/** Runs a command; an expected failure becomes a sentence on standard error and exit status 1 (130 when interrupted). */
export async function runCommand(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    process.stderr.write(`${sentenceFor(error)}\n`);
    process.exitCode = error.code === 'cancelled' ? 130 : 1;
  }
}
