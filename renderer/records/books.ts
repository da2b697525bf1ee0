/**
 * The server's books for a supervisor: read through main's proxy, not replicated.
 *
 *   readBooks(fetch)      → Promise<Books>     throws AppError
 *   worstOverdrafts(...)  pure
 */
import type { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { SYNC_PROXY_PATH } from '../../shared/ipc.ts';
import {
  ledgerStateSchema,
  overdraftsSchema,
  type LedgerState,
  type Overdraft,
} from '../../shared/supervision.ts';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../shared/wire.ts';
import { errorOf, type Fetch } from '../replication/sync-requests.ts';

export interface Books {
  ledger: LedgerState;
  overdrafts: Overdraft[];
}

export async function readBooks(fetch: Fetch): Promise<Books> {
  const [ledger, { overdrafts }] = await Promise.all([
    read(fetch, '/ledger/state', ledgerStateSchema),
    read(fetch, '/overdrafts', overdraftsSchema),
  ]);
  return { ledger, overdrafts };
}

async function read<S extends z.ZodType>(fetch: Fetch, path: string, schema: S): Promise<z.output<S>> {
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

/** Clients who went below zero, worst first; `isWithinBound` as DOMAIN.md promises. */
export function worstOverdrafts(
  overdrafts: readonly Overdraft[],
): (Overdraft & { isWithinBound: boolean })[] {
  return overdrafts
    .filter((one) => one.worstUnits > 0 || one.balanceUnits < 0)
    .map((one) => ({ ...one, isWithinBound: one.worstUnits <= one.worstBoundUnits }))
    .sort((a, b) => b.worstUnits - a.worstUnits);
}
