/**
 * The rights matrix of routes (SECURITY.md S2): every route × every caller. A route that is not listed here makes it fail.
 * Rows: http-row-rights.test.ts.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStream } from '../support/event-stream.ts';
import { protocolHeaders, startTestServer, type TestServer } from '../support/test-server.ts';

const CALLERS = ['nobody', 'advisor', 'supervisor', 'administrator', 'revokedDevice', 'platform'] as const;
type Caller = (typeof CALLERS)[number];
type Outcome = 'allowed' | 'notSignedIn' | 'sessionExpired' | 'notAllowed' | 'deviceRevoked';

const outcomes = (...list: Outcome[]): Record<Caller, Outcome> =>
  Object.fromEntries(CALLERS.map((c, n) => [c, list[n]])) as Record<Caller, Outcome>;
const ANYONE = outcomes('allowed', 'allowed', 'allowed', 'allowed', 'allowed', 'allowed');
/** A platform key is no session. */
const MEMBERS = outcomes('notSignedIn', 'allowed', 'allowed', 'allowed', 'deviceRevoked', 'sessionExpired');
const MEMBERS_ALSO_REVOKED = outcomes(
  'notSignedIn',
  'allowed',
  'allowed',
  'allowed',
  'allowed',
  'sessionExpired',
);
const LEADS = outcomes('notSignedIn', 'notAllowed', 'allowed', 'allowed', 'deviceRevoked', 'sessionExpired');
const SUPERVISORS = outcomes(
  'notSignedIn',
  'notAllowed',
  'allowed',
  'notAllowed',
  'deviceRevoked',
  'sessionExpired',
);
const ADMINISTRATORS = outcomes(
  'notSignedIn',
  'notAllowed',
  'notAllowed',
  'allowed',
  'deviceRevoked',
  'sessionExpired',
);
/** And a session is no platform key. */
const PLATFORM = outcomes(
  'notSignedIn',
  'notSignedIn',
  'notSignedIn',
  'notSignedIn',
  'notSignedIn',
  'allowed',
);

const ROUTES: Record<string, Record<Caller, Outcome>> = {
  'GET /v1/hello': ANYONE,
  'POST /v1/setup': ANYONE,
  'POST /v1/auth/sign-in': ANYONE,
  'POST /v1/auth/refresh': ANYONE,
  'GET /healthz': ANYONE,
  'GET /metrics': ANYONE,
  'GET /v1/members': LEADS,
  'POST /v1/members': LEADS,
  'PUT /v1/policies/{id}': ADMINISTRATORS,
  'PUT /v1/rulings/{id}': SUPERVISORS,
  'PUT /v1/refunds/{id}': SUPERVISORS,
  'PUT /v1/grants/{id}': SUPERVISORS,
  'PUT /v1/notes/{id}': SUPERVISORS,
  'GET /v1/facts': LEADS,
  'GET /v1/ledger/state': LEADS,
  'GET /v1/overdrafts': LEADS,
  'GET /v1/reports/overview': LEADS,
  'GET /v1/reports/timeline': LEADS,
  'GET /v1/reports/evidence': LEADS,
  'GET /v1/reports/chats.csv': LEADS,
  'GET /v1/reports/segments.csv': LEADS,
  'GET /v1/export/facts': LEADS,
  'PUT /v1/periods/{id}': SUPERVISORS,
  'GET /v1/periods': LEADS,
  'GET /v1/periods/{id}/report': LEADS,
  'GET /v1/devices': MEMBERS,
  'DELETE /v1/devices/{id}': MEMBERS,
  'POST /v1/push': MEMBERS_ALSO_REVOKED,
  'GET /v1/pull': MEMBERS,
  'GET /v1/stream': MEMBERS,
  'POST /v1/beat': MEMBERS,
  'PUT /platform/v1/users/{id}': PLATFORM,
  'PUT /platform/v1/advisors/{id}': PLATFORM,
  'PUT /platform/v1/chats/{id}': PLATFORM,
  'GET /platform/v1/chats/{id}': PLATFORM,
  'PUT /platform/v1/chats/{id}/end': PLATFORM,
  'PUT /platform/v1/messages/{id}': PLATFORM,
  'GET /platform/v1/messages': PLATFORM,
  'PUT /platform/v1/top-ups/{id}': PLATFORM,
  'PUT /platform/v1/debits/{id}': PLATFORM,
  'PUT /platform/v1/refunds/{id}': PLATFORM,
  'PUT /platform/v1/grants/{id}': PLATFORM,
  'PUT /platform/v1/rates/{id}': PLATFORM,
  // Last: it ends the session it is called with.
  'POST /v1/auth/sign-out': MEMBERS_ALSO_REVOKED,
};

describe('every route', () => {
  let t: TestServer;
  let headersOf: Record<Caller, Record<string, string>>;
  beforeAll(async () => {
    t = await startTestServer();
    const [advisor, supervisor, administrator] = [
      await t.addMember('advisor'),
      await t.addMember('supervisor'),
      await t.addMember('administrator'),
    ];
    const revoked = await t.signIn(advisor, 'Revoked');
    await advisor.client.revokeDevice(revoked.session.deviceId);
    headersOf = {
      nobody: protocolHeaders,
      advisor: advisor.headers,
      supervisor: supervisor.headers,
      administrator: administrator.headers,
      revokedDevice: revoked.headers,
      platform: { ...protocolHeaders, authorization: `Bearer ${t.server.platformKey}` },
    };
  });
  afterAll(() => t.stop());

  it('is in this list', async () => {
    const { paths } = (await t.request('GET', '/docs/json')).body as { paths: Record<string, object> };
    const registered = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((m) => `${m.toUpperCase()} ${path}`),
    );
    expect(registered.sort()).toEqual(Object.keys(ROUTES).sort());
  });

  it.each(Object.entries(ROUTES))('%s answers each caller as it should', async (route, expected) => {
    const [method = '', path = ''] = route.split(' ');
    const seen: Partial<Record<Caller, Outcome>> = {};
    for (const caller of CALLERS) {
      const address = path.replace('{id}', 'no-such-id');
      if (address === '/v1/stream' && expected[caller] === 'allowed') {
        const stream = await openStream(t.url, headersOf[caller]);
        seen[caller] = stream.status === 200 ? 'allowed' : 'notAllowed';
        stream.stop();
        continue;
      }
      const body = method === 'GET' || method === 'DELETE' ? undefined : {};
      const answer = await t.request(method, address, { headers: headersOf[caller], body });
      const isRefusal =
        ['notSignedIn', 'notAllowed', 'deviceRevoked'].includes(answer.body?.code) ||
        (answer.body?.code === 'sessionExpired' && !path.startsWith('/v1/auth/refresh'));
      seen[caller] = isRefusal ? answer.body.code : 'allowed';
    }
    expect(seen).toEqual(expected);
  });
});
