/** How the ledger stands: for the supervisor's page. */
import { z } from 'zod';
import { msSchema, signedUnitsSchema } from '../../shared/rows.ts';
import type { App, RouteDeps } from './route-deps.ts';

export const ledgerStateSchema = z.object({
  /** Entries ever posted. */
  entries: z.number().int().min(0),
  /** Hash of the last entry: it covers all before it. */
  headHash: z.string(),
  /** Sums over all accounts: 0, or every commit that posts is refused. */
  creditSumUnits: signedUnitsSchema,
  freeTimeSumMs: signedUnitsSchema,
  /** Commits refused since the server's start, and the last of them. */
  violations: z.number().int().min(0),
  lastViolation: z
    .object({
      rule: z.enum(['sumNotZero', 'accountNotFold']),
      commodity: z.enum(['credit', 'freeTime']),
      account: z.string().optional(),
      expected: signedUnitsSchema,
      found: signedUnitsSchema,
      atMs: msSchema,
    })
    .optional(),
});

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
