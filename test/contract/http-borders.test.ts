/** What every request meets before a handler: protocol, host, origin, size, rate, headers, and how errors look. */
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BODY_MAX_BYTES,
  errorBodySchema,
  OLDEST_PUSH_PROTOCOL,
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  PUSH_MAX_ROWS,
} from '../../shared/wire.ts';
import {
  createTestClock,
  protocolHeaders,
  startTestServer,
  type TestMember,
  type TestServer,
} from '../support/test-server.ts';

let t: TestServer;
let lea: TestMember;
beforeAll(async () => {
  t = await startTestServer();
  lea = await t.addMember('advisor');
});
afterAll(() => t.stop());

/** A request whose Host header says something else: fetch does not allow that. */
function withHost(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: t.server.port, path: '/v1/hello', headers: { host } },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on('error', reject);
    request.end();
  });
}

describe('the protocol version', () => {
  it('is checked on every device request, and the refusal says both versions', async () => {
    const { authorization = '' } = lea.headers;
    for (const version of [undefined, '1', '3', 'x', '2.0']) {
      const headers = { authorization, ...(version === undefined ? {} : { [PROTOCOL_HEADER]: version }) };
      const answer = await t.request('GET', '/v1/pull', { headers });
      expect(answer.status).toBe(409);
      expect(answer.body).toMatchObject({
        code: 'protocolMismatch',
        details: { serverVersion: PROTOCOL_VERSION },
      });
    }
  });

  it('of a push may be one of the last two', async () => {
    const { authorization = '' } = lea.headers;
    const push = (version: number) =>
      t.request('POST', '/v1/push', {
        headers: { authorization, [PROTOCOL_HEADER]: String(version) },
        body: { rows: [{}] },
      });
    expect((await push(OLDEST_PUSH_PROTOCOL)).status).toBe(200);
    expect((await push(PROTOCOL_VERSION)).status).toBe(200);
    expect((await push(OLDEST_PUSH_PROTOCOL - 1)).status).toBe(409);
    expect((await push(PROTOCOL_VERSION + 1)).status).toBe(409);
  });

  it('is not asked for by hello, which tells it', async () => {
    const answer = await t.request('GET', '/v1/hello');
    expect(answer.status).toBe(200);
    expect(answer.body.protocolVersion).toBe(PROTOCOL_VERSION);
  });
});

describe('host and origin', () => {
  it('allow loopback names only, against DNS rebinding', async () => {
    expect(await withHost(`127.0.0.1:${t.server.port}`)).toBe(200);
    expect(await withHost('localhost')).toBe(200);
    expect(await withHost('[::1]:80')).toBe(200);
    expect(await withHost('evil.example')).toBe(403);
    expect(await withHost('localhost.evil.example')).toBe(403);
    expect(await withHost('evil.example:8787')).toBe(403);
  });

  it('allow configured names too', async () => {
    const other = await startTestServer({ hosts: ['Sync.Example.org'] });
    const status = await new Promise((resolve) =>
      httpRequest(
        {
          host: '127.0.0.1',
          port: other.server.port,
          path: '/v1/hello',
          headers: { host: 'sync.example.org:443' },
        },
        (r) => {
          r.resume();
          resolve(r.statusCode);
        },
      ).end(),
    );
    expect(status).toBe(200);
    await other.stop();
  });

  it('refuse foreign pages and never name another origin', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', 'not a url']) {
      const answer = await t.request('GET', '/v1/hello', { headers: { origin } });
      expect([origin, answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([
        origin,
        403,
        null,
      ]);
    }
    expect((await t.request('GET', '/v1/hello', { headers: { origin: t.url } })).status).toBe(200);
    expect((await t.request('GET', '/v1/hello', { headers: { origin: 'app://desk' } })).status).toBe(200);
    expect(
      (
        await t.request('OPTIONS', '/v1/push', {
          headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
        })
      ).status,
    ).toBe(403);
  });
});

