/**
 * A real server on loopback with a temporary libsql file and a clock that the test moves. Others start here:
 * `const t = await startTestServer()` · `t.platform` · `await t.addMember('advisor')` · `await t.stop()`.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role, SignInResponse } from '../../shared/wire.ts';
import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '../../shared/wire.ts';
import type { RunningServer } from '../../sync-server/assemble-server.ts';
import { createServer, type ServerOptions } from '../../sync-server/create-server.ts';
import { createMemberClient, type MemberClient } from '../../sync-server/member-client.ts';
import { createPlatformClient, type PlatformClient } from '../../sync-server/platform-client.ts';

/** A Friday, 20 November 2026, 12:41 UTC. */
export const TEST_NOW_MS = Date.UTC(2026, 10, 20, 12, 41);

export interface TestClock {
  nowMs(): number;
  /** Moves forward. */
  pass(ms: number): void;
}

export function createTestClock(startMs = TEST_NOW_MS): TestClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    pass(ms) {
      nowMs += ms;
    },
  };
}

/** A member who is signed in. */
export interface TestMember {
  id: string;
  email: string;
  password: string;
  session: SignInResponse;
  client: MemberClient;
  /** Headers of a request under this session. */
  headers: Record<string, string>;
}

/** A raw answer is looked at field by field. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type RawBody = any;

export interface TestServer {
  server: RunningServer;
  url: string;
  dataDir: string;
  clock: TestClock;
  platform: PlatformClient;
  /** Adds a member (as the server itself) and signs it in. */
  addMember(role: Role, name?: string): Promise<TestMember>;
  /** Another device of a member. */
  signIn(member: { id: string; email: string; password: string }, deviceName?: string): Promise<TestMember>;
  /** A raw request to any address, for what typed clients cannot send. */
  request(
    method: string,
    path: string,
    options?: { headers?: Record<string, string>; body?: unknown },
  ): Promise<{ status: number; headers: Headers; body: RawBody }>;
  /** Ends the server and starts one on the same data and port; `server` is then the new one. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const protocolHeaders = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) };

export async function startTestServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'chatclock-server-')));
  const clock = (options.clock as TestClock | undefined) ?? createTestClock();
  const serverOptions = { port: 0, clock, organisationName: 'Test organisation', ...options, dataDir };
  let server = await createServer(serverOptions);
  const key = server.platformKey;
  if (key === undefined) throw new Error('a new server knows its platform key');
  let members = 0;

  async function signIn(
    member: { id: string; email: string; password: string },
    deviceName = 'Test device',
  ): Promise<TestMember> {
    const client = createMemberClient({ url: server.url });
    const { email, password } = member;
    const session = await client.signIn({ email, password, deviceName });
    const headers = { ...protocolHeaders, authorization: `Bearer ${session.accessToken}` };
    return { id: member.id, email, password, session, client, headers };
  }

  return {
    get server() {
      return server;
    },
    url: server.url,
    dataDir,
    clock,
    platform: createPlatformClient({ url: server.url, key }),
    signIn,
    async addMember(role, name = `${role} ${(members += 1)}`) {
      const account = {
        email: `${name.replace(/\W+/g, '.').toLowerCase()}@test.local`,
        password: `the password of ${name}`,
      };
      const member = await server.members.add({ kind: 'server' }, { name, role, ...account });
      return signIn({ id: member.id, ...account });
    },
    async request(method, path, { headers = {}, body } = {}) {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
      return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
    },
    async restart() {
      const { port } = server;
      await server.stop();
      server = await createServer({ ...serverOptions, port });
    },
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
