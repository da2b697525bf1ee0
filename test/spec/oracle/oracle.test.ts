import { describe, expect, it, vi } from 'vitest';
import { parseFacts } from '../../../shared/facts/parse-facts.ts';
import { foldFacts } from '../../../shared/fold/fold.ts';
import { casesOf, PROPERTY_TIMEOUT_MS } from '../property-runs.ts';
import { settleByOracle } from './oracle.ts';
import { randomFactsFile } from './random-facts.ts';

// Half a second on an idle machine; a busy one may take its time.
vi.setConfig({ testTimeout: PROPERTY_TIMEOUT_MS });

const SEEDS = casesOf(10_000);
const SEEDS_PER_TEST = 500;

function settleByFold(text: string): { settlement: unknown; reports: string[] } {
  const { facts, reports } = parseFacts(text);
  return {
    settlement: foldFacts(facts),
    reports: reports.map(({ lineNumber, code }) => `${lineNumber} ${code}`),
  };
}

describe('the fold and an oracle that steps through every millisecond agree', () => {
  const ranges = Array.from({ length: SEEDS / SEEDS_PER_TEST }, (_, index) => index * SEEDS_PER_TEST);

  it.each(ranges)(`on ${SEEDS_PER_TEST} random files from seed %i on`, (from) => {
    for (let seed = from; seed < from + SEEDS_PER_TEST; seed += 1) {
      const text = randomFactsFile(seed);
      const byFold = settleByFold(text);
      const byOracle = settleByOracle(text);
      if (JSON.stringify(byFold) === JSON.stringify(byOracle)) continue;
      expect(byFold, `seed ${seed}, file:\n${text}\n`).toEqual(byOracle);
      expect.fail(`seed ${seed}: equal but for the order of fields`);
    }
  });

  it('the random files are worth the name: most settle paid and free time, many leave lines out', () => {
    const seen = { paid: 0, free: 0, shared: 0, unreadable: 0, idConflict: 0, unknownReference: 0 };
    for (let seed = 0; seed < 1000; seed += 1) {
      const { facts, reports } = parseFacts(randomFactsFile(seed));
      const { chats } = foldFacts(facts);
      if (chats.some((chat) => chat.paidMs > 0)) seen.paid += 1;
      if (chats.some((chat) => chat.freeMs > 0)) seen.free += 1;
      if (chats.filter((chat) => chat.freeMs > 0 && chat.paidMs > 0).length > 1) seen.shared += 1;
      for (const code of new Set(reports.map((report) => report.code))) seen[code] += 1;
    }
    expect(seen.paid).toBeGreaterThan(600);
    expect(seen.free).toBeGreaterThan(200);
    expect(seen.shared).toBeGreaterThan(20);
    expect(Math.min(seen.unreadable, seen.idConflict, seen.unknownReference)).toBeGreaterThan(100);
  });
});
