/** Every answer that is not 2xx: a code of the closed list, an id the user can quote, no stack and no content (SECURITY.md S13). */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { AppError, type ErrorCode } from '../../shared/errors.ts';
import { BODY_MAX_BYTES } from '../../shared/wire.ts';
import type { SecretSource } from '../auth/secrets.ts';

const STATUS: Partial<Record<ErrorCode, number>> = {
  unknownChat: 404,
  notYourChat: 403,
  chatClosed: 409,
  chatClosedBeforeTracking: 409,
  badInput: 400,
  messageTooLong: 400,
  unknownReference: 404,
  idConflict: 409,
  notAllowed: 403,
  tooLarge: 413,
  tooMany: 429,
  wrongCredentials: 401,
  notSignedIn: 401,
  sessionExpired: 401,
  deviceRevoked: 403,
  setupCodeWrong: 403,
  setupAlreadyDone: 409,
  serverBusy: 503,
  protocolMismatch: 409,
  clockRefused: 503,
  diskFull: 507,
};

/** The HTTP status of a code; 500 for codes that no request can cause. */
export function statusOf(code: ErrorCode): number {
  return STATUS[code] ?? 500;
}

/** What went wrong, as a code of the closed list. Unknown errors are `internal` and keep their text to themselves. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map((issue) => `${error.validationContext ?? ''}${issue.instancePath}`);
    return new AppError('badInput', { fields }, { cause: error });
  }
  const { code, statusCode } = error as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new AppError('tooLarge', { maxBytes: BODY_MAX_BYTES }, { cause: error });
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === '53100')
    return new AppError('diskFull', {}, { cause: error });
  if (code === 'SQLITE_BUSY') return new AppError('serverBusy', {}, { cause: error });
  if (statusCode === 429) return new AppError('tooMany', {}, { cause: error });
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new AppError('badInput', {}, { cause: error });
  return new AppError('internal', {}, { cause: error });
}

/** fastify's error handler. Logs the cause of internal errors under the id that the answer carries. */
export function createErrorHandler(secrets: SecretSource, onError: (code: ErrorCode) => void) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const appError = toAppError(error);
    const errorId = secrets.id();
    onError(appError.code);
    if (appError.code === 'internal' || appError.code === 'diskFull')
      request.log.error({ err: appError.cause ?? appError, errorId }, 'request failed');
    const { retryAfterMs } = appError.details;
    if (typeof retryAfterMs === 'number')
      void reply.header('retry-after', String(Math.ceil(retryAfterMs / 1000)));
    // A body we did not read to its end would be taken for the next request.
    if (appError.code === 'tooLarge') void reply.header('connection', 'close');
    void reply
      .status(statusOf(appError.code))
      .send({ code: appError.code, details: appError.details, errorId });
  };
}
