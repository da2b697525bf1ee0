import { AppError } from '../../shared/errors.ts';

/** Disk-full conditions of SQLite and PostgreSQL (53100 disk_full, 53400 configuration_limit_exceeded). */
const FULL_CODES = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT', '53100', '53400']);

/**
 * What a failed commit means for the caller: `diskFull`, else `serverBusy`; both say that nothing was stored
 * and that the same request may be sent again. An AppError stays as it is.
 */
export function storageError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause;
  const { code, message } = cause as { code?: unknown; message?: unknown };
  const isFull =
    (typeof code === 'string' && FULL_CODES.has(code)) || /disk is full|no space left/i.test(String(message));
  return new AppError(isFull ? 'diskFull' : 'serverBusy', {}, { cause });
}
