/** A sync server of a few lines, for what a real one never does: holes in pages, changed scopes, refusals by the test. */
import { deviceRowSchema, type Row } from '../../shared/rows.ts';
import type { Page, PushAnswer, SequencedRow } from '../../shared/wire.ts';
import type { Server } from './test-network.ts';

export interface FakeSyncServer {
  handle: Server;
  rows: SequencedRow[];
  scope: string;
  /** Rows of every push that was parsed, in order. */
  pushes: unknown[][];
  /** Pulled fromSeqs. */
  pulls: number[];
  /** Overrides the answer to a request; undefined lets it pass. */
  intercept: (path: string, body: { rows?: { id: string }[] } | null) => Response | undefined;
  /** Stores a row as the platform does. */
  add(row: Row): number;
  /** Sends a page to all streams as it stands. */
  sendPage(page: Page): void;
  openStreams(): number;
}

export function refusal(status: number, code: string): Response {
  return new Response(JSON.stringify({ code }), { status, headers: { 'content-type': 'application/json' } });
}

export function createFakeSyncServer(): FakeSyncServer {
  const streams = new Set<{ seq: number; write(page: Page): void }>();
  const server: FakeSyncServer = {
    handle,
    rows: [],
    scope: 'all',
    pushes: [],
    pulls: [],
    intercept: () => undefined,
    add(row) {
      const seq = server.rows.length + 1;
      server.rows.push({ seq, row });
      for (const stream of streams) {
        const page = pageFrom(stream.seq, 1000);
        stream.seq = page.toSeq;
        stream.write(page);
      }
      return seq;
    },
    sendPage(page) {
      for (const stream of streams) stream.write(page);
    },
    openStreams: () => streams.size,
  };

  function pageFrom(fromSeq: number, limit: number): Page {
    const rows = server.rows.filter(({ seq }) => seq > fromSeq && seq <= fromSeq + limit);
    const high = server.rows.at(-1)?.seq ?? 0;
    const toSeq = Math.max(fromSeq, Math.min(high, fromSeq + limit));
    return { fromSeq, toSeq, rows, hasMore: toSeq < high, scope: server.scope };
  }

  function answer(raw: unknown): PushAnswer {
    const parsed = deviceRowSchema.safeParse(raw);
    if (!parsed.success) return { verdict: 'refused', id: '', type: '?', code: 'badInput' };
    const row = parsed.data;
    const existing = server.rows.find((stored) => stored.row.type === row.type && stored.row.id === row.id);
    const growth = row.type === 'timeSegment' ? { elapsedMs: row.elapsedMs, closed: row.closed } : {};
    const isSame = existing !== undefined && JSON.stringify(existing.row) === JSON.stringify(row);
    const seq = isSame ? existing.seq : server.add(row);
    return { verdict: 'stored', id: row.id, type: row.type, seq, code: 'accepted', ...growth };
  }

  async function handle(path: string, init: RequestInit): Promise<Response> {
    const url = new URL(path, 'http://server');
    const body = typeof init.body === 'string' ? (JSON.parse(init.body) as { rows: { id: string }[] }) : null;
    const intercepted = server.intercept(path, body);
    if (intercepted !== undefined) return intercepted;
    const fromSeq = Number(url.searchParams.get('fromSeq'));
    if (url.pathname === '/push') {
      server.pushes.push(body!.rows);
      return Response.json({ answers: body!.rows.map(answer) });
    }
    if (url.pathname === '/pull') {
      server.pulls.push(fromSeq);
      return Response.json(pageFrom(fromSeq, Number(url.searchParams.get('limit'))));
    }
    return openStream(fromSeq, init.signal ?? null);
  }

  function openStream(fromSeq: number, signal: AbortSignal | null): Response {
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const stream = {
          seq: fromSeq,
          write: (page: Page) =>
            controller.enqueue(encoder.encode(`event: page\ndata: ${JSON.stringify(page)}\n\n`)),
        };
        const first = pageFrom(fromSeq, 1000);
        stream.seq = first.toSeq;
        stream.write(first);
        streams.add(stream);
        signal?.addEventListener('abort', () => {
          if (streams.delete(stream)) controller.close();
        });
      },
    });
    return new Response(body, { status: 200, headers: { 'content-type': 'text/event-stream' } });
  }

  return server;
}
