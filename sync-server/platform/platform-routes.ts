/** /platform/v1: for the system the chats come from. Every write is a PUT under the caller's id and may be repeated. */
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { idSchema, type Row } from '../../shared/rows.ts';
import { PULL_MAX_ROWS } from '../../shared/wire.ts';
import type { App, RouteDeps } from '../http/route-deps.ts';
import { actorOf } from '../http/route-access.ts';
import { fromSeqSchema, plainJson } from '../http/sync-routes.ts';
import type { Actor } from '../ports.ts';
import { dateOf, platformRow, ROW_TYPE_OF_ROUTE } from './platform-rows.ts';
import {
  chatEndBodySchema,
  chatStateSchema,
  PLATFORM_BODIES,
  writtenSchema,
  type ChatState,
  type PlatformBodies,
  type PlatformRoute,
} from './platform-shapes.ts';

const access = { who: 'platform' } as const;
const paramsSchema = z.object({ id: idSchema });
const tags = ['platform'];

/** The id of the platform's end of a chat: one per chat, so that a repeat is the same row. */
export function platformEndId(chatId: string): string {
  return `${chatId}:platform-end`;
}

export function platformRoutes(app: App, deps: RouteDeps): void {
  async function writeOne(actor: Actor, row: Row): Promise<z.infer<typeof writtenSchema>> {
    const [result] = await deps.core.write(actor, [row]);
    if (result === undefined) throw new AppError('internal');
    return { id: row.id, ...result };
  }

  function putRoute<R extends PlatformRoute>(route: R): void {
    app.put(
      `/platform/v1/${route}/:id`,
      {
        config: { access },
        schema: {
          tags,
          params: paramsSchema,
          body: PLATFORM_BODIES[route],
          response: { 200: writtenSchema },
        },
      },
      async (request) => {
        const actor = actorOf(request);
        const { id } = request.params as z.infer<typeof paramsSchema>;
        const stored = await deps.core.find(actor, ROW_TYPE_OF_ROUTE[route], id);
        const row = platformRow(
          route,
          id,
          request.body as PlatformBodies[R],
          dateOf(stored) ?? deps.clock.nowMs(),
        );
        return writeOne(actor, row);
      },
    );
  }
  for (const route of Object.keys(PLATFORM_BODIES) as PlatformRoute[]) putRoute(route);

  app.put(
    '/platform/v1/chats/:id/end',
    {
      config: { access },
      schema: { tags, params: paramsSchema, body: chatEndBodySchema, response: { 200: writtenSchema } },
    },
    async (request) => {
      const actor = actorOf(request);
      const id = platformEndId(request.params.id);
      const stored = await deps.core.find(actor, 'chatEnd', id);
      const atMs = request.body.atMs ?? dateOf(stored) ?? deps.clock.nowMs();
      return writeOne(actor, { type: 'chatEnd', id, chatId: request.params.id, atMs });
    },
  );

  app.get(
    '/platform/v1/chats/:id',
    { config: { access }, schema: { tags, params: paramsSchema, response: { 200: chatStateSchema } } },
    async (request) => readChatState(deps, actorOf(request), request.params.id),
  );

  app.get(
    '/platform/v1/messages',
    {
      config: { access },
      schema: {
        tags,
        querystring: z.object({
          fromSeq: fromSeqSchema,
          limit: z.coerce.number().int().min(1).max(PULL_MAX_ROWS).default(PULL_MAX_ROWS),
        }),
      },
      serializerCompiler: plainJson,
    },
    async (request) => {
      // Pages belong to members and the server; of one of the server's own only advisors' messages go out.
      const page = await deps.core.pull({ kind: 'server' }, request.query.fromSeq, request.query.limit);
      const messages = page.rows.flatMap(({ seq, row }) =>
        row.type === 'message' && row.from === 'advisor'
          ? [{ seq, id: row.id, chatId: row.chatId, text: row.text, atMs: row.atMs }]
          : [],
      );
      return { fromSeq: page.fromSeq, toSeq: page.toSeq, hasMore: page.hasMore, messages };
    },
  );
}

async function readChatState(deps: RouteDeps, actor: Actor, chatId: string): Promise<ChatState> {
  const chat = await deps.core.find(actor, 'chat', chatId);
  if (chat?.type !== 'chat') throw new AppError('unknownChat');
  const totals = await deps.core.find(actor, 'recordTotals', chatId);
  const record = await deps.core.find(actor, 'conversationTimeRecord', chatId);
  const projection = await deps.core.find(actor, 'userProjection', `${chat.advisorId}:${chat.userId}`);
  const shown = projection?.type === 'userProjection' ? projection : undefined;
  const projected = shown?.chats.find((c) => c.chatId === chatId);
  const isEnded = shown !== undefined && projected === undefined;
  const isRunning = projected?.runningOnDeviceId !== undefined;
  return {
    chat,
    state: isEnded ? 'ended' : isRunning ? 'running' : record !== undefined ? 'open' : 'waiting',
    totals: totals?.type === 'recordTotals' ? totals : null,
    balanceUnits: shown?.balanceUnits ?? null,
    freeLeftMs: shown?.freeLeftMs ?? null,
  };
}
