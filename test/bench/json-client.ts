/** One keep-alive HTTP client for every server a bench measures, so that the client costs them all the same. Loopback only. */
import http from 'node:http';

export interface JsonClient {
  send(method: 'GET' | 'POST', path: string, body?: unknown): Promise<{ value: unknown; bytes: number }>;
  /** Calls back with the `event` and `data` of every server-sent event until `stop`. Resolves when the server answered. */
  stream(path: string, onEvent: (event: string, data: string) => void): Promise<{ stop(): void }>;
  stop(): void;
}

export function createJsonClient(baseUrl: string, headers: Record<string, string>): JsonClient {
  const url = new URL(baseUrl);
  if (url.hostname !== '127.0.0.1') throw new Error(`Benches measure on loopback only, not ${url.hostname}`);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
  const prefix = url.pathname.replace(/\/$/, '');
  const options = { host: url.hostname, port: url.port, agent };

  return {
    send(method, path, body) {
      const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      return new Promise((resolve, reject) => {
        const request = http.request(
          {
            ...options,
            method,
            path: prefix + path,
            headers: payload
              ? { ...headers, 'content-type': 'application/json', 'content-length': payload.length }
              : headers,
          },
          (response) => {
            const parts: Buffer[] = [];
            response.on('data', (part: Buffer) => parts.push(part));
            response.on('error', reject);
            response.on('end', () => {
              const raw = Buffer.concat(parts);
              const text = raw.toString('utf8');
              if ((response.statusCode ?? 500) >= 300) {
                reject(new Error(`${method} ${path}: ${response.statusCode} ${text.slice(0, 300)}`));
              } else resolve({ value: text === '' ? null : JSON.parse(text), bytes: raw.length });
            });
          },
        );
        request.on('error', reject);
        request.end(payload);
      });
    },
    stream(path, onEvent) {
      return new Promise((resolve, reject) => {
        let isStopped = false;
        const request = http.get(
          {
            ...options,
            agent: false,
            path: prefix + path,
            headers: { ...headers, accept: 'text/event-stream' },
          },
          (response) => {
            let rest = '';
            response.setEncoding('utf8');
            response.on('error', () => undefined);
            response.on('data', (part: string) => {
              rest += part;
              for (let at = rest.indexOf('\n\n'); at >= 0; at = rest.indexOf('\n\n')) {
                const block = rest.slice(0, at).split('\n');
                rest = rest.slice(at + 2);
                const field = (name: string) =>
                  block
                    .filter((line) => line.startsWith(`${name}:`))
                    .map((line) => line.slice(name.length + 1).trim())
                    .join('\n');
                onEvent(field('event') || 'message', field('data'));
              }
            });
            resolve({
              stop() {
                isStopped = true;
                request.destroy();
              },
            });
          },
        );
        request.on('error', (error) => {
          if (!isStopped) reject(error);
        });
      });
    },
    stop() {
      agent.destroy();
    },
  };
}
