/** GET /v1/export/facts: everything as a facts file (JSON Lines), streamed; a reader that goes away ends it. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import type { App, RouteDeps } from './route-deps.ts';
import { actorOf } from './route-access.ts';

export function exportRoute(app: App, deps: RouteDeps): void {
  app.get(
    '/v1/export/facts',
    {
      config: {
        access: { who: 'member', roles: ['supervisor', 'administrator'] },
        protocol: 'current',
      },
      schema: {
        tags: ['supervision'],
        querystring: z.object({
          /** `true`: with names, topics, message and note texts. */
          texts: z.enum(['true', 'false']).default('false'),
        }),
      },
    },
    async (request, reply) => {
      const lines = await deps.core.exportFacts(actorOf(request), {
        hasTexts: request.query.texts === 'true',
      });
      return reply
        .type('application/x-ndjson')
        .header('content-disposition', 'attachment; filename="facts.jsonl"')
        .send(Readable.from(lines, { objectMode: false }));
    },
  );
}
