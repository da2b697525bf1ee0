/** Push, pull and beat: what a device sends and asks (DOMAIN.md, "Outbox", "Order", "One replicator"). */
import { z } from 'zod';
import { msSchema } from '../../shared/rows.ts';
import { beatRequestSchema, PULL_MAX_ROWS, pushRequestSchema } from '../../shared/wire.ts';
import type { App, RouteDeps } from './route-deps.ts';
import { actorOf } from './route-access.ts';

export const fromSeqSchema = z.coerce.number().pipe(msSchema).default(0);

/** The core made the answer and its tests hold it to the schema: a thousand rows are not parsed again on their way out. */
export const plainJson =
  () =>
  (data: unknown): string =>
    JSON.stringify(data);

export function syncRoutes(app: App, deps: RouteDeps): void {
  app.post(
    '/v1/push',
    {
      config: { access: { who: 'member', isRevokedAllowed: true }, protocol: 'push' },
      schema: { tags: ['sync'], body: pushRequestSchema },
      serializerCompiler: plainJson,
    },
    async (request) => {
      const answers = await deps.core.push(actorOf(request), request.body.rows);
      deps.metrics.countPush(answers);
      return { answers };
    },
  );

  app.get(
    '/v1/pull',
    {
      config: { access: { who: 'member' }, protocol: 'current' },
      schema: {
        tags: ['sync'],
        querystring: z.object({
          fromSeq: fromSeqSchema,
          limit: z.coerce.number().int().min(1).max(PULL_MAX_ROWS).default(PULL_MAX_ROWS),
          /** The last page states the hash of the whole scope: a device checks its replica with it now and then. */
          withHash: z.enum(['true', 'false']).default('false'),
        }),
      },
      serializerCompiler: plainJson,
    },
    async (request, reply) => {
      const { fromSeq, limit, withHash } = request.query;
      const text = await deps.core.pullText(actorOf(request), fromSeq, limit, withHash === 'true');
      return reply.type('application/json; charset=utf-8').send(text);
    },
  );

  app.post(
    '/v1/beat',
    {
      config: { access: { who: 'member' }, protocol: 'current' },
      schema: { tags: ['sync'], body: beatRequestSchema },
      serializerCompiler: plainJson,
    },
    async (request) => deps.core.beat(actorOf(request), request.body),
  );
}
