/** For whoever runs the server: is it well, and its figures. */
import { z } from 'zod';
import type { App, RouteDeps } from './http-app.ts';

export function operatorRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/healthz',
    {
      config: { access: { who: 'anyone' } },
      schema: { tags: ['operator'], security: [], response: { 200: z.object({ status: z.literal('ok'), storage: z.enum(['libsql', 'postgres']) }) } },
    },
    async () => ({ status: 'ok' as const, storage: (await deps.core.status()).storage }),
  );

  app.get('/metrics', { config: { access: { who: 'anyone' } }, schema: { tags: ['operator'], security: [] } }, async (_request, reply) => {
    const { contentType, text } = await deps.metrics.render();
    return reply.type(contentType).send(text);
  });
}
