/** Every error code as three short sentences: what happened, what is safe, what to do. */
import { AppError, type ErrorCode } from '../../shared/errors.ts';

export interface ErrorWords {
  happened: string;
  safe: string;
  todo: string;
}

const KEPT_HERE = 'Everything on this computer is kept.';
const NOTHING_CHANGED = 'Nothing was changed.';

export const ERROR_WORDS: Record<ErrorCode, ErrorWords> = {
  unknownChat: {
    happened: 'This chat is not on this computer.',
    safe: NOTHING_CHANGED,
    todo: 'Wait until it has come from the server, then open it again.',
  },
  notYourChat: {
    happened: 'This chat belongs to another advisor.',
    safe: 'No time is counted here.',
    todo: 'Ask the other advisor or your supervisor.',
  },
  chatClosed: {
    happened: 'This chat has ended.',
    safe: 'Its messages and its time are kept.',
    todo: 'Start a new chat to go on.',
  },
  chatClosedBeforeTracking: {
    happened: 'This chat ended before it was opened here.',
    safe: 'No time was counted, nothing was billed.',
    todo: 'Start a new chat to go on.',
  },
  badInput: {
    happened: 'This could not be read.',
    safe: NOTHING_CHANGED,
    todo: 'Check what you wrote and try again.',
  },
  messageTooLong: {
    happened: 'This message is too long.',
    safe: 'It is still here, unsent.',
    todo: 'Shorten it to 20,000 characters or send it in parts.',
  },
  unknownReference: {
    happened: 'The server does not know what this belongs to.',
    safe: KEPT_HERE,
    todo: 'Try again in a minute; if it stays, tell your supervisor.',
  },
  idConflict: {
    happened: 'The server already has something else under this name.',
    safe: 'Both are kept.',
    todo: 'Tell your supervisor, who can decide.',
  },
  notAllowed: { happened: 'You may not do this.', safe: NOTHING_CHANGED, todo: 'Ask your supervisor.' },
  tooLarge: { happened: 'This is too large to send.', safe: KEPT_HERE, todo: 'Send it in smaller parts.' },
  tooMany: {
    happened: 'That was too often in a short time.',
    safe: NOTHING_CHANGED,
    todo: 'Wait a minute, then try again.',
  },
  wrongCredentials: {
    happened: 'The e-mail or the password is not right.',
    safe: NOTHING_CHANGED,
    todo: 'Check both and try again.',
  },
  notSignedIn: { happened: 'Nobody is signed in here.', safe: KEPT_HERE, todo: 'Sign in.' },
  sessionExpired: {
    happened: 'Your session has run out.',
    safe: 'You can go on; time and messages are kept here.',
    todo: 'Sign in again to send them.',
  },
  deviceRevoked: {
    happened: 'This device was revoked by your organisation.',
    safe: KEPT_HERE,
    todo: 'Ask your administrator.',
  },
  setupCodeWrong: {
    happened: 'The setup code is not right.',
    safe: NOTHING_CHANGED,
    todo: 'Copy it again from the server’s first output.',
  },
  setupAlreadyDone: {
    happened: 'This server is already set up.',
    safe: NOTHING_CHANGED,
    todo: 'Sign in with your account.',
  },
  serverUnreachable: {
    happened: 'The server does not answer.',
    safe: 'Time and messages are kept on this computer.',
    todo: 'Go on; it is tried again by itself. Check the address and the network if it lasts.',
  },
  serverBusy: { happened: 'The server is busy.', safe: KEPT_HERE, todo: 'It is tried again by itself.' },
  protocolMismatch: {
    happened: 'The server speaks another version.',
    safe: KEPT_HERE,
    todo: 'Update Chatclock on this computer or the server.',
  },
  clockRefused: {
    happened: 'The clocks of this computer and the server do not agree.',
    safe: 'Time is measured without the clock on the wall and kept.',
    todo: 'Set this computer’s time automatically.',
  },
  printFailed: {
    happened: 'Nothing was printed.',
    safe: NOTHING_CHANGED,
    todo: 'Look whether a printer is set up on this computer, then try again.',
  },
  diskFull: {
    happened: 'The disk of this computer is full.',
    safe: 'What was marked as saved is saved.',
    todo: 'Free some space, then try again.',
  },
  portTaken: {
    happened: 'Another program uses the port.',
    safe: NOTHING_CHANGED,
    todo: 'Close the other program or choose another port.',
  },
  outboxUnreadable: {
    happened: 'The list of unsent entries could not be read.',
    safe: 'The file was set aside, nothing was deleted.',
    todo: 'Tell your administrator before you go on.',
  },
  localDatabaseUnreadable: {
    happened: 'The local copy of your chats could not be read.',
    safe: 'Nothing unsent was in it; the old copy was set aside.',
    todo: 'It is fetched again from the server.',
  },
  profileInUse: {
    happened: 'Chatclock already runs with this profile.',
    safe: NOTHING_CHANGED,
    todo: 'Use the window that is open.',
  },
  notReady: {
    happened: 'Chatclock is still starting.',
    safe: NOTHING_CHANGED,
    todo: 'Try again in a moment.',
  },
  cancelled: { happened: 'This was cancelled.', safe: NOTHING_CHANGED, todo: 'Start again when you like.' },
  unknownCommand: {
    happened: 'This version does not know this action.',
    safe: NOTHING_CHANGED,
    todo: 'Restart Chatclock.',
  },
  untrustedSender: {
    happened: 'This window may not do this.',
    safe: NOTHING_CHANGED,
    todo: 'Restart Chatclock.',
  },
  fileNotFound: {
    happened: 'The file is not there.',
    safe: NOTHING_CHANGED,
    todo: 'Check its name and place.',
  },
  fileUnreadable: {
    happened: 'The file could not be read.',
    safe: NOTHING_CHANGED,
    todo: 'Check that it is whole and that you may read it.',
  },
  badUsage: {
    happened: 'The command line was not understood.',
    safe: NOTHING_CHANGED,
    todo: 'Start with --help to see what is possible.',
  },
  internal: {
    happened: 'Something went wrong inside Chatclock.',
    safe: KEPT_HERE,
    todo: 'Try again; if it stays, restart Chatclock.',
  },
};

/** One paragraph: `The server does not answer. Time and messages are kept … Go on; …` */
export function sentenceOf(code: ErrorCode): string {
  const { happened, safe, todo } = ERROR_WORDS[code];
  return `${happened} ${safe} ${todo}`;
}

export function codeOfError(error: unknown): ErrorCode {
  return error instanceof AppError ? error.code : 'internal';
}
