/** Typed client of the platform API: used by seed, replay and tests; a platform may copy it. */
import type { z } from 'zod';
import { AppError } from '../shared/errors.ts';
import { errorBodySchema } from '../shared/wire.ts';
import {
  chatStateSchema,
  outwardMessagesSchema,
  writtenSchema,
  type ChatState,
  type OutwardMessages,
  type PlatformBodies,
  type PlatformRoute,
  type Written,
} from './platform/platform-shapes.ts';

export type PlatformClient = ReturnType<typeof createPlatformClient>;

/** Reads the code of a refusal; an answer that is none of ours counts as an unreachable server. */
export async function toRefusal(response: Response): Promise<AppError> {
  const parsed = errorBodySchema.safeParse(await response.json().catch(() => null));
  if (!parsed.success) return new AppError('serverUnreachable', { status: response.status });
  return new AppError(parsed.data.code, { ...parsed.data.details, errorId: parsed.data.errorId });
}

/** Every method throws AppError with the server's code, or serverUnreachable. `signal` ends what is under way. */
export function createPlatformClient(options: { url: string; key: string; signal?: AbortSignal }) {
  async function request<T>(
    method: 'GET' | 'PUT',
    path: string,
    schema: z.ZodType<T>,
    body?: unknown,
  ): Promise<T> {
    let response: Response;
    try {
      response = await fetch(`${options.url}/platform/v1/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${options.key}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
    } catch (error) {
      if (options.signal?.aborted === true) throw new AppError('cancelled', {}, { cause: error });
      throw new AppError('serverUnreachable', { url: options.url }, { cause: error });
    }
    if (!response.ok) throw await toRefusal(response);
    return schema.parse(await response.json());
  }
  const encode = encodeURIComponent;

  return {
    /** Writes one row under the caller's id; repeating it does nothing. Dates default to the server's now. */
    put<R extends PlatformRoute>(route: R, id: string, body: PlatformBodies[R]): Promise<Written> {
      return request('PUT', `${route}/${encode(id)}`, writtenSchema, body);
    },
    endChat(chatId: string, body: { atMs?: number } = {}): Promise<Written> {
      return request('PUT', `chats/${encode(chatId)}/end`, writtenSchema, body);
    },
    /** What advisors wrote after `fromSeq`; go on with `toSeq`. */
    readMessages(fromSeq: number): Promise<OutwardMessages> {
      return request('GET', `messages?fromSeq=${fromSeq}`, outwardMessagesSchema);
    },
    readChat(chatId: string): Promise<ChatState> {
      return request('GET', `chats/${encode(chatId)}`, chatStateSchema);
    },
  };
}
