/** Closing a period, and reading what was closed: for ever, byte for byte (DOMAIN.md, "Ledger and periods"). */
import { z } from 'zod';
import { idSchema, msSchema, periodCloseSchema } from '../../shared/rows.ts';
import { writtenSchema } from '../platform/platform-shapes.ts';
import type { App, RouteDeps } from './route-deps.ts';
import { actorOf } from './route-access.ts';

const paramsSchema = z.object({ id: idSchema });
const tags = ['supervision'];

/** The open period ends at `untilMs`, which lies in the past; it began where the last one ended. */
export const periodBodySchema = periodCloseSchema.pick({ untilMs: true, fromMs: true, reason: true });

export const periodListSchema = z.object({
  periods: z.array(
    z.object({
      id: idSchema,
      number: msSchema,
      fromMs: msSchema,
      untilMs: msSchema,
      closedAtMs: msSchema,
      byId: z.string(),
      seq: msSchema,
      hash: z.string(),
    }),
  ),
  openFromMs: msSchema,
});

export function periodRoutes(app: App, deps: RouteDeps): void {
  const leads = { who: 'member', roles: ['supervisor', 'administrator'] } as const;
  const protocol = 'current' as const;

  app.put(
    '/v1/periods/:id',
    {
      config: { access: { who: 'member', roles: ['supervisor'] }, protocol },
      schema: { tags, params: paramsSchema, body: periodBodySchema, response: { 200: writtenSchema } },
    },
    async (request) => {
      const { id } = request.params;
      return { id, ...(await deps.core.closePeriod(actorOf(request), { id, ...request.body })) };
    },
  );

  app.get(
    '/v1/periods',
    {
      config: { access: leads, protocol },
      schema: { tags, response: { 200: periodListSchema } },
    },
    async (request) => deps.core.periods(actorOf(request)),
  );

  app.get(
    '/v1/periods/:id/report',
    { config: { access: leads, protocol }, schema: { tags, params: paramsSchema } },
    async (request, reply) => {
      const { report, hash } = await deps.core.periodReport(actorOf(request), request.params.id);
      return reply
        .type('application/json; charset=utf-8')
        .header('x-report-sha256', hash)
        .serializer((text: unknown) => text as string)
        .send(report);
    },
  );
}