describe('every answer', () => {
  it('carries the security headers and is not cached', async () => {
    for (const path of [
      '/v1/hello',
      '/v1/pull',
      '/platform/v1/messages',
      '/healthz',
      '/metrics',
      '/no-such-address',
    ]) {
      const { headers } = await t.request('GET', path);
      expect(headers.get('content-security-policy'), path).toMatch(
        /^default-src 'none';.*frame-ancestors 'none'/,
      );
      expect(headers.get('x-content-type-options'), path).toBe('nosniff');
      expect(headers.get('referrer-policy'), path).toBe('no-referrer');
      expect(headers.get('cache-control'), path).toBe('no-store');
      expect(headers.get('x-powered-by'), path).toBeNull();
    }
  });

  it('that is an error is a code of the closed list with an id, without a stack or a path', async () => {
    const cases = [
      await t.request('GET', '/no-such-address'),
      await t.request('POST', '/v1/push', { headers: lea.headers, body: '{"rows": [' }),
      await t.request('POST', '/v1/push', { headers: lea.headers, body: {} }),
      await t.request('POST', '/v1/push', {
        headers: { ...lea.headers, 'content-type': 'text/xml' },
        body: '<x/>',
      }),
      await t.request('GET', '/v1/pull?fromSeq=-1', { headers: lea.headers }),
      await t.request('GET', '/v1/pull?fromSeq=1e400', { headers: lea.headers }),
      await t.request('GET', '/v1/pull', {
        headers: { ...protocolHeaders, authorization: 'Bearer nonsense' },
      }),
      await t.request('GET', '/v1/pull', { headers: protocolHeaders }),
      await t.request('GET', '/platform/v1/messages', { headers: { authorization: 'Bearer nonsense' } }),
      await t.request('DELETE', `/v1/devices/${'x'.repeat(500)}`, { headers: lea.headers }),
    ];
    expect(cases.map((c) => [c.status, c.body.code])).toEqual([
      [404, 'badInput'],
      [400, 'badInput'],
      [400, 'badInput'],
      [400, 'badInput'],
      [400, 'badInput'],
      [400, 'badInput'],
      [401, 'sessionExpired'],
      [401, 'notSignedIn'],
      [401, 'notSignedIn'],
      [400, 'badInput'],
    ]);
    for (const { body } of cases) {
      expect(errorBodySchema.strict().parse(body).errorId).toMatch(/^[0-9a-f-]{36}$/);
      expect(JSON.stringify(body)).not.toMatch(/node_modules|\.ts|\bat \w+ \(/);
    }
  });
});

describe('sizes and rates', () => {
  it('refuse a body of 10 MB as tooLarge and go on serving', async () => {
    const answer = await t.request('POST', '/v1/push', {
      headers: lea.headers,
      body: { rows: [{ text: 'x'.repeat(10_000_000) }] },
    });
    expect(answer.status).toBe(413);
    expect(answer.body).toMatchObject({ code: 'tooLarge', details: { maxBytes: BODY_MAX_BYTES } });
    expect((await t.request('GET', '/v1/hello')).status).toBe(200);
  });

  it('refuse more rows than a push may have', async () => {
    const rows = Array.from({ length: PUSH_MAX_ROWS + 1 }, () => ({}));
    expect((await t.request('POST', '/v1/push', { headers: lea.headers, body: { rows } })).body.code).toBe(
      'badInput',
    );
  });

  it('answer tooMany with Retry-After above the limit of an address', async () => {
    const small = await startTestServer({ requestsPerMinute: 5 });
    for (let n = 0; n < 5; n += 1) expect((await small.request('GET', '/v1/hello')).status).toBe(200);
    const limited = await small.request('GET', '/v1/hello');
    expect([limited.status, limited.body.code]).toEqual([429, 'tooMany']);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    await small.stop();
  });
});

describe('for the operator', () => {
  it('there is a health check, and figures without names or ids', async () => {
    expect((await t.request('GET', '/healthz')).body).toEqual({ status: 'ok', storage: 'libsql' });
    await lea.client.push([{}]);
    const { body } = await t.request('GET', '/metrics');
    expect(body).toMatch(/chatclock_requests_total\{method="POST",route="\/v1\/push",status="200"\} \d+/);
    expect(body).toMatch(/chatclock_refused_rows_total\{code="badInput"\} \d+/);
    expect(body).toMatch(/chatclock_high_seq \d+/);
    expect(body).not.toContain(lea.id);
    expect(body).not.toContain(lea.session.deviceId);
  });

  it('a clock that jumped refuses writes, says so, and is right again when the operator confirms', async () => {
    const first = await startTestServer();
    await first.platform.put('users', 'mara', {});
    await first.server.stop();
    const clock = createTestClock(first.clock.nowMs() + 48 * 3_600_000);
    const second = await startTestServer({ dataDir: first.dataDir, clock });
    await expect(second.platform.put('users', 'jonas', {})).rejects.toMatchObject({ code: 'clockRefused' });
    expect((await second.request('GET', '/healthz')).body).toMatchObject({
      status: 'clockAlarm',
      clock: { kind: 'wentAhead' },
    });
    second.server.core.confirmClock();
    expect(await second.platform.put('users', 'jonas', {})).toMatchObject({ isNew: true });
    expect((await second.request('GET', '/healthz')).body.status).toBe('ok');
    await second.stop();
  });

  it('the documentation lists every route', async () => {
    const { body } = await t.request('GET', '/docs/json');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining([
        '/v1/push',
        '/v1/stream',
        '/platform/v1/chats/{id}/end',
        '/platform/v1/top-ups/{id}',
      ]),
    );
    expect((await t.request('GET', '/docs')).status).toBe(200);
  });
});
