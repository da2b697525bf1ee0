/** Puts auth and HTTP around a core and listens. `createServer` opens the core; everything here is the borders. */
import type { AddressInfo } from 'node:net';
import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { AppError } from '../shared/errors.ts';
import type { AuthDatabase } from './auth/auth-tables.ts';
import { createAuthStore } from './auth/auth-store.ts';
import { createDevices } from './auth/devices.ts';
import { createMembers, type Members } from './auth/members.ts';
import { createPlatformKeys } from './auth/platform-key.ts';
import { createSecretSource, type SecretSource } from './auth/secrets.ts';
import { createSessions } from './auth/sessions.ts';
import { createHttpApp } from './http/http-app.ts';
import type { ServerClock, SyncCore } from './ports.ts';

/** 1,000 requests a second from one address: far above what devices do, below what would starve the others. */
const REQUESTS_PER_MINUTE = 60_000;

export interface BorderOptions {
  /** 0 = any free port. */
  port: number;
  /** Address to listen on; loopback unless said otherwise. */
  host?: string;
  /** Further host names under which the server is reached, e.g. behind a proxy. */
  hosts?: readonly string[];
  clock: ServerClock;
  organisationName: string;
  /** Holds the platform key's file; without it the key's text is only in the answer of the run that made it. */
  dataDir?: string;
  logger?: Logger;
  requestsPerMinute?: number;
  secrets?: SecretSource;
}

export interface RunningServer {
  /** e.g. http://127.0.0.1:49152 */
  url: string;
  port: number;
  /** Known when this run made it or the data folder's file holds it. */
  platformKey?: string;
  /** One-time code for the first supervisor; while nobody has used one. */
  setupCode?: string;
  /** Adding members without a session: set-up, seed and tests. */
  members: Members;
  core: SyncCore;
  /** Ends streams, answers what is under way, closes the database. May be called twice. */
  stop(): Promise<void>;
}

export interface ServerCore {
  core: SyncCore;
  db: Kysely<AuthDatabase>;
  reader: Kysely<AuthDatabase>;
  /** Closes core and database. */
  close(): Promise<void>;
}

async function listen(
  app: Awaited<ReturnType<typeof createHttpApp>>,
  port: number,
  host: string,
): Promise<number> {
  try {
    await app.listen({ port, host });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES')
      throw new AppError('portTaken', { port }, { cause: error });
    throw error;
  }
  return (app.server.address() as AddressInfo).port;
}

/** Throws AppError portTaken. Whatever fails, the core is closed. */
export async function assembleServer(opened: ServerCore, options: BorderOptions): Promise<RunningServer> {
  const { clock } = options;
  const { core } = opened;
  const host = options.host ?? '127.0.0.1';
  const secrets = options.secrets ?? createSecretSource();
  const store = createAuthStore(opened.db, opened.reader);
  const members = createMembers({ store, core, clock, secrets });
  const platformKeys = createPlatformKeys({ store, clock, secrets });
  let app: Awaited<ReturnType<typeof createHttpApp>> | undefined;
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopping ??= (app?.close() ?? Promise.resolve()).finally(() => opened.close()));

  try {
    const platformKey = await platformKeys.ensure(options.dataDir);
    const setupCode = await members.makeSetupCode();
    app = await createHttpApp({
      core,
      sessions: createSessions({ store, clock, secrets, organisationName: options.organisationName }),
      members,
      devices: createDevices({ store, core, clock }),
      platformKeys,
      secrets,
      clock,
      organisationName: options.organisationName,
      hosts: [host, ...(options.hosts ?? [])],
      requestsPerMinute: options.requestsPerMinute ?? REQUESTS_PER_MINUTE,
      ...(options.logger === undefined ? {} : { logger: options.logger }),
    });
    const port = await listen(app, options.port, host);
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
    return {
      url,
      port,
      members,
      core,
      stop,
      ...(platformKey === undefined ? {} : { platformKey }),
      ...(setupCode === undefined ? {} : { setupCode }),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
