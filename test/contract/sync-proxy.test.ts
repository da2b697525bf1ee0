/** The proxy between the replicator and the sync server: what it forwards, what it adds, what it refuses. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSyncProxy } from '../../electron/sync-proxy.ts';
import { AppError } from '../../shared/errors.ts';
import { PROTOCOL_HEADER } from '../../shared/wire.ts';

let upstream: Server;
let url: string;
let seen: { method: string; path: string; headers: IncomingMessage['headers']; body: string }[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let tokens: string[];
let isAnchored: boolean;

beforeEach(async () => {
  seen = [];
  tokens = ['first-token', 'second-token'];
  isAnchored = true;
  answer = (_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  upstream = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      seen.push({ method: request.method!, path: request.url!, headers: request.headers, body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
});
afterEach(() => {
  upstream.closeAllConnections();
  return new Promise<void>((resolve) => void upstream.close(() => resolve()));
});

const proxy = () =>
  createSyncProxy({
    serverUrl: () => url,
    accessToken: async (stale) => {
      if (stale !== undefined) tokens = tokens.filter((token) => token !== stale);
      const [token] = tokens;
      if (token === undefined) throw new AppError('sessionExpired');
      return token;
    },
    whenAnchored: async () => isAnchored,
  });
const asked = (path: string, init: RequestInit = {}) => proxy()(new Request(`http://x/${path}`, init), path);

test('adds the token and the protocol; nothing of the page but body and accept goes on', async () => {
  const response = await asked('push', {
    method: 'POST',
    body: '{"rows":[1]}',
    headers: { authorization: 'Bearer mine', cookie: 'a=b', 'x-forwarded-for': '10.0.0.1' },
  });
  expect(response.status).toBe(200);
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ method: 'POST', path: '/v1/push', body: '{"rows":[1]}' });
  expect(seen[0]!.headers.authorization).toBe('Bearer first-token');
  expect(seen[0]!.headers[PROTOCOL_HEADER]).toBeDefined();
  expect(seen[0]!.headers.cookie).toBeUndefined();
  expect(seen[0]!.headers['x-forwarded-for']).toBeUndefined();
});

test.each([
  'beat',
  'auth/refresh',
  'pull/../members',
  'pull?fromSeq=0#x',
  '../platform/v1/users',
  'push?x=é',
])('refuses the path %s before anything is sent', async (path) => {
  const response = await proxy()(new Request('http://x/'), path);
  expect(response.status).toBe(403);
  expect(seen).toEqual([]);
});

test('refuses a push by GET and a pull by POST', async () => {
  expect((await asked('push')).status).toBe(403);
  expect((await asked('pull?fromSeq=0', { method: 'POST', body: '{}' })).status).toBe(403);
  expect(seen).toEqual([]);
});

test('a token that ran out is renewed once, and the request is sent again whole', async () => {
  answer = (request, response) =>
    response.writeHead(request.headers.authorization === 'Bearer first-token' ? 401 : 200).end('{}');
  expect((await asked('push', { method: 'POST', body: '{"rows":[2]}' })).status).toBe(200);
  expect(seen.map(({ headers, body }) => [headers.authorization, body])).toEqual([
    ['Bearer first-token', '{"rows":[2]}'],
    ['Bearer second-token', '{"rows":[2]}'],
  ]);
});

test('a session that is over is said with its code and asks the server no third time', async () => {
  answer = (_request, response) => response.writeHead(401).end('{}');
  expect((await asked('pull?fromSeq=0')).status).toBe(401);
  expect(seen).toHaveLength(2);
  tokens = [];
  const response = await asked('pull?fromSeq=0');
  expect([response.status, await response.json()]).toEqual([401, { code: 'sessionExpired' }]);
});

test('a push waits for the boot’s anchor and is put off without one', async () => {
  isAnchored = false;
  const response = await asked('push', { method: 'POST', body: '{"rows":[]}' });
  expect([response.status, await response.json()]).toEqual([503, { code: 'serverUnreachable' }]);
  expect((await asked('pull?fromSeq=0')).status).toBe(200);
  expect(seen.map(({ path }) => path)).toEqual(['/v1/pull?fromSeq=0']);
});

test('a redirect is not followed: the token stays with the server it belongs to', async () => {
  answer = (_request, response) => response.writeHead(302, { location: `${url}/elsewhere` }).end();
  expect((await asked('pull?fromSeq=0')).status).toBe(503);
  expect(seen.map(({ path }) => path)).toEqual(['/v1/pull?fromSeq=0']);
});

test('a reader that goes away closes the stream at the server', async () => {
  const closed = new Promise<void>((resolve) => {
    answer = (_request, response) => {
      response.on('close', () => resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: ping\ndata: {}\n\n');
    };
  });
  const response = await asked('stream?fromSeq=0', { headers: { accept: 'text/event-stream' } });
  const reader = response.body!.getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toContain('ping');
  await reader.cancel();
  await closed;
});
