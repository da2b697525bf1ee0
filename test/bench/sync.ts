/**
 * Sync on the same work: 10,000 segments of about 300 bytes pushed over HTTP in batches of 100, pulled by a fresh
 * client, 200 single changes A → server → B through the stream. Chatclock on libsql and on PostgreSQL, both with fully
 * durable commits, admission and fold; rxdb-server keeps all in memory. Rounds are interleaved, every server is fresh.
 */
import { chatclockPeers } from './sync-chatclock.ts';
import { median, nowMs, percentile, ROUNDS, rounded, type BenchResult } from './figures.ts';
import { rxdbServerPeer } from './sync-peer.ts';
import {
  BATCH,
  makeSegments,
  SEGMENTS,
  SINGLE_CHANGES,
  type SyncPeer,
  type SyncTarget,
} from './sync-target.ts';

interface Round {
  pushPerS: number;
  pullPerS: number;
  pulledRows: number;
  pulledBytes: number;
  p50Ms: number;
  p99Ms: number;
}

async function withLimit<T>(promise: Promise<T>, limitMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

async function measureLatencies(
  target: SyncTarget,
  segments: ReturnType<typeof makeSegments>,
): Promise<number[]> {
  const arrived = new Map<string, (at: number) => void>();
  const stream = await target.follow((id) => arrived.get(id)?.(nowMs()));
  const latencies: number[] = [];
  try {
    for (const segment of segments) {
      const seen = new Promise<number>((resolve) => arrived.set(segment.id, resolve));
      const from = nowMs();
      const pushed = target.push([segment]);
      latencies.push((await withLimit(seen, 10_000, 'A → server → B')) - from);
      await pushed;
    }
  } finally {
    stream.stop();
  }
  return latencies;
}

async function measureRound(peer: SyncPeer): Promise<Round> {
  const target = await peer.start();
  try {
    const segments = target.segments;
    const pushFrom = nowMs();
    for (let at = 0; at < SEGMENTS; at += BATCH) await target.push(segments.slice(at, at + BATCH));
    const pushMs = nowMs() - pushFrom;
    const pullFrom = nowMs();
    const pulled = await target.pullAll();
    const pullMs = nowMs() - pullFrom;
    if (pulled.segments !== SEGMENTS)
      throw new Error(`${peer.name}: pulled ${pulled.segments} of ${SEGMENTS} segments`);
    const latencies = await measureLatencies(target, segments.slice(SEGMENTS, SEGMENTS + SINGLE_CHANGES));
    return {
      pushPerS: (SEGMENTS / pushMs) * 1000,
      pullPerS: (SEGMENTS / pullMs) * 1000,
      pulledRows: pulled.rows,
      pulledBytes: pulled.bytes,
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
    };
  } finally {
    await target.stop();
  }
}

function figuresOf(rounds: Round[]) {
  const of = (key: keyof Round, digits: number) => rounded(median(rounds.map((round) => round[key])), digits);
  return {
    pushPerS: of('pushPerS', 0),
    pullPerS: of('pullPerS', 0),
    aToBP50Ms: of('p50Ms', 2),
    aToBP99Ms: of('p99Ms', 2),
    pulledRows: of('pulledRows', 0),
    pulledBytes: of('pulledBytes', 0),
  };
}

export async function benchSync(): Promise<BenchResult> {
  const rival = rxdbServerPeer();
  const { peers: ours, stop } = await chatclockPeers();
  const rounds = new Map<SyncPeer, Round[]>([...ours, rival].map((peer) => [peer, []]));
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [peer, done] of rounds) {
        done.push(await measureRound(peer));
        process.stderr.write(`sync round ${round + 1}/${ROUNDS} ${peer.name}\n`);
      }
    }
  } finally {
    await stop();
  }
  const lines = [...rounds].map(([peer, done]) => ({
    server: peer.name,
    ...peer.facts,
    segments: SEGMENTS,
    segmentBytes: segmentBytes(),
    batch: BATCH,
    singleChanges: SINGLE_CHANGES,
    rounds: done.length,
    ...figuresOf(done),
  }));
  const theirs = figuresOf(rounds.get(rival)!);
  const missedAims = ours.flatMap((peer) => {
    const own = figuresOf(rounds.get(peer)!);
    return [
      ...(own.pushPerS > theirs.pushPerS
        ? []
        : [`${peer.name} pushes ${own.pushPerS}/s, ${rival.name} ${theirs.pushPerS}/s`]),
      ...(own.pullPerS > theirs.pullPerS
        ? []
        : [`${peer.name} pulls ${own.pullPerS}/s, ${rival.name} ${theirs.pullPerS}/s`]),
      ...(own.aToBP50Ms <= theirs.aToBP50Ms
        ? []
        : [`${peer.name} A → B p50 ${own.aToBP50Ms} ms, ${rival.name} ${theirs.aToBP50Ms} ms`]),
      ...(own.aToBP99Ms < theirs.aToBP99Ms
        ? []
        : [`${peer.name} A → B p99 ${own.aToBP99Ms} ms, ${rival.name} ${theirs.aToBP99Ms} ms`]),
    ];
  });
  return { lines, missedAims };
}

function segmentBytes(): number {
  return Buffer.byteLength(
    JSON.stringify(makeSegments('device-1f0c', 'boot-77aa', 3_600_000, 1_700_000_000_000)[0]),
  );
}
