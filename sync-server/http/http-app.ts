/** Puts the borders together: fastify with its guards, every route group, the documentation. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { BODY_MAX_BYTES } from '../../shared/wire.ts';
import { overdraftRoutes } from './overdraft-routes.ts';
import { reportRoutes } from './report-routes.ts';
import { platformRoutes } from '../platform/platform-routes.ts';
import { authRoutes } from './auth-routes.ts';
import { createErrorHandler } from './error-answers.ts';
import { exportRoute } from './export-route.ts';
import { factRoutes } from './fact-routes.ts';
import { createMetrics } from './metrics.ts';
import { memberRoutes } from './member-routes.ts';
import { ledgerRoutes } from './ledger-routes.ts';
import { operatorRoutes } from './operator-routes.ts';
import { periodRoutes } from './period-routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { guardRequests } from './request-borders.ts';
import { guardRoutes } from './route-access.ts';
import type { App, HttpDeps, RouteDeps } from './route-deps.ts';
import { streamRoute } from './stream-route.ts';
import { syncRoutes } from './sync-routes.ts';

/** Registers /docs (page) and /docs/json (OpenAPI) for the routes that follow. */
async function addDocumentation(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      info: {
        title: 'Chatclock sync server',
        description:
          'Devices talk to /v1, the system the chats come from to /platform/v1. Instants and durations are integer milliseconds.',
        version: '1',
      },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
}

export async function createHttpApp(deps: HttpDeps): Promise<App> {
  const metrics = createMetrics(deps.core);
  const app = Fastify({
    ...(deps.logger === undefined ? {} : { loggerInstance: deps.logger as FastifyBaseLogger }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_MAX_BYTES,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 600 },
  }).withTypeProvider<ZodTypeProvider>() as unknown as App;

  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(createErrorHandler(deps.secrets, metrics.countError));
  app.setNotFoundHandler((_request, reply) => {
    void reply
      .status(404)
      .send({ code: 'badInput', details: { reason: 'unknownAddress' }, errorId: deps.secrets.id() });
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.countRequest(request.method, route, reply.statusCode);
    request.log.info(
      { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'answered',
    );
  });

  await guardRequests(app as unknown as FastifyInstance, deps);
  guardRoutes(app as unknown as FastifyInstance, deps);
  await addDocumentation(app);
  const routeDeps: RouteDeps = { ...deps, metrics };
  await app.register(async (scope) => {
    const routes = scope as unknown as App;
    authRoutes(routes, routeDeps);
    memberRoutes(routes, routeDeps);
    policyRoutes(routes, routeDeps);
    factRoutes(routes, routeDeps);
    exportRoute(routes, routeDeps);
    periodRoutes(routes, routeDeps);
    syncRoutes(routes, routeDeps);
    streamRoute(routes, routeDeps);
    platformRoutes(routes, routeDeps);
    ledgerRoutes(routes, routeDeps);
    overdraftRoutes(routes, routeDeps);
    reportRoutes(routes, routeDeps);
    operatorRoutes(routes, routeDeps);
  });
  return app;
}
