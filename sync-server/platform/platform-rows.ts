/** From a platform body to the row that is stored; pure, so that a repeat makes the same row. */
import { AppError, assertNever } from '../../shared/errors.ts';
import { MESSAGE_MAX_LENGTH, type Row, type RowType } from '../../shared/rows.ts';
import type { PlatformBodies, PlatformRoute } from './platform-shapes.ts';

/** The row type a route writes. */
export const ROW_TYPE_OF_ROUTE = {
  users: 'user',
  advisors: 'advisor',
  chats: 'chat',
  messages: 'message',
  'top-ups': 'topUp',
  debits: 'debit',
  refunds: 'refund',
  grants: 'freeTimeGrant',
  rates: 'rateChange',
} as const satisfies Record<PlatformRoute, RowType>;

/** The date of a stored row, so that a repeat without a date is the same row again. */
export function dateOf(row: Row | undefined): number | undefined {
  if (row === undefined) return undefined;
  if ('openedAtMs' in row) return row.openedAtMs;
  return 'atMs' in row ? row.atMs : undefined;
}

/** `defaultAtMs`: the date when the body has none. Throws messageTooLong. */
export function platformRow<R extends PlatformRoute>(
  route: R,
  id: string,
  given: PlatformBodies[R],
  defaultAtMs: number,
): Row {
  const request = { route, body: given } as {
    [K in PlatformRoute]: { route: K; body: PlatformBodies[K] };
  }[PlatformRoute];
  switch (request.route) {
    case 'users':
      return { type: 'user', id, ...request.body };
    case 'advisors':
      return { type: 'advisor', id, ...request.body };
    case 'chats':
      return { type: 'chat', id, ...request.body, openedAtMs: request.body.openedAtMs ?? defaultAtMs };
    case 'messages':
      if (request.body.text.length > MESSAGE_MAX_LENGTH)
        throw new AppError('messageTooLong', { maxLength: MESSAGE_MAX_LENGTH });
      return { type: 'message', id, from: 'user', ...request.body, atMs: request.body.atMs ?? defaultAtMs };
    case 'top-ups':
      return { type: 'topUp', id, ...request.body, atMs: request.body.atMs ?? defaultAtMs };
    case 'debits':
      return { type: 'debit', id, ...request.body, atMs: request.body.atMs ?? defaultAtMs };
    case 'refunds':
      return { type: 'refund', id, ...request.body, atMs: request.body.atMs ?? defaultAtMs };
    case 'grants':
      return { type: 'freeTimeGrant', id, ...request.body, atMs: request.body.atMs ?? defaultAtMs };
    case 'rates':
      return { type: 'rateChange', id, ...request.body, atMs: request.body.atMs ?? defaultAtMs };
    default:
      return assertNever(request);
  }
}
