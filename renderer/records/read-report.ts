/** What a supervisor reads of the server itself: through main's proxy, not replicated. */
import type { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { SYNC_PROXY_PATH } from '../../shared/ipc.ts';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../shared/wire.ts';
import { errorOf, type Fetch } from '../replication/sync-requests.ts';

/** `path` below /v1. Throws AppError: what the server says, serverUnreachable, protocolMismatch. */
export async function readReport<S extends z.ZodType>(
  fetch: Fetch,
  path: string,
  schema: S,
): Promise<z.output<S>> {
  let response: Response;
  try {
    response = await fetch(`${SYNC_PROXY_PATH}${path}`, {
      headers: { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) },
      cache: 'no-store',
    });
  } catch (cause) {
    throw new AppError('serverUnreachable', {}, { cause });
  }
  if (!response.ok) throw await errorOf(response);
  const parsed = schema.safeParse(await response.json());
  if (!parsed.success) throw new AppError('protocolMismatch', { path });
  return parsed.data;
}
