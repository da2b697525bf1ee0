/**
 * Search in 100,000 messages: how fast the index is built and how soon the first hits are there, beside a full scan of the
 * same texts in the same run. Runs on fake-indexeddb in Node (memory, no disk): it measures our part, not Chromium's store.
 */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { openSearchIndex, type Change } from '../../renderer/search/search-index.ts';
import { fold } from '../../renderer/search/words.ts';
import { median, nowMs, percentile, rounded, ROUNDS, type BenchResult } from './figures.ts';

const MESSAGES = 100_000;
const BATCH = 200;
const AIM_MS = 100;
const SHOWN = 12;
const QUERIES = ['w', 'w1', 'w17', 'w4242', 'w17 w23', '"w1 w2"', 'needle', 'nothing-like-it'];

/** Words as unevenly spread as those of a language; the same in every run. */
function textsOf(): string[] {
  let seed = 42;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  return Array.from({ length: MESSAGES }, (_, n) => {
    const words = Array.from({ length: 12 }, () => `w${Math.floor(20_000 * random() ** 4)}`);
    return n === 5 ? `${words.join(' ')} needle` : words.join(' ');
  });
}

export async function benchSearch(): Promise<BenchResult> {
  Object.assign(globalThis, { IDBKeyRange });
  const factory = new IDBFactory();
  const texts = textsOf();
  const index = await openSearchIndex('bench', factory);
  const startedAt = nowMs();
  for (let from = 0; from < MESSAGES; from += BATCH) {
    const changes = texts.slice(from, from + BATCH).map((text, at): Change => {
      const id = String(from + at);
      const put = {
        key: `message:${id}`,
        kind: 'message' as const,
        id,
        chatId: 'c',
        userId: null,
        atMs: 0,
        text,
      };
      return { space: 'messages', put };
    });
    await index.apply(changes, { message: from });
  }
  const builtMs = nowMs() - startedAt;
  index.close();

  const lines: Record<string, unknown>[] = [
    {
      figure: 'build',
      store: 'fake-indexeddb',
      messages: MESSAGES,
      perSecond: rounded(MESSAGES / (builtMs / 1000), 0),
    },
  ];
  const missedAims: string[] = [];
  for (const query of QUERIES) {
    const cold: number[] = [];
    const warm: number[] = [];
    const scans: number[] = [];
    let hits = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      // A window that has just opened the index: nothing of it is in memory.
      const opened = await openSearchIndex('bench', factory);
      let from = nowMs();
      hits = (await opened.search('messages', query, { limit: SHOWN })).length;
      cold.push(nowMs() - from);
      from = nowMs();
      await opened.search('messages', query, { limit: SHOWN });
      warm.push(nowMs() - from);
      opened.close();
      from = nowMs();
      const words = fold(query.replaceAll('"', ''));
      texts.filter((text) => fold(text).includes(words));
      scans.push(nowMs() - from);
    }
    const firstHitsMs = rounded(median(cold));
    lines.push({
      ...{ figure: 'first hits', query, hits, firstHitsMs, worstMs: rounded(percentile(cold, 1)) },
      ...{ againMs: rounded(median(warm)), fullScanMs: rounded(median(scans)), aimMs: AIM_MS },
    });
    if (firstHitsMs > AIM_MS)
      missedAims.push(`${query}: first hits after ${firstHitsMs} ms, aim ${AIM_MS} ms`);
  }
  return { lines, missedAims };
}
