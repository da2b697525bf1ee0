/** Admissions a second, durable, in batches of 100: one device's history pushed over HTTP, placed, admitted, settled, posted. */
import { chatclockPeers } from './sync-chatclock.ts';
import { median, nowMs, ROUNDS, rounded, type BenchResult } from './figures.ts';
import { BATCH, SEGMENTS, type SyncPeer } from './sync-target.ts';

const AIM_PER_S = 5_000;

async function admissionsPerS(peer: SyncPeer): Promise<number> {
  const target = await peer.start();
  try {
    const from = nowMs();
    for (let at = 0; at < SEGMENTS; at += BATCH) await target.push(target.segments.slice(at, at + BATCH));
    return (SEGMENTS / (nowMs() - from)) * 1000;
  } finally {
    await target.stop();
  }
}

export async function benchAdmissions(rounds = ROUNDS): Promise<BenchResult> {
  const { peers, stop } = await chatclockPeers();
  const figures = new Map<SyncPeer, number[]>(peers.map((peer) => [peer, []]));
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [peer, done] of figures) {
        done.push(await admissionsPerS(peer));
        process.stderr.write(
          `admissions round ${round + 1}/${rounds} ${peer.name} ${Math.round(done.at(-1)!)}/s\n`,
        );
      }
    }
  } finally {
    await stop();
  }
  const lines = [...figures].map(([peer, done]) => ({
    figure: 'admissions',
    server: peer.name,
    ...peer.facts,
    segments: SEGMENTS,
    batch: BATCH,
    rounds: done.length,
    admissionsPerS: rounded(median(done), 0),
  }));
  const missedAims = lines
    .filter((line) => line.admissionsPerS < AIM_PER_S)
    .map((line) => `${line.server} admits ${line.admissionsPerS} segments a second, aim ${AIM_PER_S}`);
  return { lines, missedAims };
}
