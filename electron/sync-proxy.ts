/**
 * Forwards the replicator's push, pull and stream, and what a supervisor's page reads, to the sync server with the session's token, so that no renderer ever
 * holds one and the pages' policy allows no other origin.
 */
import { AppError } from '../shared/errors.ts';
import type { Beat } from './beat.ts';
import { requestHeaders } from './session/server-client.ts';

const ALLOWED =
  /^(push|pull|stream|ledger\/state|overdrafts|reports\/(overview|timeline|evidence))(\?[A-Za-z0-9=&_.%+*-]*)?$/;
/** A push waits this long for the boot's anchor; without one its rows would be placed as unanchored. */
const ANCHOR_LIMIT_MS = 4_000;

/**
 * May a push leave? It waits for the boot's anchor, but not for a server that refuses this device's beats (revoked, or
 * another protocol): such a server still takes what was written before, and no beat of it will ever bring an anchor.
 */
export function createPushGate(
  beat: () => Pick<Beat, 'whenAnchored' | 'connection'>,
): (limitMs: number) => Promise<boolean> {
  const isRefused = (): boolean => beat().connection().phase === 'refused';
  return async (limitMs) => isRefused() || (await beat().whenAnchored(limitMs)) || isRefused();
}

export interface SyncProxyDeps {
  serverUrl(): string;
  accessToken(stale?: string): Promise<string>;
  whenAnchored(limitMs: number): Promise<boolean>;
}

export function createSyncProxy(
  deps: SyncProxyDeps,
): (request: Request, pathAndQuery: string) => Promise<Response> {
  async function forward(
    request: Request,
    pathAndQuery: string,
    body: string | undefined,
    stale?: string,
  ): Promise<Response> {
    const token = await deps.accessToken(stale);
    const abort = new AbortController();
    request.signal.addEventListener('abort', () => abort.abort());
    const response = await fetch(`${deps.serverUrl()}/v1/${pathAndQuery}`, {
      method: request.method,
      headers: {
        ...requestHeaders(token, body !== undefined),
        accept: request.headers.get('accept') ?? '*/*',
      },
      ...(body === undefined ? {} : { body }),
      redirect: 'error',
      signal: abort.signal,
    });
    if (response.status === 401 && stale === undefined) {
      await response.body?.cancel();
      return forward(request, pathAndQuery, body, token);
    }
    return new Response(response.body === null ? null : closing(response.body, abort), {
      status: response.status,
      headers: {
        'content-type': response.headers.get('content-type') ?? 'application/octet-stream',
        'cache-control': 'no-store',
        ...(response.headers.has('retry-after')
          ? { 'retry-after': response.headers.get('retry-after')! }
          : {}),
      },
    });
  }

  return async (request, pathAndQuery) => {
    const isPush = pathAndQuery === 'push';
    if (!ALLOWED.test(pathAndQuery) || request.method !== (isPush ? 'POST' : 'GET'))
      return failure(new AppError('badInput'), 403);
    try {
      const body = isPush ? await request.text() : undefined;
      if (isPush && !(await deps.whenAnchored(ANCHOR_LIMIT_MS)))
        return failure(new AppError('serverUnreachable'), 503);
      return await forward(request, pathAndQuery, body);
    } catch (error) {
      if (error instanceof AppError) return failure(error, error.code === 'serverUnreachable' ? 503 : 401);
      return failure(new AppError('serverUnreachable', {}, { cause: error }), 503);
    }
  };
}

/** Passes a body on; when its reader is gone the upstream is closed too (STACK.md, "Electron and Chromium"). */
function closing(body: ReadableStream<Uint8Array>, abort: AbortController): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        controller.error(error);
      }
    },
    cancel() {
      abort.abort();
      void reader.cancel().catch(() => undefined);
    },
  });
}

function failure(error: AppError, status: number): Response {
  return new Response(JSON.stringify({ code: error.code }), {
    status,
    headers: { 'content-type': 'application/json' },
  });
}
