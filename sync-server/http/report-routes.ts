/** Reports for supervisors and administrators, made from the fold as it is now. */
import { Readable } from 'node:stream';
import { overviewQuerySchema, overviewSchema } from '../../shared/reports/overview.ts';
import {
  evidenceQuerySchema,
  evidenceSchema,
  timelineQuerySchema,
  timelineSchema,
} from '../../shared/reports/timeline.ts';
import type { App, RouteDeps } from './route-deps.ts';
import { actorOf } from './route-access.ts';

const config = {
  access: { who: 'member', roles: ['supervisor', 'administrator'] },
  protocol: 'current',
} as const;
const tags = ['reports'];

export function reportRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/v1/reports/overview',
    { config, schema: { tags, querystring: overviewQuerySchema, response: { 200: overviewSchema } } },
    (request) => deps.core.overview(actorOf(request), request.query),
  );
  app.get(
    '/v1/reports/timeline',
    { config, schema: { tags, querystring: timelineQuerySchema, response: { 200: timelineSchema } } },
    (request) => deps.core.timeline(actorOf(request), request.query),
  );
  for (const table of ['chats', 'segments'] as const)
    app.get(
      `/v1/reports/${table}.csv`,
      { config, schema: { tags, querystring: overviewQuerySchema } },
      async (request, reply) => {
        const { from, until } = request.query;
        const lines = await deps.core.reportCsv(actorOf(request), table, request.query);
        return reply
          .type('text/csv; charset=utf-8; header=present')
          .header('content-disposition', `attachment; filename="${table}-${from}-${until}.csv"`)
          .send(Readable.from(lines, { objectMode: false }));
      },
    );
  app.get(
    '/v1/reports/evidence',
    { config, schema: { tags, querystring: evidenceQuerySchema, response: { 200: evidenceSchema } } },
    (request) => deps.core.evidence(actorOf(request), request.query.chatId),
  );
}
