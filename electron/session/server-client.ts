/** Main's requests to a sync server: JSON in and out, a time limit, failures as codes of the closed list. */
import type { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { errorBodySchema, PROTOCOL_HEADER, PROTOCOL_VERSION, REQUEST_TIMEOUT_MS } from '../../shared/wire.ts';

export interface ServerRequest<S extends z.ZodType> {
  serverUrl: string;
  path: string;
  method: 'GET' | 'POST';
  body?: unknown;
  accessToken?: string;
  answer: S;
  signal?: AbortSignal;
}

/** Throws AppError: serverUnreachable, protocolMismatch, or the server's own code. */
export async function requestJson<S extends z.ZodType>(request: ServerRequest<S>): Promise<z.output<S>> {
  const limit = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  let response: Response;
  let text: string;
  try {
    response = await fetch(`${request.serverUrl}${request.path}`, {
      method: request.method,
      headers: requestHeaders(request.accessToken, request.body !== undefined),
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      redirect: 'error',
      signal: request.signal === undefined ? limit : AbortSignal.any([limit, request.signal]),
    });
    text = await response.text();
  } catch (cause) {
    throw new AppError('serverUnreachable', {}, { cause });
  }
  const json = parseJson(text);
  if (!response.ok) throw errorOf(response.status, json);
  const parsed = request.answer.safeParse(json);
  if (!parsed.success)
    throw new AppError('protocolMismatch', { path: request.path }, { cause: parsed.error });
  return parsed.data;
}

export function requestHeaders(accessToken: string | undefined, hasBody: boolean): Record<string, string> {
  return {
    [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
    ...(hasBody ? { 'content-type': 'application/json' } : {}),
    ...(accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` }),
  };
}

/** The server's code, or the nearest one for an answer that is not a Chatclock server's. */
export function errorOf(status: number, body: unknown): AppError {
  const parsed = errorBodySchema.safeParse(body);
  if (parsed.success) return new AppError(parsed.data.code, { ...parsed.data.details, status });
  if (status === 401) return new AppError('sessionExpired', { status });
  return new AppError(status >= 500 ? 'serverBusy' : 'protocolMismatch', { status });
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}
