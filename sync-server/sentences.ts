/** What the server's command lines say for a code: what happened, what is safe, what to do. */
import type { AppError, ErrorCode } from '../shared/errors.ts';

const SENTENCES: Partial<Record<ErrorCode, (details: Record<string, unknown>) => string>> = {
  portTaken: (d) =>
    `Port ${String(d['port'])} is used by another program, so the server did not start. Nothing was changed. Choose another one with --port N.`,
  badUsage: (d) =>
    `That is not how this command is called${typeof d['reason'] === 'string' ? `: ${d['reason']}` : ''}. Nothing was changed.`,
  fileNotFound: (d) => `There is no file ${String(d['file'])}. Nothing was changed.`,
  fileUnreadable: (d) =>
    `The file ${String(d['file'])} cannot be read. Nothing was changed. Check who may read it.`,
  unknownChat: (d) => `There is no chat ${String(d['chatId'])} in this database. Nothing was changed.`,
  serverUnreachable: (d) =>
    `The server${typeof d['url'] === 'string' ? ` at ${d['url']}` : ''} does not answer. What it confirmed before is safe. Start it and run the same command again: nothing is created twice.`,
  serverBusy: () => 'The server is busy. What it confirmed is safe. Run the same command again in a moment.',
  notSignedIn: () =>
    "The server does not know this platform key. Nothing was changed. The key is in the file platform-key of the server's data folder.",
  notAllowed: () => 'The server does not allow this with the given key or account. Nothing was changed.',
  wrongCredentials: () => 'E-mail or password is wrong. Nothing was changed.',
  setupCodeWrong: () =>
    'The set-up code is wrong or used up. Nothing was changed. The server prints a new one at each start until it is used.',
  setupAlreadyDone: () => 'This server already has its first supervisor. Nothing was changed.',
  idConflict: () => 'The server holds something else under the same id. What it holds is unchanged.',
  protocolMismatch: (d) =>
    `The server speaks protocol ${String(d['serverVersion'])}, this command another one. Nothing was changed. Update the older of the two.`,
  diskFull: () => 'The disk is full. What was confirmed is safe. Make room and run the same command again.',
  cancelled: (d) =>
    `Interrupted. ${typeof d['reason'] === 'string' ? d['reason'] : 'What was confirmed is safe; the same command goes on from here.'}`,
};

/** One or two sentences; the code stands at the end for the operator. */
export function sentenceFor(error: AppError): string {
  const sentence =
    SENTENCES[error.code]?.(error.details) ??
    'Something went wrong that this command does not know. What was confirmed before is safe.';
  return `${sentence} (${error.code})`;
}
