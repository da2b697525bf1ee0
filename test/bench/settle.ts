/**
 * `npm run bench -- settle`: settlement from the pure fold up to whole servers. Each part measures by itself and brings
 * its lines and the aims it missed; they run one after the other.
 */
import type { BenchResult } from './figures.ts';
import { benchCoreSettlement } from './settle-core.ts';
import { benchFold } from './settle-fold.ts';
import { benchSettleServer } from './settle-server.ts';

const PARTS: (() => BenchResult | Promise<BenchResult>)[] = [
  benchFold,
  benchCoreSettlement,
  benchSettleServer,
];

export async function benchSettle(): Promise<BenchResult> {
  const all: BenchResult = { lines: [], missedAims: [] };
  for (const measure of PARTS) {
    const { lines, missedAims } = await measure();
    all.lines.push(...lines);
    all.missedAims.push(...missedAims);
  }
  return all;
}
