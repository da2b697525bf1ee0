/** Policies of the organisation: an administrator's (DOMAIN.md, "Who writes what"). */
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { idSchema, policyChangeSchema } from '../../shared/rows.ts';
import { dateOf } from '../platform/platform-rows.ts';
import { writtenSchema } from '../platform/platform-shapes.ts';
import type { App, RouteDeps } from './route-deps.ts';
import { actorOf } from './route-access.ts';

/** From now on, unless it says when. */
export const policyBodySchema = policyChangeSchema
  .pick({ key: true, value: true })
  .extend({ atMs: policyChangeSchema.shape.atMs.optional() });

export function policyRoutes(app: App, deps: RouteDeps): void {
  app.put(
    '/v1/policies/:id',
    {
      config: { access: { who: 'member', roles: ['administrator'] }, protocol: 'current' },
      schema: {
        tags: ['members'],
        params: z.object({ id: idSchema }),
        body: policyBodySchema,
        response: { 200: writtenSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      const stored = await deps.core.find({ kind: 'server' }, 'policyChange', id);
      const atMs = request.body.atMs ?? dateOf(stored) ?? deps.clock.nowMs();
      const [result] = await deps.core.write(actorOf(request), [
        { type: 'policyChange', id, ...request.body, atMs },
      ]);
      if (result === undefined) throw new AppError('internal');
      return { id, ...result };
    },
  );
}
