/** app://desk: the app's own pages out of out/renderer, and the sync proxy. Nothing else is served (SECURITY.md D1). */
import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { SYNC_PROXY_PATH } from '../shared/ipc.ts';
import { CONTENT_SECURITY_POLICY } from './content-security-policy.ts';
import type { Schedule } from './schedule.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/** The file an address stands for, relative to the pages' folder; null for anything out of the ordinary. */
export function pageFileOf(address: string): string | null {
  if (!address.startsWith('app://desk/')) return null;
  const [pathname] = address.slice('app://desk/'.length).split(/[?#]/, 1) as [string];
  // Plain names only: whatever needs decoding, climbs, hides or doubles a slash is not ours.
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(pathname)) return null;
  return pathname.includes('..') || !(path.extname(pathname) in TYPES) ? null : pathname;
}

export interface AppProtocolDeps {
  pagesDir: string;
  /** Answers what lies under the proxy's path. */
  proxy(request: Request, pathAndQuery: string): Promise<Response>;
  /** The dev server of electron-vite, for hot reload; null in every build. */
  devServerUrl: string | null;
  log(line: string, error?: unknown): void;
  schedule: Schedule;
}

/** A file that is there and cannot be read (no descriptors left, a disk that wakes up) is tried again after these, ms. */
const READ_AGAIN_AFTER_MS = [30, 150, 600] as const;

/** The handler for `protocol.handle('app', …)`. */
export function createAppProtocol({
  pagesDir,
  proxy,
  devServerUrl,
  log,
  schedule,
}: AppProtocolDeps): (request: Request) => Promise<Response> {
  async function readPage(full: string, tried = 0): Promise<Buffer> {
    try {
      return await readFile(full);
    } catch (error) {
      const afterMs = READ_AGAIN_AFTER_MS[tried];
      if (afterMs === undefined || (error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
      await new Promise<void>((resolve) => schedule(afterMs, resolve));
      return readPage(full, tried + 1);
    }
  }

  return async (request) => {
    const prefix = `app://desk${SYNC_PROXY_PATH}/`;
    if (request.url.startsWith(prefix))
      return secured(await proxy(request, request.url.slice(prefix.length)));
    if (devServerUrl !== null && request.url.startsWith('app://desk/')) {
      return fetch(`${devServerUrl}${request.url.slice('app://desk'.length)}`);
    }
    const file = pageFileOf(request.url);
    if (file === null || request.method !== 'GET') return refused(403);
    try {
      const full = await realpath(path.join(pagesDir, file));
      if (!full.startsWith((await realpath(pagesDir)) + path.sep)) return refused(403);
      const body = await readPage(full);
      return secured(
        new Response(new Uint8Array(body), { headers: { 'content-type': TYPES[path.extname(file)]! } }),
      );
    } catch (error) {
      log(`page file ${file} could not be read`, error);
      // An answer without a body would be shown as an empty page; a failed load is tried again (page-keeper.ts).
      return file.endsWith('.html') ? Response.error() : refused(404);
    }
  };
}

function refused(status: number): Response {
  return secured(new Response(null, { status }));
}

function secured(response: Response): Response {
  response.headers.set('content-security-policy', CONTENT_SECURITY_POLICY);
  response.headers.set('x-content-type-options', 'nosniff');
  response.headers.set('referrer-policy', 'no-referrer');
  return response;
}
