/**
 * The closed list of error codes. Every border (IPC, HTTP, files, command lines) answers with one of these;
 * the renderer and the command lines turn a code into a sentence that says what happened, what is safe, what to do.
 */
export const ERROR_CODES = [
  // chats and records
  'unknownChat',
  'notYourChat',
  'chatClosed',
  'chatClosedBeforeTracking',
  // rows and borders
  'badInput',
  'messageTooLong',
  'unknownReference',
  'idConflict',
  'notAllowed',
  'tooLarge',
  'tooMany',
  // session and devices
  'wrongCredentials',
  'notSignedIn',
  'sessionExpired',
  'deviceRevoked',
  'setupCodeWrong',
  'setupAlreadyDone',
  // reaching the server
  'serverUnreachable',
  'serverBusy',
  'protocolMismatch',
  'clockRefused',
  // this computer
  'diskFull',
  'portTaken',
  'outboxUnreadable',
  'localDatabaseUnreadable',
  'profileInUse',
  'notReady',
  'cancelled',
  'printFailed',
  'unknownCommand',
  'untrustedSender',
  // files and commands
  'fileNotFound',
  'fileUnreadable',
  'badUsage',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** An expected failure with a code of the closed list. Bugs use `assert` instead. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, details: Record<string, unknown> = {}, options?: { cause?: unknown }) {
    super(code, options);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }
}

/** Throws when a condition that only a bug can break does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${message}`);
}

/** Closes a switch over a tagged union: the compiler refuses a missing case. */
export function assertNever(value: never): never {
  throw new Error(`Assertion failed: unexpected ${JSON.stringify(value)}`);
}
