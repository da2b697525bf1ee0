/** How the ledger stands: for the supervisor's page. */
import { ledgerStateSchema } from '../../shared/supervision.ts';
import type { App, RouteDeps } from './route-deps.ts';

export function ledgerRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/v1/ledger/state',
    {
      config: { access: { who: 'member', roles: ['supervisor', 'administrator'] }, protocol: 'current' },
      schema: { tags: ['ledger'], response: { 200: ledgerStateSchema } },
    },
    () => deps.core.ledgerState(),
  );
}
