/** For whoever runs the server: is it well, and its figures. */
import { z } from 'zod';
import type { App, RouteDeps } from './route-deps.ts';

const healthSchema = z.object({
  status: z.enum(['ok', 'clockAlarm']),
  storage: z.enum(['libsql', 'postgres']),
  /** Pushes may be refused until the operator confirms (`--confirm-clock`). */
  clock: z.object({ kind: z.enum(['wentBack', 'wentAhead']), byMs: z.number().int() }).optional(),
});

export function operatorRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/healthz',
    {
      config: { access: { who: 'anyone' } },
      schema: { tags: ['operator'], security: [], response: { 200: healthSchema } },
    },
    async () => {
      const alarm = deps.core.clockAlarm();
      const { storage } = await deps.core.status();
      return {
        status: alarm === undefined ? ('ok' as const) : ('clockAlarm' as const),
        storage,
        ...(alarm === undefined ? {} : { clock: alarm }),
      };
    },
  );

  app.get(
    '/metrics',
    { config: { access: { who: 'anyone' } }, schema: { tags: ['operator'], security: [] } },
    async (_request, reply) => {
      const { contentType, text } = await deps.metrics.render();
      return reply.type(contentType).send(text);
    },
  );
}
