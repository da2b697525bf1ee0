/** GET /v1/stream: server-sent events read by fetch, so that the token stays in a header (SECURITY.md S7). */
import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Page } from '../../shared/wire.ts';
import type { App, RouteDeps } from './route-deps.ts';
import { streamPages, type PageSink } from './page-stream.ts';
import { sessionOf } from './route-access.ts';
import { fromSeqSchema } from './sync-routes.ts';

const PING_MS = 10_000;
/** A reader that has read nothing for a minute is gone. */
const GONE_AFTER_PINGS = 6;
/** What is still unread when a stream ends gets this long. */
const LINGER_MS = 1_000;
/** Rights are looked at again this often; revoking on this server ends a stream at once, on another within this. */
const RECHECK_MS = 4_000;
/** Unread bytes at which a reader counts as slow. */
const SLOW_READER_BYTES = 1_048_576;
/** A device needs one; a reconnecting one may have a dead one beside it. The oldest gives way. */
const STREAMS_PER_DEVICE = 4;

function openEventStream(reply: FastifyReply): ServerResponse {
  const headers = reply.getHeaders();
  reply.hijack();
  const { raw } = reply;
  for (const [name, value] of Object.entries(headers)) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' });
  raw.flushHeaders();
  return raw;
}

function sinkOf(raw: ServerResponse, signal: AbortSignal): PageSink {
  return {
    write(page: Page) {
      raw.write(`event: page\ndata: ${JSON.stringify(page)}\n\n`);
      return raw.writableLength < SLOW_READER_BYTES;
    },
    drained() {
      if (signal.aborted || raw.writableLength < SLOW_READER_BYTES) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          raw.off('drain', done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        raw.on('drain', done);
        signal.addEventListener('abort', done);
      });
    },
  };
}

export function streamRoute(app: App, deps: RouteDeps): void {
  const open = new Map<AbortController, { deviceId: string }>();
  app.addHook('preClose', async () => {
    for (const stream of open.keys()) stream.abort();
  });

  function enter(stream: AbortController, deviceId: string): void {
    const ofDevice = [...open].filter(([, of]) => of.deviceId === deviceId);
    if (ofDevice.length >= STREAMS_PER_DEVICE) ofDevice[0]?.[0].abort();
    open.set(stream, { deviceId });
  }

  app.get(
    '/v1/stream',
    {
      config: { access: { who: 'member' }, protocol: 'current' },
      schema: { tags: ['sync'], querystring: z.object({ fromSeq: fromSeqSchema }) },
    },
    async (request, reply) => {
      const session = sessionOf(request);
      const raw = openEventStream(reply);
      const stream = new AbortController();
      enter(stream, session.actor.deviceId);
      deps.metrics.streamOpened();
      raw.on('close', () => stream.abort());
      raw.on('error', () => stream.abort());
      let unreadPings = 0;
      const ping = setInterval(() => {
        unreadPings = raw.writableNeedDrain ? unreadPings + 1 : 0;
        if (unreadPings >= GONE_AFTER_PINGS) stream.abort();
        if (unreadPings === 0)
          raw.write(`event: ping\ndata: ${JSON.stringify({ serverNowMs: deps.clock.nowMs() })}\n\n`);
      }, PING_MS);
      const recheck = setInterval(() => {
        deps.sessions.isAlive(session).then(
          (isAlive) => {
            if (!isAlive) stream.abort();
          },
          () => stream.abort(),
        );
      }, RECHECK_MS);
      try {
        await streamPages(
          { core: deps.core, actor: session.actor, sink: sinkOf(raw, stream.signal), signal: stream.signal },
          request.query.fromSeq,
        );
      } catch (error) {
        request.log.error({ err: error }, 'stream failed');
      } finally {
        clearInterval(ping);
        clearInterval(recheck);
        open.delete(stream);
        deps.metrics.streamClosed();
        raw.end();
        setTimeout(() => raw.destroy(), LINGER_MS).unref();
      }
    },
  );
}
