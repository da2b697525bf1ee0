/** Is a server there; the first supervisor; signing in, refreshing, signing out. */
import { z } from 'zod';
import {
  helloSchema,
  memberSchema,
  PROTOCOL_VERSION,
  refreshRequestSchema,
  setupRequestSchema,
  signInRequestSchema,
  signInResponseSchema,
} from '../../shared/wire.ts';
import { AppError } from '../../shared/errors.ts';
import { createFailureLimit } from '../auth/failure-limit.ts';
import { nothingSchema, type App, type RouteDeps } from './route-deps.ts';
import { sessionOf } from './route-access.ts';

/** Ten wrong passwords for one account from one address, then a quarter of an hour's rest. */
const ALLOWED_FAILURES = 10;
const FAILURE_WINDOW_MS = 15 * 60_000;
/** Every try costs an argon2id hash: also right ones are limited per address. */
const SIGN_INS_PER_MINUTE = 120;

export function authRoutes(app: App, deps: RouteDeps): void {
  const failures = createFailureLimit({
    clock: deps.clock,
    allowed: ALLOWED_FAILURES,
    windowMs: FAILURE_WINDOW_MS,
  });
  const rateLimit = { max: SIGN_INS_PER_MINUTE, timeWindow: 60_000 };

  /** Runs a check of a secret under the failure limit of its key. */
  async function limited<T>(key: string, run: () => Promise<T>): Promise<T> {
    failures.check(key);
    try {
      const value = await run();
      failures.succeed(key);
      return value;
    } catch (error) {
      if (error instanceof AppError && (error.code === 'wrongCredentials' || error.code === 'setupCodeWrong'))
        failures.fail(key);
      throw error;
    }
  }

  app.get(
    '/v1/hello',
    {
      config: { access: { who: 'anyone' } },
      schema: { tags: ['session'], security: [], response: { 200: helloSchema } },
    },
    async () => ({
      product: 'chatclock' as const,
      protocolVersion: PROTOCOL_VERSION,
      organisationName: deps.organisationName,
      needsSetup: await deps.members.needsSetup(),
    }),
  );

  app.post(
    '/v1/setup',
    {
      config: { access: { who: 'anyone' }, protocol: 'current', rateLimit },
      schema: {
        tags: ['session'],
        security: [],
        body: setupRequestSchema,
        response: { 200: z.object({ member: memberSchema }) },
      },
    },
    async (request) =>
      limited(`setup ${request.ip}`, async () => ({ member: await deps.members.setUp(request.body) })),
  );

  app.post(
    '/v1/auth/sign-in',
    {
      config: { access: { who: 'anyone' }, protocol: 'current', rateLimit },
      schema: {
        tags: ['session'],
        security: [],
        body: signInRequestSchema,
        response: { 200: signInResponseSchema },
      },
    },
    async (request) =>
      limited(`${request.ip} ${request.body.email.trim().toLowerCase()}`, () =>
        deps.sessions.signIn(request.body),
      ),
  );

  app.post(
    '/v1/auth/refresh',
    {
      config: { access: { who: 'anyone' }, protocol: 'push' },
      schema: {
        tags: ['session'],
        security: [],
        body: refreshRequestSchema,
        response: { 200: signInResponseSchema },
      },
    },
    async (request) => deps.sessions.refresh(request.body.refreshToken),
  );

  app.post(
    '/v1/auth/sign-out',
    {
      config: { access: { who: 'member', isRevokedAllowed: true }, protocol: 'push' },
      schema: { tags: ['session'], response: { 200: nothingSchema } },
    },
    async (request) => {
      const session = sessionOf(request);
      await deps.sessions.signOut(session);
      deps.core.endSubscriptions(session.actor.deviceId);
      return {};
    },
  );
}
