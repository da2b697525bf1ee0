import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTableExport } from '../../electron/tables/table-export.ts';

const ASKED = { table: 'segments', from: '2026-11-01', until: '2026-11-30' } as const;
let folder: string;
let server: Server;
let answer: (response: ServerResponse, url: string) => void;
let told: number[];

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'chatclock-tables-'));
  told = [];
  server = createServer((request, response) => answer(response, request.url ?? ''));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

function tables() {
  let nowMs = 0;
  return createTableExport({
    serverUrl: () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accessToken: (stale) => Promise.resolve(stale === undefined ? 'old' : 'new'),
    folder,
    // Every look at the clock is a second later.
    wallMs: () => (nowMs += 1_000),
    onProgress: ({ lines }) => told.push(lines),
  });
}

test('what comes is in the file to the byte, and its lines are counted as they come', async () => {
  const text = `id,ms\r\n${Array.from({ length: 5_000 }, (_, n) => `s${n},${n}\r\n`).join('')}`;
  answer = (response, url) => {
    expect(url).toBe('/v1/reports/segments.csv?from=2026-11-01&until=2026-11-30');
    response.end(text);
  };
  const { file, lines } = await tables().start(ASKED);
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(lines).toBe(5_000);
  expect(told.length).toBeGreaterThan(0);
  expect(told).toEqual([...told].sort((a, b) => a - b));
});

test('cancelled, or broken off by the server, it leaves nothing', async () => {
  let begun: () => void = () => undefined;
  const isBegun = new Promise<void>((resolve) => (begun = resolve));
  answer = (response) => {
    response.write('id\r\n1\r\n', () => begun());
  };
  const one = tables();
  const cancelled = one.start(ASKED);
  await isBegun;
  await expect(one.start(ASKED)).rejects.toThrow('notReady');
  one.cancel();
  await expect(cancelled).rejects.toThrow('cancelled');
  answer = (response) => {
    response.write('id\r\n1\r\n', () => response.destroy());
  };
  await expect(one.start(ASKED)).rejects.toThrow('serverUnreachable');
  expect(readdirSync(folder)).toEqual([]);
});

test('a token that is used up is replaced once; a refusal is the server’s own word', async () => {
  const tokens: string[] = [];
  server.on('request', (request) => tokens.push(request.headers.authorization ?? ''));
  answer = (response) => {
    response.statusCode = tokens.length < 1 ? 401 : 403;
    response.end(JSON.stringify({ code: tokens.length < 1 ? 'sessionExpired' : 'notAllowed' }));
  };
  await expect(tables().start(ASKED)).rejects.toThrow('notAllowed');
  expect(tokens).toEqual(['Bearer old', 'Bearer new']);
});
