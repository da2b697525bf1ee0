import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What is fetched or built for this copy of the repository alone; may be deleted at any time. */
export const cacheFolder = path.join(root, '.cache');

/** A step that cannot go on. Its message says what happened, what is safe, and what to do. */
export class SetupError extends Error {
  constructor(what, safe, next) {
    super(`${what}\n  Safe: ${safe}\n  Next: ${next}`);
    this.name = 'SetupError';
  }
}

/** Prints one line of set-up. On stderr: stdout belongs to what the command was run for. */
export function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Runs one idempotent step of set-up and prints one timed line about it.
 * `run` returns what it did in a few words, or `[words, value]`; the value is passed on.
 */
export async function step(name, run) {
  const startedAt = performance.now();
  const outcome = await run();
  const [words, value] = Array.isArray(outcome) ? outcome : [outcome, undefined];
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  say(`${name.padEnd(12)} ${seconds.padStart(5)} s  ${words}`);
  return value;
}

/** Runs an entry script; turns a SetupError into its message and exit code 1. */
export async function runEntry(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    say(error instanceof SetupError ? `\n${error.message}` : `\n${error?.stack ?? error}`);
    process.exitCode = 1;
  }
}
