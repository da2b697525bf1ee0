/** Chatclock as the bench `sync` meets it: its own server process, fully durable, on libsql and on PostgreSQL. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TimeSegment } from '../../shared/rows.ts';
import {
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  PULL_MAX_ROWS,
  type BeatResponse,
  type Page,
  type PushAnswer,
} from '../../shared/wire.ts';
import { createMemberClient } from '../../sync-server/member-client.ts';
import { emailOf, makeOrganisation, PASSWORD } from '../support/organisation.ts';
import { startPostgres } from '../support/postgres.ts';
import { startServerProcess } from '../support/server-process.ts';
import { nowMs, packageVersion } from './figures.ts';
import { createJsonClient, type JsonClient } from './json-client.ts';
import {
  chatIdOf,
  CHATS,
  clientIdOf,
  CLIENTS,
  makeSegments,
  NEEDED_UPTIME_MS,
  type SyncPeer,
  type SyncTarget,
} from './sync-target.ts';

const ADVISOR = 'advisor-lea';
const CHECKS = 'session, schema (zod), row rights; places, admits and settles every segment';

async function signedInClient(
  url: string,
  deviceName: string,
): Promise<{ client: JsonClient; deviceId: string }> {
  const session = await createMemberClient({ url }).signIn({
    email: emailOf(ADVISOR),
    password: PASSWORD,
    deviceName,
  });
  const headers = {
    authorization: `Bearer ${session.accessToken}`,
    [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
  };
  return { client: createJsonClient(`${url}/v1`, headers), deviceId: session.deviceId };
}

/** Two beats anchor the boot's clock, so that every segment is placed as a real device's is. */
async function anchorBoot(client: JsonClient, bootId: string, monoNow: () => number): Promise<void> {
  let echo: { exchangeId: string; sentAtMonoMs: number; receivedAtMonoMs: number } | undefined;
  for (let beat = 0; beat < 3; beat += 1) {
    const sentAtMonoMs = monoNow();
    const { value } = await client.send('POST', '/beat', {
      bootId,
      sentAtMonoMs,
      echo,
      running: [],
      userIds: [],
    });
    echo = { exchangeId: (value as BeatResponse).exchangeId, sentAtMonoMs, receivedAtMonoMs: monoNow() };
  }
}

async function pullAll(
  client: JsonClient,
): Promise<{ segments: number; rows: number; bytes: number; toSeq: number }> {
  const total = { segments: 0, rows: 0, bytes: 0, toSeq: 0 };
  for (let turn = 0; turn < 1_000; turn += 1) {
    const { value, bytes } = await client.send('GET', `/pull?fromSeq=${total.toSeq}&limit=${PULL_MAX_ROWS}`);
    const page = value as Page;
    total.segments += page.rows.filter(({ row }) => row.type === 'timeSegment').length;
    total.rows += page.rows.length;
    total.bytes += bytes;
    total.toSeq = page.toSeq;
    if (!page.hasMore) break;
  }
  return total;
}

function expectStored(answers: PushAnswer[]): void {
  const bad = answers.find((answer) => answer.verdict !== 'stored' || answer.code !== 'admitted');
  if (bad !== undefined) throw new Error(`A segment was not admitted: ${JSON.stringify(bad)}`);
}

async function startTarget(databaseUrl: string | undefined): Promise<SyncTarget> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), 'chatclock-bench-sync-'));
  const server = await startServerProcess({ dataDir, databaseUrl });
  const { platform } = await makeOrganisation(server, {
    advisors: [{ id: ADVISOR, name: 'Lea' }],
    clients: Array.from({ length: CLIENTS }, (_, n) => ({
      id: clientIdOf(n),
      name: `Client ${n}`,
      creditsMinor: 1_000_000,
      freeMs: { advisorId: ADVISOR, ms: 300_000 },
    })),
    chats: [],
  });
  const openedAtMs = Date.now() - NEEDED_UPTIME_MS - 3_600_000;
  for (let n = 0; n < CHATS; n += 1)
    await platform.put('chats', chatIdOf(n), { userId: clientIdOf(n), advisorId: ADVISOR, openedAtMs });

  const a = await signedInClient(server.url, 'A');
  const b = await signedInClient(server.url, 'B');
  const bootId = 'boot-77aa41c2';
  const bootedAt = nowMs() - NEEDED_UPTIME_MS;
  const monoNow = () => Math.floor(nowMs() - bootedAt);
  await anchorBoot(a.client, bootId, monoNow);

  return {
    segments: makeSegments(a.deviceId, bootId, 0, Date.now() - NEEDED_UPTIME_MS),
    async push(segments) {
      const { value } = await a.client.send('POST', '/push', { rows: segments });
      expectStored((value as { answers: PushAnswer[] }).answers);
    },
    pullAll: () => pullAll(b.client),
    async follow(onSegment) {
      const { toSeq } = await pullAll(b.client);
      return b.client.stream(`/stream?fromSeq=${toSeq}`, (event, data) => {
        if (event !== 'page') return;
        for (const { row } of (JSON.parse(data) as Page).rows)
          if (row.type === 'timeSegment') onSegment((row as TimeSegment).id);
      });
    },
    async stop() {
      a.client.stop();
      b.client.stop();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Both storages; `stop` ends the PostgreSQL that was started for them. */
export async function chatclockPeers(): Promise<{ peers: SyncPeer[]; stop(): Promise<void> }> {
  const postgres = await startPostgres({ isDurable: true });
  let databases = 0;
  const libsql: SyncPeer = {
    name: 'chatclock libsql',
    facts: { version: packageVersion('libsql'), durable: true, storage: 'libsql file', checks: CHECKS },
    start: () => startTarget(undefined),
  };
  const onPostgres: SyncPeer = {
    name: 'chatclock postgres',
    facts: { version: postgres.version, durable: true, storage: 'PostgreSQL', checks: CHECKS },
    async start() {
      return startTarget(await postgres.createDatabase(`bench_${(databases += 1)}`));
    },
  };
  return { peers: [libsql, onPostgres], stop: () => postgres.stop() };
}
