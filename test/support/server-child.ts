/**
 * A sync server in a process of its own, so that tests can kill it like a power cut: `server-child.ts DATA_DIR PORT`,
 * `DATABASE_URL` as in production. Prints one JSON line; a line `clock [[fromRealMs, scale]…]` on stdin hurries its
 * clock (test/e2e/scaled-clock.cjs); ends when stdin ends.
 */
import { createInterface } from 'node:readline';
import { createServer } from '../../sync-server/create-server.ts';
import { createSystemClock } from '../../sync-server/system-clock.ts';

const [dataDir, port] = process.argv.slice(2);
const server = await createServer({
  dataDir,
  databaseUrl: process.env.DATABASE_URL,
  port: Number(port ?? 0),
  clock: createSystemClock(),
  organisationName: 'Test Practice',
  requestsPerMinute: 10_000_000,
});
const { url, platformKey, setupCode } = server;
process.stdout.write(`${JSON.stringify({ url, port: server.port, platformKey, setupCode })}\n`);

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  if (!line.startsWith('clock ')) return;
  (globalThis as { testClock?: { follow(pieces: unknown): void } }).testClock?.follow(
    JSON.parse(line.slice(6)),
  );
  process.stdout.write('clock set\n');
});
lines.on('close', () => {
  void server.stop().then(() => process.exit(0));
});
