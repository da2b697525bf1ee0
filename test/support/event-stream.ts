/** Reads GET /v1/stream as the replicator does: by fetch, event by event, each checked against the wire's schema. */
import type { z } from 'zod';
import { streamEventSchema, type Page } from '../../shared/wire.ts';

type StreamEvent = z.infer<typeof streamEventSchema>;

export interface TestStream {
  status: number;
  headers: Headers;
  /** The next page; pings in between are skipped. Rejects when the stream is over. */
  nextPage(): Promise<Page>;
  /** Resolves when the server ends the stream. */
  ended: Promise<void>;
  stop(): void;
}

export async function openStream(
  url: string,
  headers: Record<string, string>,
  fromSeq = 0,
): Promise<TestStream> {
  const abort = new AbortController();
  const response = await fetch(`${url}/v1/stream?fromSeq=${fromSeq}`, { headers, signal: abort.signal });
  const waiting: { resolve(page: Page): void; reject(error: Error): void }[] = [];
  const pages: Page[] = [];
  let isOver = false;

  const take = (event: StreamEvent): void => {
    if (event.event !== 'page') return;
    const reader = waiting.shift();
    if (reader === undefined) pages.push(event.data);
    else reader.resolve(event.data);
  };
  const ended = readEvents(response, take)
    .catch(() => undefined)
    .then(() => {
      isOver = true;
      for (const reader of waiting.splice(0)) reader.reject(new Error('the stream is over'));
    });

  return {
    status: response.status,
    headers: response.headers,
    ended,
    nextPage() {
      const page = pages.shift();
      if (page !== undefined) return Promise.resolve(page);
      if (isOver) return Promise.reject(new Error('the stream is over'));
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    stop: () => abort.abort(),
  };
}

async function readEvents(response: Response, take: (event: StreamEvent) => void): Promise<void> {
  if (response.body === null) return;
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = Object.fromEntries(
        block
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      take(streamEventSchema.parse({ event: fields['event'], data: JSON.parse(fields['data'] ?? 'null') }));
    }
  }
}
