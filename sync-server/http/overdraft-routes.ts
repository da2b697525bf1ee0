/** How far balances went below zero against the bound B: for supervisors (DOMAIN.md, "Live", "Bound"). */
import { z } from 'zod';
import { idSchema, msSchema, signedUnitsSchema } from '../../shared/rows.ts';
import type { App, RouteDeps } from './route-deps.ts';

const overdraftSchema = z.object({
  userId: idSchema,
  balanceUnits: signedUnitsSchema,
  worstUnits: msSchema,
  boundUnits: msSchema,
  worstBoundUnits: msSchema,
});

export function overdraftRoutes(app: App, deps: RouteDeps): void {
  app.get(
    '/v1/overdrafts',
    {
      config: { access: { who: 'member', roles: ['supervisor', 'administrator'] }, protocol: 'current' },
      schema: {
        tags: ['supervision'],
        response: { 200: z.object({ overdrafts: z.array(overdraftSchema) }) },
      },
    },
    () => ({ overdrafts: deps.core.overdrafts() }),
  );
}
