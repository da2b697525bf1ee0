/** What the route groups are handed. */
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Devices } from '../auth/devices.ts';
import type { Members } from '../auth/members.ts';
import type { PlatformKeys } from '../auth/platform-key.ts';
import type { SecretSource } from '../auth/secrets.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { ServerClock, SyncCore } from '../ports.ts';
import type { Metrics } from './metrics.ts';

export interface HttpDeps {
  core: SyncCore;
  sessions: Sessions;
  members: Members;
  devices: Devices;
  platformKeys: PlatformKeys;
  secrets: SecretSource;
  clock: ServerClock;
  organisationName: string;
  /** Host names besides the loopback ones. */
  hosts: readonly string[];
  /** Per address; logging in has limits of its own. */
  requestsPerMinute: number;
  logger?: Logger;
}

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
/** What a route group is handed. */
export type RouteDeps = HttpDeps & { metrics: Metrics };

/** An answer that says no more than that it was done. */
export const nothingSchema = z.object({});
