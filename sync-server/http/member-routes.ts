/** Members and devices of the organisation. */
import { z } from 'zod';
import { idSchema } from '../../shared/rows.ts';
import { deviceSchema, memberSchema } from '../../shared/wire.ts';
import { newMemberSchema } from '../auth/members.ts';
import { nothingSchema, type App, type RouteDeps } from './route-deps.ts';
import { actorOf, sessionOf } from './route-access.ts';

export function memberRoutes(app: App, deps: RouteDeps): void {
  const protocol = 'current' as const;
  const leads = { who: 'member', roles: ['supervisor', 'administrator'] } as const;

  app.get(
    '/v1/members',
    {
      config: { access: leads, protocol },
      schema: { tags: ['members'], response: { 200: z.object({ members: z.array(memberSchema) }) } },
    },
    async () => ({ members: await deps.members.list() }),
  );

  app.post(
    '/v1/members',
    {
      config: { access: leads, protocol },
      schema: {
        tags: ['members'],
        body: newMemberSchema,
        response: { 200: z.object({ member: memberSchema }) },
      },
    },
    async (request) => ({ member: await deps.members.add(actorOf(request), request.body) }),
  );

  app.get(
    '/v1/devices',
    {
      config: { access: { who: 'member' }, protocol },
      schema: { tags: ['devices'], response: { 200: z.object({ devices: z.array(deviceSchema) }) } },
    },
    async (request) => ({ devices: await deps.devices.list(sessionOf(request).actor) }),
  );

  app.delete(
    '/v1/devices/:id',
    {
      config: { access: { who: 'member' }, protocol },
      schema: { tags: ['devices'], params: z.object({ id: idSchema }), response: { 200: nothingSchema } },
    },
    async (request) => {
      await deps.devices.revoke(sessionOf(request).actor, request.params.id);
      return {};
    },
  );
}
