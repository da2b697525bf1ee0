/** What supervisors decide and may read again (DOMAIN.md, "Who writes what"). Every write is a PUT and may be repeated. */
import { z } from 'zod';
import { AppError, assertNever } from '../../shared/errors.ts';
import {
  freeTimeGrantSchema,
  idSchema,
  MESSAGE_MAX_LENGTH,
  noteSchema,
  refundSchema,
  rulingSchema,
  type Row,
} from '../../shared/rows.ts';
import { PULL_MAX_ROWS } from '../../shared/wire.ts';
import { dateOf } from '../platform/platform-rows.ts';
import { writtenSchema } from '../platform/platform-shapes.ts';
import type { App, RouteDeps } from './route-deps.ts';
import { actorOf } from './route-access.ts';
import { fromSeqSchema, plainJson } from './sync-routes.ts';

const paramsSchema = z.object({ id: idSchema });
const atMs = refundSchema.shape.atMs.optional();
const tags = ['supervision'];

/** Bodies of PUT /v1/<route>/:id. Dates default to the server's now; who decided is whoever is signed in. */
export const FACT_BODIES = {
  /** `admit` counts what is claimed by now, `trim` at most `elapsedMs` of it, `void` nothing. */
  rulings: rulingSchema.pick({ targetId: true, action: true, elapsedMs: true, reason: true }),
  /** Of a chat, together never more than it was charged. */
  refunds: refundSchema
    .pick({ userId: true, amountMinor: true, reason: true })
    .extend({ chatId: idSchema, atMs }),
  /** May be back-dated. */
  grants: freeTimeGrantSchema
    .pick({ userId: true, advisorId: true, ms: true, reason: true })
    .extend({ atMs }),
  notes: noteSchema.pick({ chatId: true }).extend({ text: z.string().min(1).max(MESSAGE_MAX_LENGTH), atMs }),
} as const;
export type FactBodies = { [R in keyof typeof FACT_BODIES]: z.input<(typeof FACT_BODIES)[R]> };
export type FactRoute = keyof typeof FACT_BODIES;

const ROW_TYPE_OF_ROUTE = {
  rulings: 'ruling',
  refunds: 'refund',
  grants: 'freeTimeGrant',
  notes: 'note',
} as const satisfies Record<FactRoute, Row['type']>;

function factRow<R extends FactRoute>(route: R, id: string, given: FactBodies[R], defaultAtMs: number): Row {
  const request = { route, body: given } as {
    [K in FactRoute]: { route: K; body: FactBodies[K] };
  }[FactRoute];
  switch (request.route) {
    case 'rulings':
      return { type: 'ruling', id, ...request.body };
    case 'refunds':
      return { type: 'refund', id, ...request.body, atMs: request.body.atMs ?? defaultAtMs };
    case 'grants':
      return { type: 'freeTimeGrant', id, ...request.body, atMs: request.body.atMs ?? defaultAtMs };
    case 'notes':
      return { type: 'note', id, ...request.body, atMs: request.body.atMs ?? defaultAtMs };
    default:
      return assertNever(request);
  }
}

export function factRoutes(app: App, deps: RouteDeps): void {
  function putRoute<R extends FactRoute>(route: R): void {
    app.put(
      `/v1/${route}/:id`,
      {
        config: { access: { who: 'member', roles: ['supervisor'] }, protocol: 'current' },
        schema: { tags, params: paramsSchema, body: FACT_BODIES[route], response: { 200: writtenSchema } },
      },
      async (request) => {
        const actor = actorOf(request);
        const { id } = request.params as z.infer<typeof paramsSchema>;
        const stored = await deps.core.find(actor, ROW_TYPE_OF_ROUTE[route], id);
        const row = factRow(route, id, request.body as FactBodies[R], dateOf(stored) ?? deps.clock.nowMs());
        const [result] = await deps.core.write(actor, [row]);
        if (result === undefined) throw new AppError('internal');
        return { id, ...result };
      },
    );
  }
  for (const route of Object.keys(FACT_BODIES) as FactRoute[]) putRoute(route);

  app.get(
    '/v1/facts',
    {
      config: {
        access: { who: 'member', roles: ['supervisor', 'administrator'] },
        protocol: 'current',
      },
      schema: {
        tags,
        querystring: z.object({
          fromSeq: fromSeqSchema,
          limit: z.coerce.number().int().min(1).max(PULL_MAX_ROWS).default(PULL_MAX_ROWS),
        }),
      },
      serializerCompiler: plainJson,
    },
    async (request) => deps.core.pullFacts(actorOf(request), request.query.fromSeq, request.query.limit),
  );
}
