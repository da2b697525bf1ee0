/** How far balances went below zero against the bound B: for supervisors (DOMAIN.md, "Live", "Bound"). */
import { overdraftsSchema } from '../../shared/supervision.ts';
import type { App, RouteDeps } from './route-deps.ts';

export function overdraftRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/v1/overdrafts',
    {
      config: { access: { who: 'member', roles: ['supervisor', 'administrator'] }, protocol: 'current' },
      schema: {
        tags: ['supervision'],
        response: { 200: overdraftsSchema },
      },
    },
    () => ({ overdrafts: deps.core.overdrafts() }),
  );
}
