/** Typed client of /v1 for a person without the app: set-up, signing in, adding members, pushing. Used by seed and tests. */
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';
import type { DeviceRow } from '../shared/rows.ts';
import type { setupRequestSchema } from '../shared/wire.ts';
import {
  deviceSchema,
  helloSchema,
  memberSchema,
  pageSchema,
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  pushResponseSchema,
  signInResponseSchema,
  type Member,
  type Page,
  type PushAnswer,
  type SignInResponse,
} from '../shared/wire.ts';
import type { NewMember } from './auth/members.ts';
import type { FactBodies, FactRoute } from './http/fact-routes.ts';
import { periodListSchema, type periodBodySchema } from './http/period-routes.ts';
import type { policyBodySchema } from './http/policy-routes.ts';
import type { PeriodList } from './ports.ts';
import { toRefusal } from './platform-client.ts';
import { writtenSchema, type Written } from './platform/platform-shapes.ts';

export type MemberClient = ReturnType<typeof createMemberClient>;

/** Every method throws AppError with the server's code, or serverUnreachable. */
export function createMemberClient(options: { url: string; signal?: AbortSignal }) {
  let accessToken: string | undefined;

  async function request<T>(method: string, path: string, schema: z.ZodType<T>, body?: unknown): Promise<T> {
    const headers: Record<string, string> = { [PROTOCOL_HEADER]: String(PROTOCOL_VERSION) };
    if (accessToken !== undefined) headers['authorization'] = `Bearer ${accessToken}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    let response: Response;
    try {
      response = await fetch(`${options.url}/v1/${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      });
    } catch (error) {
      if (options.signal?.aborted === true) throw new AppError('cancelled', {}, { cause: error });
      throw new AppError('serverUnreachable', { url: options.url }, { cause: error });
    }
    if (!response.ok) throw await toRefusal(response);
    return schema.parse(await response.json());
  }

  return {
    hello(): Promise<z.infer<typeof helloSchema>> {
      return request('GET', 'hello', helloSchema);
    },
    async setUp(body: z.infer<typeof setupRequestSchema>): Promise<Member> {
      return (await request('POST', 'setup', z.object({ member: memberSchema }), body)).member;
    },
    /** Later calls go under this session. */
    async signIn(body: {
      email: string;
      password: string;
      deviceName: string;
      deviceId?: string;
    }): Promise<SignInResponse> {
      const session = await request('POST', 'auth/sign-in', signInResponseSchema, body);
      accessToken = session.accessToken;
      return session;
    },
    async refresh(refreshToken: string): Promise<SignInResponse> {
      const session = await request('POST', 'auth/refresh', signInResponseSchema, { refreshToken });
      accessToken = session.accessToken;
      return session;
    },
    async signOut(): Promise<void> {
      await request('POST', 'auth/sign-out', z.object({}));
      accessToken = undefined;
    },
    async addMember(member: NewMember): Promise<Member> {
      return (await request('POST', 'members', z.object({ member: memberSchema }), member)).member;
    },
    async listMembers(): Promise<Member[]> {
      return (await request('GET', 'members', z.object({ members: z.array(memberSchema) }))).members;
    },
    async listDevices(): Promise<z.infer<typeof deviceSchema>[]> {
      return (await request('GET', 'devices', z.object({ devices: z.array(deviceSchema) }))).devices;
    },
    async revokeDevice(deviceId: string): Promise<void> {
      await request('DELETE', `devices/${encodeURIComponent(deviceId)}`, z.object({}));
    },
    /** Administrators only; in force from `atMs`, or from now. */
    async changePolicy(id: string, body: z.input<typeof policyBodySchema>): Promise<Written> {
      return request('PUT', `policies/${encodeURIComponent(id)}`, writtenSchema, body);
    },
    /** Supervisors only: a ruling, refund, grant or note under the caller's id; repeating it does nothing. */
    async writeFact<R extends FactRoute>(route: R, id: string, body: FactBodies[R]): Promise<Written> {
      return request('PUT', `${route}/${encodeURIComponent(id)}`, writtenSchema, body);
    },
    /** Supervisors only: closes the open period at `untilMs`, for ever. */
    async closePeriod(id: string, body: z.input<typeof periodBodySchema>): Promise<Written> {
      return request('PUT', `periods/${encodeURIComponent(id)}`, writtenSchema, body);
    },
    listPeriods(): Promise<PeriodList> {
      return request('GET', 'periods', periodListSchema);
    },
    /** Supervisors and administrators: what was decided after `fromSeq`. */
    pullFacts(fromSeq: number): Promise<Page> {
      return request('GET', `facts?fromSeq=${fromSeq}`, pageSchema);
    },
    async push(rows: readonly (DeviceRow | unknown)[]): Promise<PushAnswer[]> {
      return (await request('POST', 'push', pushResponseSchema, { rows })).answers;
    },
    pull(fromSeq: number, limit?: number): Promise<Page> {
      return request(
        'GET',
        `pull?fromSeq=${fromSeq}${limit === undefined ? '' : `&limit=${limit}`}`,
        pageSchema,
      );
    },
  };
}
