/** An error for the log: what kind it is and where it came from, never what it says (SECURITY.md D15). Pure. */
import { AppError } from '../../shared/errors.ts';

const FRAMES = 6;
const CAUSES = 3;

/** Messages may quote what somebody wrote; codes, names of classes and places in our files may not. */
export function describeError(error: unknown): string {
  const parts: string[] = [];
  for (let one = error; one !== undefined && parts.length < CAUSES; one = causeOf(one))
    parts.push(oneError(one));
  return parts.join(' ← ');
}

function oneError(error: unknown): string {
  if (!(error instanceof Error)) return `a thrown ${typeof error}`;
  const kind = error instanceof AppError ? `AppError ${error.code}` : className(error);
  const system = systemCode(error);
  return [kind, ...(system === null ? [] : [system]), ...framesOf(error)].join(' ');
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function className(error: Error): string {
  const { name } = error.constructor;
  return /^[A-Za-z]{1,40}$/.test(name) ? name : 'Error';
}

/** `ENOSPC` and the like. */
function systemCode(error: Error): string | null {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : null;
}

/** `at start (main.js:12:3)`: names of functions and files without their folders. */
function framesOf({ stack = '' }: Error): string[] {
  const frames: string[] = [];
  for (const line of stack.split('\n')) {
    const found = /^\s+at (?:(?:async )?([\w.<>$]{1,80}) \()?(?:.*[/\\])?([\w.-]{1,80}:\d+:\d+)\)?$/.exec(
      line,
    );
    if (found === null) continue;
    frames.push(found[1] === undefined ? `at ${found[2]}` : `at ${found[1]} (${found[2]})`);
    if (frames.length === FRAMES) break;
  }
  return frames;
}
