/** Reports for supervisors and administrators, made from the fold as it is now. */
import { overviewQuerySchema, overviewSchema } from '../../shared/reports/overview.ts';
import type { App, RouteDeps } from './route-deps.ts';
import { actorOf } from './route-access.ts';

export function reportRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/v1/reports/overview',
    {
      config: { access: { who: 'member', roles: ['supervisor', 'administrator'] }, protocol: 'current' },
      schema: { tags: ['reports'], querystring: overviewQuerySchema, response: { 200: overviewSchema } },
    },
    (request) => deps.core.overview(actorOf(request), request.query),
  );
}
