/** What every request meets first: allowed host and origin, security headers, no caching, a rate limit (SECURITY.md S6, S9). */
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../../shared/errors.ts';

const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
/** The app's own windows; no web page can have this origin. */
const APP_ORIGIN = 'app://desk';

/** The host part of a Host header, without its port, lower case. */
export function hostNameOf(header: string): string {
  return header.replace(/:\d{1,5}$/, '').toLowerCase();
}

function checkHost(request: FastifyRequest, hosts: ReadonlySet<string>): void {
  if (!hosts.has(hostNameOf(request.headers.host ?? '')))
    throw new AppError('notAllowed', { reason: 'host' });
}

/** CORS is closed: no answer names another origin, and a request from a foreign page is refused before it does anything. */
function checkOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers;
  if (origin === undefined || origin === APP_ORIGIN) return;
  let originHost: string | null = null;
  try {
    originHost = new URL(origin).host;
  } catch {
    originHost = null;
  }
  if (originHost === null || originHost !== host?.toLowerCase())
    throw new AppError('notAllowed', { reason: 'origin' });
}

export async function guardRequests(
  app: FastifyInstance,
  options: { hosts: readonly string[]; requestsPerMinute: number },
): Promise<void> {
  const hosts = new Set([...LOOPBACK_HOSTS, ...options.hosts.map((h) => h.toLowerCase())]);
  app.addHook('onRequest', async (request) => {
    checkHost(request, hosts);
    checkOrigin(request);
  });
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    referrerPolicy: { policy: 'no-referrer' },
  });
  app.addHook('onRequest', async (_request, reply) => {
    void reply.header('cache-control', 'no-store');
  });
  await app.register(rateLimit, {
    global: true,
    max: options.requestsPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, context) => new AppError('tooMany', { retryAfterMs: context.ttl }),
  });
}
