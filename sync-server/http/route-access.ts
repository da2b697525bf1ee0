/**
 * Who may call a route, said where the route is made and checked in one place before any handler runs.
 * A route that does not say it cannot be registered. Rights on rows are the core's `can(actor, action, row)`.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError, assert, assertNever } from '../../shared/errors.ts';
import { OLDEST_PUSH_PROTOCOL, PROTOCOL_HEADER, PROTOCOL_VERSION, type Role } from '../../shared/wire.ts';
import type { PlatformKeys } from '../auth/platform-key.ts';
import type { Session, Sessions } from '../auth/sessions.ts';
import type { Actor } from '../ports.ts';

export type RouteAccess =
  | { who: 'anyone' }
  /** `isRevokedAllowed`: also from a revoked device (push, refresh, sign-out). */
  | { who: 'member'; roles?: readonly Role[]; isRevokedAllowed?: boolean }
  | { who: 'platform' };

/** Which protocol versions a route talks: none of its business, the present one, or every one we accept pushes of. */
export type RouteProtocol = 'any' | 'current' | 'push';

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
    protocol?: RouteProtocol;
  }
  interface FastifyRequest {
    actor: Actor | null;
    session: Session | null;
  }
}

/** The signed-in member of a request to a member route. */
export function sessionOf(request: FastifyRequest): Session {
  assert(request.session !== null, 'a member route ran without a session');
  return request.session;
}

/** The caller of a member or platform route. */
export function actorOf(request: FastifyRequest): Actor {
  assert(request.actor !== null, 'a protected route ran without an actor');
  return request.actor;
}

function bearer(request: FastifyRequest): string {
  const match = /^Bearer ([\x21-\x7e]{1,500})$/.exec(request.headers.authorization ?? '');
  if (match?.[1] === undefined) throw new AppError('notSignedIn');
  return match[1];
}

function checkProtocol(request: FastifyRequest, protocol: RouteProtocol): void {
  if (protocol === 'any') return;
  const text = String(request.headers[PROTOCOL_HEADER] ?? '');
  const version = /^\d{1,6}$/.test(text) ? Number(text) : null;
  const oldest = protocol === 'push' ? OLDEST_PUSH_PROTOCOL : PROTOCOL_VERSION;
  if (version === null || version < oldest || version > PROTOCOL_VERSION) {
    throw new AppError('protocolMismatch', {
      clientVersion: version,
      serverVersion: PROTOCOL_VERSION,
      oldestAccepted: oldest,
    });
  }
}

/** Registers the check on every route that is made afterwards. Routes under /docs are the documentation's own. */
export function guardRoutes(
  app: FastifyInstance,
  deps: { sessions: Sessions; platformKeys: PlatformKeys },
): void {
  app.decorateRequest('actor', null);
  app.decorateRequest('session', null);

  app.addHook('onRoute', (route) => {
    if (route.url === '/docs' || route.url.startsWith('/docs/'))
      route.config = { access: { who: 'anyone' }, ...route.config };
    assert(
      route.config?.access !== undefined,
      `route ${String(route.method)} ${route.url} says who may call it`,
    );
  });

  app.addHook('onRequest', async (request) => {
    const { access, protocol = 'any' } = request.routeOptions.config;
    // Undefined only for the answer to an unknown address.
    if (access === undefined) return;
    checkProtocol(request, protocol);
    switch (access.who) {
      case 'anyone':
        return;
      case 'platform':
        request.actor = deps.platformKeys.authenticate(bearer(request));
        return;
      case 'member': {
        const session = await deps.sessions.authenticate(bearer(request));
        if (session.actor.isDeviceRevoked && access.isRevokedAllowed !== true)
          throw new AppError('deviceRevoked');
        if (access.roles !== undefined && !access.roles.includes(session.actor.role))
          throw new AppError('notAllowed');
        request.session = session;
        request.actor = session.actor;
        return;
      }
      default:
        assertNever(access);
    }
  });
}
