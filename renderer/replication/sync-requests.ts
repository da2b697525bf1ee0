/** The three requests of the replicator, through main's proxy at the app's own origin; failures become AppError codes. */
import { AppError, ERROR_CODES, type ErrorCode } from '../../shared/errors.ts';
import { SYNC_PROXY_PATH } from '../../shared/ipc.ts';
import type { DeviceRow } from '../../shared/rows.ts';
import {
  errorBodySchema,
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  PULL_MAX_ROWS,
  pushResponseSchema,
  type PushAnswer,
} from '../../shared/wire.ts';
import { parsePage, type ParsedPage } from './parse-page.ts';
import type { Scheduler } from './scheduler.ts';

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

const REQUEST_TIMEOUT_MS = 30_000;

export interface SyncRequests {
  push(rows: readonly DeviceRow[]): Promise<PushAnswer[]>;
  /** `withHash`: the last page is to state the hash of the whole scope. */
  pull(fromSeq: number, withHash?: boolean): Promise<ParsedPage>;
  /** Opens the stream; the caller reads and aborts it. */
  openStream(fromSeq: number, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
}

export interface SyncRequestDeps {
  fetch: Fetch;
  scheduler: Scheduler;
  /** Ends every request when the replicator stops. */
  stopped: AbortSignal;
}

export function createSyncRequests({ fetch, scheduler, stopped }: SyncRequestDeps): SyncRequests {
  async function send(path: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
    const headers = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), ...init.headers };
    let response: Response;
    try {
      response = await fetch(`${SYNC_PROXY_PATH}${path}`, { ...init, headers, signal, cache: 'no-store' });
    } catch (cause) {
      throw new AppError('serverUnreachable', {}, { cause });
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }

  async function sendJson(path: string, init: RequestInit): Promise<unknown> {
    const abort = new AbortController();
    const onStop = () => abort.abort();
    if (stopped.aborted) abort.abort();
    stopped.addEventListener('abort', onStop);
    const cancelTimeout = scheduler.after(REQUEST_TIMEOUT_MS, () => abort.abort());
    try {
      const response = await send(path, init, abort.signal);
      return await readJson(response);
    } finally {
      cancelTimeout();
      stopped.removeEventListener('abort', onStop);
    }
  }

  return {
    async push(rows) {
      const body = JSON.stringify({ rows });
      const answer = await sendJson('/push', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const parsed = pushResponseSchema.safeParse(answer);
      if (!parsed.success)
        throw new AppError('protocolMismatch', { request: 'push' }, { cause: parsed.error });
      return parsed.data.answers;
    },
    async pull(fromSeq, withHash = false) {
      const query = `fromSeq=${fromSeq}&limit=${PULL_MAX_ROWS}${withHash ? '&withHash=true' : ''}`;
      return parsePage(await sendJson(`/pull?${query}`, { method: 'GET' }));
    },
    async openStream(fromSeq, signal) {
      const response = await send(
        `/stream?fromSeq=${fromSeq}`,
        { method: 'GET', headers: { accept: 'text/event-stream' } },
        signal,
      );
      if (response.body === null) throw new AppError('serverUnreachable', { request: 'stream' });
      return response.body;
    },
  };
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    // Cut off in the middle, or not our server: either way nothing of it was taken.
    throw new AppError('serverUnreachable', { status: response.status }, { cause });
  }
}

export async function errorOf(response: Response): Promise<AppError> {
  const { status } = response;
  const body = errorBodySchema.safeParse(await response.json().catch(() => null));
  if (body.success) return new AppError(body.data.code, { ...body.data.details, status });
  return new AppError(codeOfStatus(status), { status });
}

function codeOfStatus(status: number): ErrorCode {
  const codes: Record<number, ErrorCode> = {
    401: 'notSignedIn',
    403: 'notAllowed',
    413: 'tooLarge',
    426: 'protocolMismatch',
    429: 'tooMany',
    502: 'serverUnreachable',
    503: 'serverBusy',
    504: 'serverUnreachable',
  };
  return codes[status] ?? (status >= 500 ? 'internal' : 'badInput');
}

const REFUSALS: readonly ErrorCode[] = [
  'notSignedIn',
  'sessionExpired',
  'deviceRevoked',
  'protocolMismatch',
  'notAllowed',
  'clockRefused',
];

/** The server answers but will not talk to us: shown as refused, tried again all the same. */
export function isRefusal(code: ErrorCode): boolean {
  return REFUSALS.includes(code);
}

/** The code of any failure; what is no AppError is a bug or the local database. */
export function codeOf(error: unknown): ErrorCode {
  if (error instanceof AppError && ERROR_CODES.includes(error.code)) return error.code;
  if (error instanceof Error && /quota/i.test(`${error.name} ${error.message}`)) return 'diskFull';
  return 'internal';
}
