/** rxdb-server 15.22 as a peer: installed on demand into .cache, from its own lock file, for this bench only. */
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TimeSegment } from '../../shared/rows.ts';
import { createJsonClient } from './json-client.ts';
import { readFirstLine } from '../support/first-line.ts';
import { makeSegments, NEEDED_UPTIME_MS, type SyncPeer, type SyncTarget } from './sync-target.ts';

const SOURCE = fileURLToPath(new URL('./peer-rxdb-server/', import.meta.url));
const TOKEN = 'a-token-of-this-bench-only';
const INSTALLED = fileURLToPath(new URL('../../.cache/bench-peer-rxdb-server/', import.meta.url));

/** `npm ci` of the committed lock file, once; says what it installs. */
function install(): void {
  const lock = readFileSync(path.join(SOURCE, 'package-lock.json'), 'utf8');
  const marker = path.join(INSTALLED, 'node_modules', '.installed-lock');
  mkdirSync(INSTALLED, { recursive: true });
  for (const file of ['package.json', 'package-lock.json', 'server.mjs'])
    copyFileSync(path.join(SOURCE, file), path.join(INSTALLED, file));
  if (existsSync(marker) && readFileSync(marker, 'utf8') === lock) return;
  process.stderr.write(
    'Installing rxdb-server 15.22 with rxdb 15.39, express 4, cors into .cache (for this bench only)\n',
  );
  execFileSync('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd: INSTALLED,
    stdio: ['ignore', 2, 2],
    timeout: 180_000,
  });
  writeFileSync(marker, lock);
}

function installedVersion(name: string): string {
  return (
    JSON.parse(readFileSync(path.join(INSTALLED, 'node_modules', name, 'package.json'), 'utf8')) as {
      version: string;
    }
  ).version;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

async function startPeer(): Promise<SyncTarget> {
  const child = spawn(process.execPath, ['server.mjs', String(await freePort()), TOKEN], {
    cwd: INSTALLED,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const { url } = JSON.parse(await readFirstLine(child, 30_000)) as { url: string };
  const client = createJsonClient(url, { authorization: `Bearer ${TOKEN}` });
  const firstMonoMs = 60_000;
  return {
    segments: makeSegments('device-1f0c', 'boot-77aa', firstMonoMs, Date.now() - NEEDED_UPTIME_MS),
    async push(segments) {
      const rows = segments.map((segment) => ({ newDocumentState: { ...segment, _deleted: false } }));
      const conflicts = (await client.send('POST', '/push', rows)).value as unknown[];
      if (conflicts.length > 0) throw new Error(`${conflicts.length} unexpected conflicts`);
    },
    async pullAll() {
      const total = { segments: 0, rows: 0, bytes: 0 };
      let checkpoint = { id: '', lwt: 0 };
      for (let page = 0; page < 1_000; page += 1) {
        const { value, bytes } = await client.send(
          'GET',
          `/pull?id=${encodeURIComponent(checkpoint.id)}&lwt=${checkpoint.lwt}&limit=1000`,
        );
        const answer = value as { documents: unknown[]; checkpoint: { id: string; lwt: number } };
        total.segments += answer.documents.length;
        total.rows += answer.documents.length;
        total.bytes += bytes;
        checkpoint = answer.checkpoint;
        if (answer.documents.length < 1_000) break;
      }
      return total;
    },
    follow(onSegment) {
      return client.stream('/pullStream', (_event, data) => {
        if (data === '' || data === '"RESYNC"') return;
        for (const segment of (JSON.parse(data) as { documents: TimeSegment[] }).documents)
          onSegment(segment.id);
      });
    },
    async stop() {
      client.stop();
      child.stdin.end();
      await new Promise<void>((resolve) => {
        if (child.exitCode !== null) resolve();
        child.once('exit', () => resolve());
      });
    },
  };
}

export function rxdbServerPeer(): SyncPeer {
  install();
  return {
    name: 'rxdb-server',
    facts: {
      version: installedVersion('rxdb-server'),
      rxdb: installedVersion('rxdb'),
      express: installedVersion('express'),
      durable: false,
      storage: 'memory',
      checks: 'token, schema (ajv), own devices only',
    },
    start: startPeer,
  };
}
